import { afterAll, describe, expect, test } from 'vitest';
import type { AnyStateNode } from 'xstate';
import { loginMachine } from '../../src/machine/index.js';
import { findPaths } from './paths.js';
import { nameTransition, play } from './play.js';

// Safety nets that no path reaches: these actors catch what they run into themselves.
const UNREACHABLE = ['xstate.error.actor.poller', 'xstate.error.actor.totp'];
// No login takes these. test/machine/approval.test.ts does.
const ONLY_IN_APPROVALS = ['login.active push.cancelled 0', 'login.active.pushing xstate.done.actor.initiate 0'];
// No error of the model names a time. test/machine/retry-at.test.ts waits for one.
const WITH_RETRY_AFTER = 'login.failed.waiting xstate.after.retryWait.login.failed.waiting 0';

const taken = new Set<string>();

function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

const transitions = nodesOf(loginMachine.root).flatMap((node) =>
  [...node.transitions.values()].flatMap((siblings) => siblings.map(nameTransition)),
);

describe.each([
  ['asks when its approvalTimeout ends', {}],
  ['takes a code when its approvalTimeout ends', { timeoutAction: 'code' as const }],
])('a login that %s', (_name, input) => {
  const paths = findPaths(input);
  // Without the first variant's moves again: here only what the approvalTimeout leads to differs.
  const played = 'timeoutAction' in input ? paths.filter(({ moves }) => moves.includes('approvalTimeoutOver')) : paths;
  const lastMoves = [...new Set(played.map(({ moves }) => moves.at(-1)))];

  test(`has ${played.length} paths`, () => {
    expect(played.length).toBeGreaterThan('timeoutAction' in input ? 5 : 500);
  });

  test.each(lastMoves)('%s, from every state that takes it', { timeout: 60_000 }, async (move) => {
    for (const path of played) if (path.moves.at(-1) === move) await play(path, input, taken);
  });
});

afterAll(() => {
  const missed = transitions.filter((name) => !taken.has(name) && !UNREACHABLE.some((event) => name.includes(event)));
  expect(missed).toEqual([...ONLY_IN_APPROVALS, WITH_RETRY_AFTER]);
});
