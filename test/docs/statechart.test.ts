// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { LOGIN_STATUSES, LOGIN_VERBS, loginMachine, toView } from 'react-ciba/machine';
import type { LoginInput, LoginSnapshot, LoginStatus, LoginVerb, LoginView } from 'react-ciba/machine';
import { initialTransition } from 'xstate';
import type { AnyStateNode, StateValue } from 'xstate';
import { cardMachine } from '../../src/inbox/machine/card.machine.js';
import { describeTransitions } from '../../stories/statechart/describe-chart.js';
import { toStatechartPage } from '../../stories/statechart/statechart-page.js';

const INPUT: LoginInput = {
  loginHint: 'ada',
  transaction: null,
  offersCode: true,
  offersReport: true,
  timeoutAction: 'ask',
  once: false,
};

/** Everything that could close an act is open. */
const OPEN = {
  requests: [
    {
      pending: { id: 'a', expiresIn: 60, interval: 5, resumable: false },
      startedAt: 0,
      expiresAt: 60_000,
      lastSentAt: 0,
      notBefore: 0,
    },
  ],
  coolingDown: false,
};

const VERBS: Readonly<Record<LoginStatus, readonly LoginVerb[]>> = {
  idle: ['start', 'useCode'],
  pushing: ['cancel'],
  polling: ['useCode', 'resend', 'cancel'],
  totpEntry: ['submitCode', 'backToPush', 'cancel'],
  lockedOut: ['backToPush', 'cancel'],
  approved: [],
  denied: ['useCode', 'retry', 'report', 'cancel'],
  expired: ['useCode', 'retry', 'cancel'],
  timedOut: ['useCode', 'keepWaiting', 'cancel'],
  failed: ['useCode', 'retry', 'cancel'],
};

function leavesOf(node: AnyStateNode): AnyStateNode[] {
  const children = Object.values(node.states);
  return children.length === 0 ? [node] : children.flatMap(leavesOf);
}

test('docs/statechart.md says what the charts say (npm run docs:statechart writes it anew)', async () => {
  await expect(toStatechartPage()).toMatchFileSnapshot('../../docs/statechart.md');
});

/** What the outside sees of a state of the chart. */
function viewOf(node: AnyStateNode): LoginView {
  const value = node.path.reduceRight<StateValue>((inner, key) => (inner === '' ? key : { [key]: inner }), '');
  const [{ context }] = initialTransition(loginMachine, INPUT);
  return toView(loginMachine.resolveState({ value, context: { ...context, ...OPEN } }) as LoginSnapshot);
}

describe('the chart', () => {
  const leaves = leavesOf(loginMachine.root).map((node) => viewOf(node));

  test('has the ten statuses and no other', () => {
    const statuses = new Set(leaves.map(({ status }) => status));
    expect([...statuses].toSorted()).toEqual([...LOGIN_STATUSES].toSorted());
  });

  test.each(Object.entries(VERBS))('%s takes %s', (status, verbs) => {
    const views = leaves.filter((view) => view.status === status);
    for (const { can } of views) expect(LOGIN_VERBS.filter((verb) => can[verb])).toEqual(verbs);
  });

  test.each(Object.entries({ loginMachine, cardMachine }))(
    '%s: every invoked actor has a way on when it fails',
    (_, machine) => {
      const events = describeTransitions(machine).map(({ from, event }) => `${from}: ${event}`);
      for (const node of [machine.root, ...Object.values(machine.states)].flatMap(function all(
        state: AnyStateNode,
      ): AnyStateNode[] {
        return [state, ...Object.values(state.states).flatMap(all)];
      })) {
        for (const { id } of node.invoke) expect(events).toContain(`${node.path.join('.')}: ${id} fails`);
      }
    },
  );
});
