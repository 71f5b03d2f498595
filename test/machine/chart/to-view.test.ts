// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { CibaError } from '../../../src/contract/index.js';
import { sameView } from '../../../src/machine/chart/to-view.js';
import { CODE, HINT, setUpLogin, setUpWaiting } from '../../support/set-up-login.js';

describe('sameView', () => {
  const error = new CibaError('network', 'gone');
  test.each<[boolean, unknown, unknown]>([
    [true, 1, 1],
    [true, Number.NaN, Number.NaN],
    [true, null, null],
    [true, {}, {}],
    [true, { a: { b: [1, 2] } }, { a: { b: [1, 2] } }],
    [true, { error }, { error }],
    [false, 1, 2],
    [false, null, {}],
    [false, {}, null],
    [false, 1, {}],
    [false, {}, 1],
    [false, undefined, {}],
    [false, { a: 1 }, { a: 2 }],
    [false, { a: 1 }, { b: 1 }],
    [false, { a: undefined }, { b: undefined }],
    [false, { a: 1 }, { a: 1, b: 2 }],
    [false, { a: 1, b: 2 }, { a: 1 }],
    [false, { a: { b: [1, 2] } }, { a: { b: [1, 3] } }],
    [false, { error }, { error: new CibaError('network', 'gone') }],
    [false, new Map(), new Map()],
  ])('%s for %j and %j', (same, a, b) => {
    expect(sameView(a, b)).toBe(same);
  });
});

test('the first view is idle and open for a start, with nothing known', () => {
  const { login, view, expectStatus } = setUpLogin();
  expect(view('idle')).toEqual({
    status: 'idle',
    after: null,
    loginHint: '',
    can: {
      start: true,
      useCode: true,
      resend: false,
      submitCode: false,
      backToPush: false,
      keepWaiting: false,
      retry: false,
      report: false,
      cancel: false,
    },
  });
  login.start();
  login.useCode();
  expectStatus('idle');
});

test('what the app and the backend said is shown, and nothing else', async () => {
  const transaction = { title: 'Pay 12 EUR' };
  const { view, login, now, settle } = await setUpWaiting(
    { displayCode: 'AB-12', deliveredTo: 'Pixel 9' },
    { transaction },
  );
  expect(view('polling')).toMatchObject({
    transaction,
    push: {
      startedAt: now(),
      expiresAt: now() + 120_000,
      connection: 'ok',
      displayCode: 'AB-12',
      deliveredTo: 'Pixel 9',
    },
  });
  login.useCode();
  await settle();
  expect(view('totpEntry')).toMatchObject({
    can: { submitCode: true, backToPush: true, cancel: true, useCode: false },
    code: { verifying: false, problem: null, wrongCodes: 0, attemptsLeft: 3 },
  });
  login.submitCode(CODE);
  expect(view('totpEntry')).toMatchObject({ can: { submitCode: false }, code: { verifying: true } });

  const bare = await setUpWaiting();
  expect(Object.keys(bare.view('polling').push).toSorted()).toEqual(['connection', 'expiresAt', 'startedAt']);
  expect(bare.view('polling')).not.toHaveProperty('transaction');
});

test('the adapter gets the transaction, and a code gets the push that is open', async () => {
  const seen: unknown[] = [];
  const transaction = { title: 'Pay 12 EUR' };
  const { login, settle } = await setUpWaiting({}, { transaction }, (memory) => ({
    ...memory,
    initiate: (request, options) => {
      seen.push(request);
      return memory.initiate(request, options);
    },
    verifyTotp: ({ pending, ...request }) => {
      seen.push({ ...request, pending: pending?.id !== undefined });
      return Promise.resolve({ status: 'invalidCode' });
    },
  }));
  login.useCode();
  login.submitCode(CODE);
  await settle();
  login.cancel();
  login.useCode();
  login.submitCode(CODE);
  await settle();
  expect(seen).toEqual([
    { loginHint: HINT, transaction },
    { loginHint: HINT, code: CODE, pending: true },
    { loginHint: HINT, code: CODE, pending: false },
  ]);
});

test('an adapter without verifyTotp that is asked all the same says what is missing', async () => {
  const { login, settle, view } = setUpLogin({}, {}, (memory) => {
    const adapter = { ...memory };
    queueMicrotask(() => Reflect.deleteProperty(adapter, 'verifyTotp'));
    return adapter;
  });
  await settle();
  login.useCode(HINT);
  login.submitCode(CODE);
  await settle();
  expect(view('totpEntry').code.problem).toMatchObject({ kind: 'fault', error: { code: 'misconfigured' } });
});

test('subscribers get each new view until they leave, and none that shows the same', async () => {
  const { login, settle, advance } = setUpLogin({ expiresIn: 600 }, { approvalTimeout: Infinity });
  const seen: string[] = [];
  const leave = login.subscribe(({ status }) => seen.push(status));
  login.start(HINT);
  await settle();
  await advance(31_000);
  expect(seen).toEqual(['pushing', 'polling', 'polling']);
  await advance(60_000);
  expect(seen).toHaveLength(3);
  leave();
  login.cancel();
  expect(seen).toHaveLength(3);
});
