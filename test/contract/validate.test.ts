// @vitest-environment node
import { describe, expect, test, vi } from 'vitest';
import { validatePending, validatePollResult, validateTotpResult } from '../../src/contract/validate.js';

const WEEK = 604_800;
const nothing = [undefined, null, 'text', 7, true, [], {}];

function listen() {
  return vi.spyOn(console, 'error').mockImplementation(() => {});
}

describe('validatePending', () => {
  const valid = { id: 'a', expiresIn: 60, interval: 2, resumable: true, displayCode: 'AB-12', deliveredTo: 'Pixel 9' };

  test('keeps what the engine needs and drops the rest', () => {
    expect(validatePending({ ...valid, serverState: 'secret', more: 1 })).toEqual(valid);
    expect(validatePending({ id: 'a', expiresIn: 60 })).toEqual({
      id: 'a',
      expiresIn: 60,
      interval: 5,
      resumable: false,
    });
    expect(validatePending({ ...valid, displayCode: '', deliveredTo: 5, resumable: 'yes' })).toEqual({
      id: 'a',
      expiresIn: 60,
      interval: 2,
      resumable: false,
    });
  });

  test.each([...nothing, { expiresIn: 60 }, { id: 5, expiresIn: 60 }, { id: '', expiresIn: 60 }, { id: 'a' }])(
    '%j is refused',
    (value) => {
      expect(() => validatePending(value)).toThrow(
        expect.objectContaining({
          code: 'badResponse',
          message: expect.stringMatching(/initiate\(\).*PendingApproval/) as string,
        }),
      );
    },
  );

  test.each([0, -1, Number.NaN, '60', null])(
    'an expiresIn of %j is refused, and development builds say so',
    (expiresIn) => {
      const warning = listen();
      expect(() => validatePending({ ...valid, expiresIn })).toThrow();
      expect(warning).toHaveBeenCalledExactlyOnceWith(
        expect.stringMatching(/invalid expiresIn: expected a positive number of seconds\. It was ignored\./),
      );
    },
  );

  test('more than a week is a week, and development builds say so', () => {
    const warning = listen();
    expect(validatePending({ ...valid, expiresIn: WEEK }).expiresIn).toBe(WEEK);
    expect(warning).not.toHaveBeenCalled();
    expect(validatePending({ ...valid, expiresIn: WEEK + 1, interval: 1e9 })).toMatchObject({
      expiresIn: WEEK,
      interval: WEEK,
    });
    expect(warning.mock.calls.flat()).toEqual([
      expect.stringMatching(/invalid expiresIn: expected at most a week/),
      expect.stringMatching(/invalid interval: expected at most a week/),
    ]);
  });

  test('production builds say nothing', () => {
    const warning = listen();
    vi.stubEnv('NODE_ENV', 'production');
    expect(validatePending({ ...valid, interval: -1 }).interval).toBe(5);
    vi.unstubAllEnvs();
    expect(warning).not.toHaveBeenCalled();
  });
});

describe('validatePollResult', () => {
  test.each([
    [{ status: 'pending', more: 1 }, { status: 'pending' }],
    [
      { status: 'pending', interval: 10, retryAfter: 20 },
      { status: 'pending', interval: 10, retryAfter: 20 },
    ],
    [
      { status: 'approved', session: { a: 1 }, more: 1 },
      { status: 'approved', session: { a: 1 } },
    ],
    [{ status: 'denied', more: 1 }, { status: 'denied' }],
    [{ status: 'expired', more: 1 }, { status: 'expired' }],
  ])('%j', (value, result) => {
    expect(validatePollResult(value)).toEqual(result);
  });

  test('names the invalid field', () => {
    const warning = listen();
    expect(validatePollResult({ status: 'pending', interval: 'x', retryAfter: -1 })).toEqual({ status: 'pending' });
    expect(warning.mock.calls.flat()).toEqual([
      expect.stringContaining('invalid interval:'),
      expect.stringContaining('invalid retryAfter:'),
    ]);
  });

  test.each([...nothing, { status: 'maybe' }, { status: 'invalidCode' }])('%j is refused', (value) => {
    expect(() => validatePollResult(value)).toThrow(
      expect.objectContaining({
        code: 'badResponse',
        message: expect.stringMatching(/poll\(\).*PollResult/) as string,
      }),
    );
  });
});

describe('validateTotpResult', () => {
  test.each([
    [
      { status: 'approved', session: 1, more: 1 },
      { status: 'approved', session: 1 },
    ],
    [{ status: 'notEnrolled', more: 1 }, { status: 'notEnrolled' }],
    [
      { status: 'invalidCode', attemptsLeft: 0 },
      { status: 'invalidCode', attemptsLeft: 0 },
    ],
    [{ status: 'invalidCode', attemptsLeft: 1.7 }, { status: 'invalidCode' }],
    [{ status: 'invalidCode', attemptsLeft: -1 }, { status: 'invalidCode' }],
    [{ status: 'invalidCode', attemptsLeft: '2' }, { status: 'invalidCode' }],
    [{ status: 'invalidCode' }, { status: 'invalidCode' }],
    [
      { status: 'lockedOut', retryAfter: 30 },
      { status: 'lockedOut', retryAfter: 30 },
    ],
    [{ status: 'lockedOut' }, { status: 'lockedOut' }],
    [
      { status: 'lockedOut', retryAfter: 0 },
      { status: 'lockedOut', retryAfter: 0 },
    ],
  ])('%j', (value, result) => {
    expect(validateTotpResult(value)).toEqual(result);
  });

  test.each([...nothing, { status: 'maybe' }, { status: 'pending' }])('%j is refused', (value) => {
    expect(() => validateTotpResult(value)).toThrow(
      expect.objectContaining({
        code: 'badResponse',
        message: expect.stringMatching(/verifyTotp\(\).*TotpResult/) as string,
      }),
    );
  });
});
