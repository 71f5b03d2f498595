// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { validateTabMessage } from '../../../src/machine/polling/tab-message.js';

const nothing = [undefined, null, 'text', 7, true, [], {}];

describe('validateTabMessage', () => {
  const schedule = { interval: 5, lastSentAt: 0, notBefore: 0 };

  test.each([
    { type: 'ended', outcome: 'approved' },
    { type: 'ended', outcome: 'denied' },
    { type: 'polled', schedule },
  ])('%j', (message) => {
    expect(validateTabMessage({ ...message, more: 1 })).toEqual(message);
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
