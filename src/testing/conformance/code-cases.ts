import {
  theCase,
  call,
  check,
  checkStatus,
  checkSeconds,
  checkThrows,
  start,
  checkOver,
  answerTooLate,
  verify,
} from './checks.js';
import type { AdapterCase } from './checks.js';

/** Codes of an authenticator app. */
export const CODE_CASES: readonly AdapterCase[] = [
  theCase('rejects a wrong code and accepts a valid one', ['verifyTotp', 'validCode', 'wrongCode'], async (harness) => {
    const wrong = await verify(harness, await harness.wrongCode());
    check(wrong.status === 'invalidCode', `Expected status invalidCode, got ${wrong.status}.`);
    const { attemptsLeft } = wrong;
    check(
      attemptsLeft === undefined || (Number.isInteger(attemptsLeft) && attemptsLeft > 0),
      '`attemptsLeft` must be a positive integer.',
    );
    const right = await verify(harness, await harness.validCode());
    check(right.status === 'approved', `Expected status approved, got ${right.status}.`);
    check(right.session !== undefined && right.session !== null, 'A valid code must include a session.');
  }),

  theCase(
    'approves no code for a user without an authenticator app',
    ['verifyTotp', 'hintWithoutCode'],
    async (harness) => {
      const request = { loginHint: harness.hintWithoutCode, code: '000000' };
      // A backend that hides who has an authenticator app responds as to a wrong code.
      checkStatus(await harness.adapter.verifyTotp(request, call()), 'notEnrolled', 'invalidCode');
    },
  ),

  theCase('ends the push request after a valid code', ['verifyTotp', 'validCode'], async (harness) => {
    const pending = await start(harness);
    checkStatus(await verify(harness, await harness.validCode(), pending), 'approved');
    await answerTooLate(() => harness.deny(pending));
    // The login succeeded, so a backend may report an approval here too, but never "pending" or "denied".
    await checkOver(harness, pending, 'approved', 'expired');
  }),

  theCase(
    'locks out after too many wrong codes, for a valid one too',
    ['verifyTotp', 'validCode', 'wrongCode', 'attemptsUntilLockout'],
    async (harness) => {
      for (let attempt = 1; attempt < harness.attemptsUntilLockout; attempt++) {
        checkStatus(await verify(harness, await harness.wrongCode()), 'invalidCode');
      }
      for (const code of [await harness.wrongCode(), await harness.validCode()]) {
        const result = await verify(harness, code);
        check(result.status === 'lockedOut', `Expected status lockedOut, got ${result.status}.`);
        checkSeconds(result.retryAfter, '`retryAfter`');
      }
    },
  ),

  theCase(
    'counts a wrong code once per `actId`, however often it is sent',
    ['verifyTotp', 'wrongCode', 'attemptsUntilLockout', 'rings'],
    async (harness) => {
      const options = call();
      const code = await harness.wrongCode();
      for (let sent = 0; sent <= harness.attemptsUntilLockout; sent++) {
        const result = await harness.adapter.verifyTotp({ loginHint: harness.knownHint, code }, options);
        checkStatus(result, harness.attemptsUntilLockout > 1 ? 'invalidCode' : 'lockedOut');
      }
    },
  ),

  theCase(
    'does not count an error as a wrong code',
    ['fault', 'verifyTotp', 'wrongCode', 'attemptsUntilLockout'],
    async (harness) => {
      for (const kind of ['network', 'malformed'] as const) {
        await harness.fault(kind);
        for (let attempt = 0; attempt < harness.attemptsUntilLockout; attempt++) {
          await checkThrows(verify(harness, await harness.wrongCode()), 'A code that failed with an error');
        }
      }
      await harness.fault(null);
      const result = await verify(harness, await harness.wrongCode());
      checkStatus(result, harness.attemptsUntilLockout > 1 ? 'invalidCode' : 'lockedOut');
    },
  ),
];
