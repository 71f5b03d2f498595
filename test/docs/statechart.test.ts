// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { LOGIN_STATUSES, LOGIN_VERBS, loginMachine } from 'react-ciba/machine';
import type { AnyStateNode } from 'xstate';
import { describeTransitions } from '../../stories/statechart/describe-chart.js';
import { toStatechartPage } from '../../stories/statechart/statechart-page.js';

function leavesOf(node: AnyStateNode): AnyStateNode[] {
  const children = Object.values(node.states);
  return children.length === 0 ? [node] : children.flatMap(leavesOf);
}

test('docs/statechart.md says what the charts say (npm run docs:statechart writes it anew)', async () => {
  await expect(toStatechartPage()).toMatchFileSnapshot('../../docs/statechart.md');
});

describe('the chart', () => {
  const leaves = leavesOf(loginMachine.root);
  const meta = (node: AnyStateNode) => node.meta as { status: string; verbs: string[] };

  test('has the ten statuses and no other', () => {
    const statuses = new Set(leaves.map((node) => meta(node).status));
    expect([...statuses].toSorted()).toEqual([...LOGIN_STATUSES].toSorted());
  });

  test.each(leaves.map((node) => [node.path.join('.'), node] as const))(
    '%s takes the verbs that it names and no other',
    (_name, node) => {
      const taken = new Set<string>();
      for (let state: AnyStateNode | undefined = node; state; state = state.parent) {
        for (const event of state.transitions.keys()) taken.add(event);
      }
      expect(LOGIN_VERBS.filter((verb) => taken.has(verb)).toSorted()).toEqual([...meta(node).verbs].toSorted());
    },
  );

  test('every invoked actor has a way on when it fails', () => {
    const events = describeTransitions(loginMachine).map(({ from, event }) => `${from}: ${event}`);
    for (const node of [loginMachine.root, ...Object.values(loginMachine.states)].flatMap(function all(
      state: AnyStateNode,
    ): AnyStateNode[] {
      return [state, ...Object.values(state.states).flatMap(all)];
    })) {
      for (const { id } of node.invoke) expect(events).toContain(`${node.path.join('.')}: ${id} fails`);
    }
  });
});
