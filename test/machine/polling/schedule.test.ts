// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { CibaError } from '../../../src/contract/index.js';
import {
  afterOtherTab,
  afterFault,
  afterPending,
  afterReturn,
  afterSent,
  nextPoll,
  openSchedule,
} from '../../../src/machine/polling/schedule.js';
import type { PollSchedule } from '../../../src/machine/polling/schedule.js';

const s = (seconds: number) => seconds * 1000;
const pending = { id: 'a', expiresIn: 120, interval: 5, resumable: false };
const request = { pending, startedAt: 0, expiresAt: s(120), lastSentAt: 0, notBefore: 0 };
const fresh = openSchedule(request, 0);
const network = new CibaError('network', 'gone');

function faulted(times: number, random: number): PollSchedule {
  let schedule = fresh;
  for (let fault = 0; fault < times; fault += 1) schedule = afterFault(schedule, network, 0, random);
  return schedule;
}

describe('nextPoll', () => {
  test.each<[string, PollSchedule, number, ReturnType<typeof nextPoll>]>([
    ['a new request waits one interval', fresh, 0, { at: s(5), last: false }],
    ['the interval counts from sending', afterSent(fresh, s(5)), s(9), { at: s(10), last: false }],
    ['minInterval slows down', openSchedule(request, 8), 0, { at: s(8), last: false }],
    ['minInterval never speeds up', openSchedule(request, 1), 0, { at: s(5), last: false }],
    [
      'slow_down counts for good',
      afterSent(afterPending(fresh, { interval: 10 }, 0), s(10)),
      s(10),
      { at: s(20), last: false },
    ],
    ['a shorter interval is not taken', afterPending(fresh, { interval: 1 }, 0), 0, { at: s(5), last: false }],
    ['a longer Retry-After wins', afterPending(fresh, { retryAfter: 20 }, s(1)), s(1), { at: s(21), last: false }],
    ['a shorter Retry-After does not', afterPending(fresh, { retryAfter: 2 }, s(1)), s(1), { at: s(5), last: false }],
    [
      'Retry-After counts once',
      afterPending(afterPending(fresh, { retryAfter: 20 }, 0), {}, s(20)),
      s(20),
      { at: s(20), last: false },
    ],
    ['one fault doubles the wait at most', faulted(1, 1), 0, { at: s(10), last: false }],
    ['jitter halves it at most', faulted(1, 0), 0, { at: s(5), last: false }],
    ['many faults wait 30 s at most', faulted(50, 1), 0, { at: s(30), last: false }],
    [
      "a fault's Retry-After wins",
      afterFault(fresh, new CibaError('rateLimited', '', { retryAfter: 60 }), 0, 1),
      0,
      { at: s(60), last: false },
    ],
    ['an answer ends the back-off', afterPending(faulted(3, 1), {}, 0), 0, { at: s(5), last: false }],
    ['a return ends the back-off', afterReturn(faulted(3, 1)), s(1), { at: s(5), last: false }],
    [
      'a return does not end Retry-After',
      afterReturn(afterPending(fresh, { retryAfter: 20 }, 0)),
      s(1),
      { at: s(20), last: false },
    ],
    ['the deadline has the last poll', afterSent(fresh, s(117)), s(117), { at: s(122), last: true }],
    ['a poll past the deadline is the last', fresh, s(500), { at: s(120), last: true }],
    [
      'a back-off past the deadline polls at the deadline',
      afterFault(faulted(3, 1), network, s(110), 1),
      s(110),
      { at: s(120), last: true },
    ],
    ['a Retry-After far past the deadline allows no last poll', afterPending(fresh, { retryAfter: 1e6 }, 0), 0, null],
    [
      'an interval far past the deadline allows no last poll',
      openSchedule({ ...request, pending: { ...pending, interval: 604_800 } }, 0),
      0,
      null,
    ],
    ['a clock set back does not wait for the past', afterSent(fresh, s(100)), s(10), { at: s(15), last: false }],
  ])('%s', (_name, schedule, now, expected) => {
    expect(nextPoll(schedule, now)).toEqual(expected);
  });
});

describe('what another tab said', () => {
  const now = s(9);
  const other = { interval: 10, sinceSentMs: s(2), notBeforeInMs: s(11) };
  const slowed = { pending: { interval: 10 }, lastSentAt: s(7), notBefore: s(20) };

  test('slows down, and never speeds up', () => {
    const heard = afterOtherTab(fresh, other, now);
    expect(heard).toMatchObject(slowed);
    expect(afterOtherTab(heard, { interval: 1, sinceSentMs: s(8), notBeforeInMs: 0 }, now)).toMatchObject(slowed);
  });

  test('its poll answers what this one wanted; an older one does not', () => {
    const wanted = afterReturn(afterSent(fresh, s(3)));
    expect(wanted.pollSoon).toBe(true);
    expect(afterOtherTab(wanted, other, now).pollSoon).toBe(false);
    expect(afterOtherTab(wanted, { ...other, sinceSentMs: s(7) }, now).pollSoon).toBe(true);
    expect(afterOtherTab(fresh, { ...other, sinceSentMs: now }, now).pollSoon).toBe(false);
  });
});

describe('at the deadline', () => {
  test.each<[string, Partial<PollSchedule>, number, ReturnType<typeof nextPoll>]>([
    ['a poll that would go right then is the last', { lastSentAt: s(115) }, s(115), { at: s(120), last: true }],
    ['one just before it is not', { lastSentAt: s(115) - 1 }, s(115), { at: s(120) - 1, last: false }],
    ['a wait of 30 s past it is still waited for', { notBefore: s(150) }, s(100), { at: s(150), last: true }],
    ['a longer one is not', { notBefore: s(150) + 1 }, s(100), null],
  ])('%s', (_name, change, now, expected) => {
    expect(nextPoll({ ...fresh, ...change }, now)).toEqual(expected);
  });
});

test('Retry-After counts from the answer, and a shorter one takes nothing back', () => {
  expect(afterPending(fresh, { retryAfter: 20 }, s(100)).notBefore).toBe(s(120));
  const limited = afterFault(fresh, new CibaError('rateLimited', '', { retryAfter: 60 }), s(100), 0);
  expect(limited.notBefore).toBe(s(160));
  expect(afterFault(limited, network, s(101), 0).notBefore).toBe(s(160));
});
