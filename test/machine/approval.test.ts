// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import type { CibaAdapter, PendingApproval, PollResult } from '../../src/contract/index.js';
import { CODE, setUpLogin } from '../support/set-up-login.js';

// What the server says of an approval decides what its screen can do.

type Said = Partial<PendingApproval>;

/** An approval of which the server says more than a login's backend does. */
function setUpApproval(said: Said, poll?: () => PollResult<never>) {
  return setUpLogin({}, { once: true, loginHint: 'approval-id' }, (adapter) => {
    const wrapped: CibaAdapter<never> = {
      initiate: async (request, options) => ({ ...(await adapter.initiate(request, options)), ...said }),
      poll: async (pending, options) => poll?.() ?? ((await adapter.poll(pending, options)) as never),
      verifyTotp: (request, options) => adapter.verifyTotp?.(request, options) as never,
    };
    return wrapped as never;
  });
}

describe('an approval', () => {
  test('shows the transaction that the server has, also after its end', async () => {
    const transaction = { title: 'Pay 12.00 EUR', amount: { value: '12.00', currency: 'EUR' } };
    const { login, view, advance, adapter } = setUpApproval({ transaction });
    login.start();
    await advance(0);
    const { push, ...polling } = view('polling');
    expect(polling.transaction).toEqual(transaction);
    expect(push).not.toHaveProperty('transaction');
    adapter.phone.deny();
    await advance(5000);
    expect(view('denied').transaction).toEqual(transaction);
  });

  test('offers a code only if the server allows one', async () => {
    for (const codeAllowed of [true, false]) {
      const { login, view, expectStatus, advance } = setUpApproval({ codeAllowed });
      expect(view('idle').can.useCode).toBe(false);
      login.useCode();
      login.start();
      await advance(0);
      expect(view('polling').can.useCode).toBe(codeAllowed);
      login.useCode();
      expectStatus(codeAllowed ? 'totpEntry' : 'polling');
    }
  });

  test('starts with the code if there was no push, and shows none', async () => {
    const { login, view, expectStatus, advance, events } = setUpApproval({ codeAllowed: true, pushed: false });
    login.start();
    await advance(0);
    const entry = view('totpEntry');
    expect(entry.push).toBeNull();
    expect(entry.can.backToPush).toBe(false);
    login.backToPush();
    expectStatus('totpEntry');
    expect(events.map(({ type }) => type)).not.toContain('pushSent');
    login.submitCode(CODE);
    await advance(0);
    expectStatus('approved');
  });

  test('that was never pushed is over after a cancel, and says so', async () => {
    const { login, view, advance, calls } = setUpApproval({ codeAllowed: true, pushed: false });
    login.start();
    await advance(0);
    login.cancel();
    expect(view('idle')).toMatchObject({ after: 'cancel', can: { start: false, useCode: false } });
    login.start();
    await advance(0);
    expect(calls('initiate')).toHaveLength(1);
  });

  test('is not sent again where the server says so', async () => {
    const { login, view, advance, calls } = setUpApproval({ resendAllowed: false });
    login.start();
    await advance(60_000);
    expect(view('polling').can.resend).toBe(false);
    login.resend();
    await advance(0);
    expect(calls('initiate')).toHaveLength(1);
  });

  test.each(['denied', 'expired', 'cancelled'] as const)('ends with %s, and nothing replaces it', async (status) => {
    const { login, view, advance, calls, events } = setUpApproval({ codeAllowed: true }, () => ({ status }));
    login.start();
    await advance(5000);
    const end = view(status === 'cancelled' ? 'idle' : status);
    expect(end.can).toMatchObject({ start: false, retry: false, useCode: false });
    login.retry();
    login.start();
    login.useCode();
    await advance(0);
    expect(login.getView()).toBe(end);
    expect(calls('initiate')).toHaveLength(1);
    expect(events.at(-1)?.type).toBe(status);
  });
});

test('an approval that could not be opened is opened again', async () => {
  let blips = 1;
  const { login, view, expectStatus, advance } = setUpLogin(
    {},
    { once: true, loginHint: 'approval-id' },
    (adapter) => ({
      ...adapter,
      initiate: async (request, options) => {
        if (blips-- > 0) throw new CibaError('network', 'away');
        return adapter.initiate(request, options);
      },
    }),
  );
  login.start();
  await advance(0);
  expect(view('failed').can.retry).toBe(true);
  login.retry();
  await advance(0);
  expectStatus('polling');
});

test('a login that was canceled elsewhere is idle and can start again', async () => {
  const { login, view, advance } = setUpLogin({}, {}, (adapter) => ({
    ...adapter,
    poll: () => Promise.resolve({ status: 'cancelled' }),
  }));
  login.start('ada@example.com');
  await advance(5000);
  const idle = view('idle');
  expect(idle.after).toBe('cancel');
  expect(idle.can.start).toBe(true);
});
