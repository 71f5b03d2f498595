// @vitest-environment node
import { describe, expect, test } from 'vitest';
import type { CibaClock } from '../../../src/machine/index.js';
import { readResume, writeResume } from '../../../src/machine/polling/resume.js';
import { HINT, openLogin, setUpLogin, setUpWaiting } from '../../support/set-up-login.js';

const KEY = 'react-ciba:login';
const RESUMABLE = { resumable: true, expiresIn: 300 };
const RESUME = { resume: true, approvalTimeout: Infinity };

describe('after a reload', () => {
  test('the same request goes on, nobody is rung again, and no poll comes too soon', async () => {
    const { login, world, adapter, calls, advance, now } = await setUpWaiting(RESUMABLE, RESUME);
    const start = now();
    await advance(11_000);
    login.stop();
    const next = openLogin(world, adapter, RESUME);
    expect(next.view('polling')).toMatchObject({
      loginHint: HINT,
      push: { startedAt: start, expiresAt: start + 300_000 },
    });
    await advance(5_000);
    expect(calls('poll').map(({ at }) => at - start)).toEqual([5_000, 10_000, 16_000]);
    adapter.phone.approve();
    await advance(5_000);
    next.expectStatus('approved');
    expect(next.onApproved).toHaveBeenCalledOnce();
    expect(calls('initiate')).toHaveLength(1);
    expect(next.events[0]).toEqual({ type: 'resumed' });
  });

  test('slow_down, the resends and their cooldown are kept', async () => {
    const { login, world, adapter, advance, view } = await setUpWaiting(RESUMABLE, RESUME, (memory) => ({
      ...memory,
      poll: async (pending, options) => ({ ...(await memory.poll(pending, options)), interval: 12 }) as never,
    }));
    await advance(30_000);
    login.resend();
    await advance(20_000);
    const { resendAt } = view('polling');
    login.stop();
    const { login: resumed, view: next } = openLogin(world, adapter, RESUME);
    expect(next('polling')).toMatchObject({ resendAt, can: { resend: false } });
    expect(resumed.actorRef.getSnapshot().context).toMatchObject({ resends: 1 });
    expect(resumed.actorRef.getSnapshot().context.requests.map(({ pending }) => pending.interval)).toEqual([12, 12]);
    await advance(40_000);
    expect(next('polling').can.resend).toBe(true);
  });

  test('a reload while the phone is being rung starts over', async () => {
    const { login, world, adapter, settle } = setUpLogin({ ...RESUMABLE, latency: 2 }, RESUME);
    login.start(HINT);
    await settle();
    login.stop();
    openLogin(world, adapter, RESUME).expectStatus('idle');
  });

  test.each([
    ['the option is off', RESUMABLE, {}],
    ["the adapter's requests are not resumable", { expiresIn: 300 }, RESUME],
  ])('nothing is kept where %s', async (_name, memory, options) => {
    const { world } = await setUpWaiting(memory, options);
    expect([...(world.environment.storage === null ? [] : [world.environment.storage.getItem(KEY)])]).toEqual([null]);
  });

  test('another user, a request that is over, and rubbish are not resumed', async () => {
    const { login, world, adapter, jump } = await setUpWaiting(RESUMABLE, RESUME);
    login.stop();
    openLogin(world, adapter, { ...RESUME, loginHint: 'grace@example.com' }).expectStatus('idle');
    jump(24 * 3_600_000 + 1);
    openLogin(world, adapter, RESUME).expectStatus('idle');
    world.environment.storage?.setItem(KEY, '{"version":2,"requests":[{"pending":{}}]}');
    openLogin(world, adapter, RESUME).expectStatus('idle');
  });

  test.each([
    [
      'approved',
      async ({ adapter, advance }: Awaited<ReturnType<typeof setUpWaiting>>) => {
        adapter.phone.approve();
        await advance(5_000);
      },
    ],
    [
      'denied',
      async ({ adapter, advance }: Awaited<ReturnType<typeof setUpWaiting>>) => {
        adapter.phone.deny();
        await advance(5_000);
      },
    ],
    ['cancelled', async ({ login }: Awaited<ReturnType<typeof setUpWaiting>>) => login.cancel()],
    ['expired', async ({ advance }: Awaited<ReturnType<typeof setUpWaiting>>) => advance(305_000)],
  ])('a login that was %s leaves nothing behind', async (_name, end) => {
    const test = await setUpWaiting(RESUMABLE, RESUME);
    expect(test.environment.storage?.getItem(KEY)).toContain(HINT);
    await end(test);
    expect(test.environment.storage?.getItem(KEY)).toBeNull();
  });

  test('two logins of one page have their own places', async () => {
    const { world } = await setUpWaiting(RESUMABLE, { ...RESUME, resume: 'payment' });
    expect(world.environment.storage?.getItem('react-ciba:payment')).toContain(HINT);
    expect(world.environment.storage?.getItem(KEY)).toBeNull();
  });

  test('storage that throws costs the resume, not the login', async () => {
    const forbidden = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    const { world, login, settle, view } = setUpLogin(RESUMABLE);
    login.stop();
    world.change({ storage: { getItem: forbidden, setItem: forbidden, removeItem: forbidden } as never });
    void view;
    const { adapter } = setUpLogin(RESUMABLE);
    const next = openLogin(world, adapter, RESUME);
    next.login.start(HINT);
    await settle();
    next.expectStatus('polling');
  });
});

