// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CibaError } from '../../../src/contract/index.js';
import { createMemoryStore } from '../../../src/server/index.js';
import type { StoreStep } from '../../../src/server/index.js';
import { ADA, advance, createApp, newAttempt, NO_LIMITS, useFakeTime } from '../harness.js';
import type { Reply, TestBrowser } from '../harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

/** Whether a step that fails has run, and only its answer was lost. */
type Failure = 'before' | 'after';

/** A store that fails once, at the step with this number, in the middle of a batch, too. */
function createFailingStore(failure: Failure) {
  const state = { calls: 0, failAt: Infinity, failed: false };
  const inner = createMemoryStore();

  async function run(name: string, values: readonly unknown[]): Promise<unknown> {
    state.calls += 1;
    const fails = state.calls === state.failAt;
    const step = () => Reflect.apply(Reflect.get(inner, name) as () => unknown, inner, values);
    if (!fails) return step();
    state.failed = true;
    if (failure === 'after') await step();
    throw new CibaError('unavailable', 'The store hiccups.');
  }

  const store = new Proxy(inner, {
    get: (_, name: string) => {
      if (name !== 'batch') return (...values: readonly unknown[]) => run(name, values);
      return async (steps: readonly StoreStep[]) => {
        const answers = [];
        for (const [method, ...values] of steps) answers.push(await run(method, values));
        return answers;
      };
    },
  });
  return {
    store,
    /** Counts from here on, and fails at the call with this number. */
    failAt(call: number) {
      state.calls = 0;
      state.failAt = call;
    },
    hasFailed: () => state.failed,
  };
}

/** Runs an act that is retried after an error, as the page retries it. */
async function persist(act: () => Promise<Reply>, isDone: (reply: Reply) => boolean): Promise<Reply> {
  let reply: Reply | undefined;
  for (let tries = 0; tries < 5; tries += 1) {
    const running = act();
    await advance(1);
    reply = await running;
    if (isDone(reply)) return reply;
    await advance(5);
  }
  return reply ?? act();
}

const LAST_CALL = 200;

/** Runs the same life with a failure at the first call of the store, at the second one, and so on, until none is left. */
async function atEachCall(
  failure: Failure,
  live: (faults: ReturnType<typeof createFailingStore>, call: number) => Promise<void>,
) {
  for (let call = 1; call < LAST_CALL; call += 1) {
    const faults = createFailingStore(failure);
    await live(faults, call);
    if (!faults.hasFailed()) return;
  }
  throw new Error('The act calls the store without end.');
}

async function staysSignedIn(page: TestBrowser): Promise<void> {
  for (let minutes = 0; minutes < 60; minutes += 10) {
    expect((await page.get('session')).body).toEqual({ session: { name: 'Ada' } });
    await advance(600);
  }
}

describe.each<Failure>(['before', 'after'])('S1: a store that fails once, at any step, %s it ran', (failure) => {
  test('of a start: the phone rings once, and the login can be approved', async () => {
    await atEachCall(failure, async ({ store, failAt }, call) => {
      const app = createApp({ store, limits: NO_LIMITS });
      const page = app.browser();
      const attempt = newAttempt();
      failAt(call);
      const { status, body } = await persist(
        () => page.initiate('ada@example.com', attempt),
        (reply) => reply.status === 200,
      );
      failAt(Infinity);
      expect([call, status]).toEqual([call, 200]);
      expect([call, app.backend.initiate.mock.calls.length]).toEqual([call, 1]);
      app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
      expect((await page.poll(body['id'])).body['status']).toBe('approved');
      await app.handler.stop();
    });
  });

  test('of an approval: it is redeemed once, and the session lives as long as any other', async () => {
    await atEachCall(failure, async ({ store, failAt }, call) => {
      const app = createApp({ store, limits: NO_LIMITS });
      const page = app.browser();
      const { body } = await page.initiate('ada@example.com');
      app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
      app.backend.poll.mockRejectedValue(new CibaError('refused', 'Redeemed twice.'));
      failAt(call);
      const reply = await persist(
        () => page.poll(body['id']),
        (answer) => answer.body['status'] === 'approved',
      );
      expect([call, reply.body['status']]).toEqual([call, 'approved']);
      failAt(Infinity);
      await staysSignedIn(page);
      expect([call, app.revoke.mock.calls.length]).toEqual([call, 0]);
      await app.handler.stop();
    });
  });

  test('of a denial, and of the report of it: strangers ring nobody afterwards', async () => {
    await atEachCall(failure, async ({ store, failAt }, call) => {
      const app = createApp({ store, limits: NO_LIMITS, freeDenials: 0 });
      const page = app.browser();
      const { body } = await page.initiate('ada@example.com');
      app.backend.poll.mockResolvedValueOnce({ status: 'denied' });
      failAt(call);
      await persist(
        () => page.poll(body['id']),
        ({ body: answer }) => answer['status'] === 'denied',
      );
      await persist(
        () => page.post('report', { id: body['id'] }),
        ({ status }) => status === 204,
      );
      failAt(Infinity);
      // A denial and a report of it make a pause of two minutes.
      await advance(80);
      expect((await app.browser().initiate('ada@example.com')).status).toBe(200);
      expect(app.backend.initiate).toHaveBeenCalledTimes(1);
    });
  });

  test('of a code: it signs in, or costs an attempt and no more', async () => {
    await atEachCall(failure, async ({ store, failAt }, call) => {
      const app = createApp({
        store,
        limits: NO_LIMITS,
        totp: async ({ code }) =>
          code === '123456' ? { status: 'approved', session: ADA } : { status: 'invalidCode' },
      });
      const page = app.browser();
      const attempt = newAttempt();
      await page.totp('ada@example.com', '000000');
      failAt(call);
      const reply = await persist(
        () => page.totp('ada@example.com', '123456', undefined, attempt),
        (answer) => answer.status === 200,
      );
      expect([call, reply.body['status']]).toEqual([call, 'approved']);
      failAt(Infinity);
      await staysSignedIn(page);
      await app.handler.stop();
    });
  });

  test('of a sign-out: the next try ends the session, and gives it back', async () => {
    await atEachCall(failure, async ({ store, failAt }, call) => {
      const app = createApp({ store, limits: NO_LIMITS });
      const page = app.browser();
      const { body } = await page.initiate('ada@example.com');
      app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
      await page.poll(body['id']);
      const cookies = new Map(page.cookies);
      failAt(call);
      const reply = await persist(
        () => page.post('sign-out', {}),
        ({ status }) => status === 204,
      );
      expect([call, reply.status]).toEqual([call, 204]);
      failAt(Infinity);
      for (const [name, value] of cookies) page.cookies.set(name, value);
      expect((await page.get('session')).body).toEqual({ session: null });
      expect([call, app.revoke.mock.calls.length]).toEqual([call, 1]);
      await app.handler.stop();
    });
  });
});
