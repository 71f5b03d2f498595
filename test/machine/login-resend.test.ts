// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import type { PendingApproval } from '../../src/contract/index.js';
import { setUpWaiting } from '../support/set-up-login.js';
import type { setUpLogin } from '../support/set-up-login.js';

describe('resend', () => {
  test('after the cooldown, at most three times; a late approval of the first still counts', async () => {
    const { login, adapter, settle, advance, calls, view, expectStatus, now } = await setUpWaiting(
      { expiresIn: 600 },
      { approvalTimeout: Infinity },
    );
    const first = adapter.phone.requests[0];
    for (const cooldown of [30_000, 60_000, 120_000]) {
      expect(view('polling')).toMatchObject({ resendAt: now() + cooldown, can: { resend: false } });
      login.resend();
      expectStatus('polling');
      await advance(cooldown);
      expect(view('polling').can.resend).toBe(true);
      login.resend();
      expectStatus('pushing');
      await settle();
    }
    expect(view('polling')).toMatchObject({ resendAt: null, can: { resend: false } });
    expect(calls('initiate')).toHaveLength(4);
    if (first) adapter.phone.approve(first.id);
    await advance(5_000);
    expectStatus('approved');
  });

  test('a failed resend keeps the living request and says why', async () => {
    const { login, adapter, settle, advance, view, expectStatus } = await setUpWaiting();
    await advance(30_000);
    adapter.faults = { initiate: 'rateLimited' };
    login.resend();
    await settle();
    expect(view('polling').resendError?.code).toBe('rateLimited');
    adapter.phone.approve();
    await advance(5_000);
    expectStatus('approved');
  });

  test('one that failed counts and cools down like any other: the phone may have rung all the same', async () => {
    const { login, adapter, settle, advance, calls, view, expectStatus, now } = await setUpWaiting(
      { expiresIn: 600 },
      { approvalTimeout: Infinity },
    );
    const start = now();
    adapter.faults = { initiate: 'unavailable' };
    await advance(30_000);
    login.resend();
    await settle();
    expect(view('polling')).toMatchObject({ resendAt: start + 60_000, can: { resend: false } });
    login.resend();
    expectStatus('polling');
    await advance(30_000);
    expect(view('polling').can.resend).toBe(true);
    login.resend();
    await advance(60_000);
    login.resend();
    await settle();
    expect(view('polling')).toMatchObject({ resendAt: null, can: { resend: false } });
    expect(calls('initiate')).toHaveLength(4);
  });

  test('a backend that gives one id twice has one request open', async () => {
    const { login, settle, advance, expectStatus } = await setUpWaiting(
      { expiresIn: 120 },
      { approvalTimeout: Infinity },
      (memory) => ({
        ...memory,
        initiate: async (request, options) => ({ ...(await memory.initiate(request, options)), id: 'the same' }),
        poll: () => Promise.resolve({ status: 'pending' }),
      }),
    );
    await advance(30_000);
    login.resend();
    await settle();
    expect(login.actorRef.getSnapshot().context.requests).toHaveLength(1);
    await advance(125_000);
    expectStatus('expired');
  });

  test('the phone may approve the older request while the newer is being sent, which is then withdrawn', async () => {
    const cancelled: string[] = [];
    let late: ((pending: PendingApproval) => void) | undefined;
    let starts = 0;
    const { login, adapter, settle, advance, expectStatus } = await setUpWaiting({}, {}, (memory) => ({
      ...memory,
      initiate: (request, options) =>
        ++starts === 1 ? memory.initiate(request, options) : new Promise((resolve) => (late = resolve)),
      cancel: ({ id }) => Promise.resolve(void cancelled.push(id)),
    }));
    await advance(30_000);
    login.resend();
    adapter.phone.approve();
    await advance(5_000);
    expectStatus('approved');
    expect(cancelled).toEqual([]);
    late?.({ id: 'late', expiresIn: 60, interval: 5, resumable: false });
    await settle();
    expect(cancelled).toEqual(['late']);
  });

  test('a denial of the older request only ends that one', async () => {
    const { login, adapter, settle, advance, expectStatus } = await setUpWaiting({ expiresIn: 300 });
    const [older] = adapter.phone.requests;
    await advance(30_000);
    login.resend();
    await settle();
    if (older) adapter.phone.deny(older.id);
    await advance(5_000);
    expectStatus('polling');
    adapter.phone.approve();
    await advance(5_000);
    expectStatus('approved');
  });
});

describe('two requests', () => {
  const resent = async (...args: Parameters<typeof setUpLogin>) => {
    const test = await setUpWaiting(...args);
    await test.advance(30_000);
    test.login.resend();
    await test.settle();
    return test;
  };

  test('the end of the older one leaves the newer', async () => {
    const { login, advance, view, expectStatus } = await resent({ expiresIn: 60 });
    const { startedAt } = view('polling').push;
    await advance(31_000);
    expect(view('polling').push.startedAt).toBe(startedAt);
    expect(login.actorRef.getSnapshot().context.requests).toHaveLength(1);
    await advance(40_000);
    expectStatus('expired');
  });

  test.each([
    ['approves', 'older', 'approved', ['newer']],
    ['approves', 'newer', 'approved', ['older']],
    ['denies', 'newer', 'denied', ['older']],
    ['denies', 'older', 'polling', []],
  ] as const)(
    'where the phone %s the %s one, the login is %s, and %j is withdrawn',
    async (answer, one, status, rest) => {
      const withdrawn: string[] = [];
      const { adapter, advance, expectStatus } = await resent({ expiresIn: 300 }, {}, (memory) => ({
        ...memory,
        cancel: ({ id }) => Promise.resolve(void withdrawn.push(id)),
      }));
      const [older = '', newer = ''] = adapter.phone.requests.map(({ id }) => id);
      const names = { older, newer };
      if (answer === 'approves') adapter.phone.approve(names[one]);
      else adapter.phone.deny(names[one]);
      await advance(5_000);
      expectStatus(status);
      expect(withdrawn).toEqual(rest.map((name) => names[name]));
    },
  );

  test('a definite fault of one leaves the other', async () => {
    const refused = new Set<string>();
    const { adapter, advance, view, expectStatus } = await resent({ expiresIn: 300 }, {}, (memory) => ({
      ...memory,
      poll: (pending, options) =>
        refused.has(pending.id) ? Promise.reject(new CibaError('refused', 'no')) : memory.poll(pending, options),
    }));
    const [older, newer] = adapter.phone.requests.map(({ id }) => id);
    refused.add(newer ?? '');
    await advance(5_000);
    expect(view('polling').push.startedAt).toBeDefined();
    adapter.phone.approve(older);
    await advance(5_000);
    expectStatus('approved');
  });

  test('while it is paused, too', async () => {
    const { advance, expectStatus } = await resent({ expiresIn: 100 }, { approvalTimeout: 40 });
    await advance(40_000);
    expectStatus('timedOut');
    await advance(31_000);
    expectStatus('timedOut');
    await advance(40_000);
    expectStatus('expired');
  });
});
