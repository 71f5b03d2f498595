// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { validateTabMessage } from '../../../src/machine/polling/tab-message.js';

const nothing = [undefined, null, 'text', 7, true, [], {}];

describe('validateTabMessage', () => {
  const schedule = { interval: 5, sinceSentMs: 0, notBeforeInMs: 0 };

  test.each([
    { type: 'ended', outcome: 'approved' },
    { type: 'ended', outcome: 'denied' },
    { type: 'polled', schedule },
  ])('%j', (message) => {
    expect(validateTabMessage({ ...message, more: 1 })).toEqual(message);
  });

  test('a wait is cut to a week', () => {
    const message = { type: 'polled', schedule: { ...schedule, notBeforeInMs: 1e15 } };
    expect(validateTabMessage(message)).toMatchObject({ schedule: { notBeforeInMs: 604_800_000 } });
  });

  test.each([
    ...nothing,
    { type: 'ended' },
    { type: 'ended', outcome: 'expired' },
    { type: 'started', outcome: 'denied' },
    { type: 'polled' },
    { type: 'polled', schedule: null },
    { type: 'polled', schedule: 'soon' },
    { type: 'started', schedule },
    ...Object.keys(schedule).flatMap((key) =>
      [-1, '5', undefined, Number.NaN].map((value) => ({ type: 'polled', schedule: { ...schedule, [key]: value } })),
    ),
  ])('%j is nothing', (message) => {
    expect(validateTabMessage(message)).toBeNull();
  });
});
