// @vitest-environment node
import { expect, test } from 'vitest';
import { callForToken } from '../../../src/adapters/shared/app-token.js';
import { readJwtClaims } from '../../../src/adapters/shared/jwt.js';
import { unlessAborted } from '../../../src/contract/unless-aborted.js';
import { createAuthSecEnrollment } from '../../../src/adapters/authsec/index.js';
import { CibaError } from '../../../src/contract/index.js';

const never = new Promise<never>(() => {});
const reason = new Error('the reason');

test('a wait ends with the signal’s own reason, before and after it began', async () => {
  await expect(unlessAborted(never, AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  const waiting = unlessAborted(never, controller.signal);
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(unlessAborted(Promise.resolve(1), new AbortController().signal)).resolves.toBe(1);
});

test.each([
  ['rejects', () => Promise.reject(new TypeError('fetch failed'))],
  [
    'throws',
    () => {
      throw new TypeError('fetch failed');
    },
  ],
])('a token function that %s becomes an unavailable error with its cause', async (_, getToken) => {
  const { signal } = new AbortController();
  await expect(callForToken('token', getToken, signal)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('`token`') as string,
    cause: { message: 'fetch failed' },
  });
});

test('a token function that ignores the signal is not waited for', async () => {
  const controller = new AbortController();
  const waiting = callForToken('token', () => never, controller.signal);
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});

test('a CibaError of a token function passes unchanged', async () => {
  const refused = new CibaError('refused', 'No.');
  const { signal } = new AbortController();
  await expect(callForToken('token', () => Promise.reject(refused), signal)).rejects.toBe(refused);
});

test('AuthSec’s enrollment throws a CibaError when the app has no token', async () => {
  const enrollment = createAuthSecEnrollment({
    baseUrl: 'production',
    token: () => Promise.reject(new Error('signed out')),
  });
  await expect(enrollment.begin({ signal: new AbortController().signal })).rejects.toMatchObject({
    code: 'unavailable',
  });
});

test.each(['', 'a', 'a.b.c', 'a.!!.c', `a.${btoa('null')}.c`])('%j has no claims', (token) => {
  expect(readJwtClaims(token)).toEqual({});
});

test('reads claims in UTF-8 and base64url', () => {
  const payload = btoa(String.fromCharCode(...new TextEncoder().encode('{"name":"Zoë ÿ?>"}')));
  expect(readJwtClaims(`a.${payload.replaceAll('+', '-').replaceAll('/', '_')}.c`)).toEqual({ name: 'Zoë ÿ?>' });
});