describe('the record', () => {
  const request = {
    pending: { id: 'a', expiresIn: 60, interval: 5, resumable: true },
    startedAt: 1_000,
    expiresAt: 61_000,
    lastSentAt: 6_000,
    notBefore: 0,
  };
  const login = { loginHint: HINT, resends: 1, requests: [request] };
  const at = (now: number, deviceNow = now) => ({ now: () => now, deviceNow: () => deviceNow }) as unknown as CibaClock;
  const saved = { version: 2, savedAt: 7_000, deviceSavedAt: 7_000, ...login };

  test('reads what it wrote', () => {
    expect(readResume(writeResume(login, at(7_000)), at(7_000))).toEqual(login);
    expect(readResume(JSON.stringify(saved), at(7_000))).toEqual(login);
  });

  test.each([
    ['the same clock, later', at(17_000), 10_000],
    ['a clock that starts over', at(500_000, 17_000), 10_000],
    ['a clock that was set back', at(17_000, 0), 0],
    ['a clock that was set forward by hours', at(7_000, 10_807_000), 0],
  ])('moves the times to %s', (_name, clock, away) => {
    const time = (written: number) => written - 7_000 + clock.now() - away;
    expect(readResume(JSON.stringify(saved), clock)?.requests).toEqual([
      { ...request, startedAt: time(1_000), expiresAt: time(61_000), lastSentAt: time(6_000) + away },
    ]);
  });

  test('has no more time left than a request can have', () => {
    const text = JSON.stringify({ ...saved, requests: [{ ...request, expiresAt: 9e12 }] });
    expect(readResume(text, at(7_000))?.requests[0]?.expiresAt).toBe(67_000);
  });

  test('keeps only requests that another page load may poll', () => {
    const direct = { ...request, pending: { ...request.pending, resumable: false } };
    expect(writeResume({ ...login, requests: [direct] }, at(7_000))).toBe('');
    expect(readResume(writeResume({ ...login, requests: [direct, request] }, at(7_000)), at(7_000))?.requests).toEqual([
      request,
    ]);
  });

  test.each([
    ['nothing', null],
    ['no JSON', 'abc'],
    ['another version', JSON.stringify({ ...saved, version: 1 })],
    ['no user', JSON.stringify({ ...saved, loginHint: '' })],
    ['no time of saving', JSON.stringify({ ...saved, savedAt: undefined })],
    ['no times', JSON.stringify({ ...saved, requests: [{ pending: request.pending }] })],
    [
      'an endless time',
      '{"version":2,"savedAt":1,"deviceSavedAt":1,"loginHint":"a","resends":0,"requests":[{"startedAt":1e999}]}',
    ],
    ['a negative count', JSON.stringify({ ...saved, resends: -1 })],
    ['no requests', JSON.stringify({ ...saved, requests: [] })],
    ['null', 'null'],
  ])('%s is nothing to resume', (_name, text) => {
    expect(readResume(text, at(7_000))).toBeNull();
  });
});
