// @vitest-environment node
import { expect, test } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import { HINT, setUpLogin } from '../support/set-up-login.js';

const fault = (code: 'rateLimited' | 'unknown' | 'unavailable', retryAfter?: number) =>
  new CibaError(code, 'As the test asks for.', { retryAfter });

test('a login that names a time can’t be tried again before it', async () => {
  const { login, view, advance, calls, environment } = setUpLogin({ faults: { initiate: fault('rateLimited', 60) } });
  login.start(HINT);
  await advance(0);
  const failed = view('failed');
  expect(failed.retryAt).toBe(environment.clock.now() + 60_000);
  expect(failed.can).toMatchObject({ retry: false, useCode: true, cancel: true });
  login.retry();
  await advance(59_000);
  expect(calls('initiate')).toHaveLength(1);
  expect(view('failed').can.retry).toBe(false);
  await advance(1000);
  expect(view('failed')).toMatchObject({ retryAt: null, can: { retry: true } });
  login.retry();
  await advance(0);
  expect(calls('initiate')).toHaveLength(2);
});

test('without a time it can be tried again at once', async () => {
  const { login, view, advance } = setUpLogin({ faults: { initiate: fault('unavailable') } });
  login.start(HINT);
  await advance(0);
  expect(view('failed')).toMatchObject({ retryAt: null, again: false, can: { retry: true } });
});

test('a failure that comes again in the same way says so', async () => {
  const faults = [fault('unknown'), fault('unknown'), fault('unavailable')];
  const { login, view, advance } = setUpLogin({}, {}, (adapter) => ({
    ...adapter,
    initiate: () => Promise.reject(faults.shift() ?? new Error('enough')),
  }));
  login.start(HINT);
  await advance(0);
  expect(view('failed').again).toBe(false);
  login.retry();
  await advance(0);
  expect(view('failed').again).toBe(true);
  login.retry();
  await advance(0);
  expect(view('failed').again).toBe(false);
});

test('who reported a denial is not offered another push', async () => {
  const { login, view, advance, adapter } = setUpLogin();
  login.start(HINT);
  await advance(0);
  adapter.phone.deny();
  await advance(5000);
  expect(view('denied').can.retry).toBe(true);
  login.report();
  expect(view('denied').can).toMatchObject({ retry: false, useCode: true, cancel: true });
});
