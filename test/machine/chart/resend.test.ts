// @vitest-environment node
import { expect, test } from 'vitest';
import { cooldownMs, toResendAt } from '../../../src/machine/chart/resend.js';
import type { LiveRequest } from '../../../src/machine/polling/request.js';

const NEVER_MS = 2 ** 31 - 1;

function requestAt(startedAt: number): LiveRequest {
  return {
    pending: { id: 'a', expiresIn: 60, interval: 5, resumable: false },
    startedAt,
    expiresAt: startedAt + 60_000,
    lastSentAt: startedAt,
    notBefore: 0,
  };
}

test('each cooldown is longer than the one before, and there is no resend after the last', () => {
  const request = requestAt(1_000);
  expect([0, 1, 2, 3].map((resends) => toResendAt(request, resends))).toEqual([31_000, 61_000, 121_000, null]);
});

test.each([
  ['counts from the newest request', [requestAt(20_000), requestAt(0)], 0, 25_000, 25_000],
  ['is over once its time has passed', [requestAt(0)], 0, 30_000, 0],
  ['is never negative', [requestAt(0)], 0, 99_000, 0],
  ['does not end after the last resend', [requestAt(0)], 3, 500_000, NEVER_MS],
  ['does not end without a request', [], 0, 0, NEVER_MS],
])('the cooldown %s', (_, requests, resends, now, expected) => {
  expect(cooldownMs({ requests, resends }, now)).toBe(expected);
});
