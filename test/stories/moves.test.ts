import { expect, test } from 'vitest';
import { LOGIN_STATUSES } from 'react-ciba/machine';
import { movesOf, OPEN } from '../../stories/statechart/moves.js';

const moves = movesOf();
const waysOutOf = (status: string) =>
  moves.filter(({ from }) => from === status || (from === 'open' && OPEN.some((open) => open === status)));

test('a request may be open on the screens of the chart’s active state', () => {
  expect(OPEN.toSorted()).toEqual(['lockedOut', 'polling', 'pushing', 'timedOut', 'totpEntry']);
});

test('the map leads to every screen, and on from each', () => {
  expect([...new Set(moves.map(({ to }) => to))].toSorted()).toEqual([...LOGIN_STATUSES].toSorted());
  expect(LOGIN_STATUSES.filter((status) => waysOutOf(status).length === 0)).toEqual([]);
});

test('each way is said in words, and no way twice', () => {
  expect(moves.filter(({ words }) => !/^[A-Z].*[^.]$/.test(words))).toEqual([]);
  const said = moves.map(({ from, to, words }) => [from, to, words].join());
  expect(new Set(said).size).toBe(said.length);
  expect(moves).toContainEqual({ from: 'polling', to: 'expired', words: 'The time is over' });
  expect(moves).toContainEqual({ from: 'open', to: 'approved', words: 'Approved on the phone' });
});
