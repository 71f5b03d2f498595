// @vitest-environment node
import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../src/server/index.js';
import type { CibaHandlerOptions } from '../../src/server/index.js';
import { accountKey } from '../../src/server/secrets.js';
import { ADA, createApp } from './harness.js';
import type { Session } from './harness.js';
import { createRemoteStore } from './round-trip-store.js';
import type { StoreUse } from './round-trip-store.js';

type Act = 'initiate' | 'approval' | 'code' | 'earlyPoll' | 'askingPoll';

function setUp(options: Partial<CibaHandlerOptions<Session>> = {}) {
  let now = 1_800_000_000_000;
  const clock = () => now;
  const remote = createRemoteStore(createMemoryStore({ now: clock }));
  const app = createApp({
    store: remote.store,
    now: clock,
    clientAddress: () => '192.0.2.1',
    authRequest: (loginHint) => ({ loginHint, account: 'ada' }),
    totp: async (_request, { store, mayTry }) => {
      await mayTry('ada');
      await store.setIfGreater(`totp-step:${accountKey('ada')}`, 59_000_000, 120);
      return { status: 'approved', session: ADA, account: 'ada' };
    },
    ...options,
  });
  return { ...remote, app, pass: (seconds: number) => void (now += seconds * 1000) };
}

async function measureAll(): Promise<Record<Act, StoreUse>> {
  const { app, measure, pass } = setUp();
  const page = app.browser();
  let id: unknown;
  const initiate = await measure(async () => {
    id = (await page.initiate('ada@example.com')).body['id'];
  });
  const askingPoll = await measure(() => page.poll(id));
  const earlyPoll = await measure(() => page.poll(id));
  pass(10);
  app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
  const approval = await measure(() => page.poll(id));
  expect(page.session).toBeDefined();
  const other = app.browser();
  await other.initiate('ada@example.com');
  const code = await measure(() => other.totp('ada@example.com', '123456'));
  expect(other.session).toBeDefined();
  return { initiate, approval, code, earlyPoll, askingPoll };
}

describe('round trips to the store', () => {
  let used: Record<Act, StoreUse>;
  beforeEach(async () => {
    used = await measureAll();
  });

  test.each([
    ['initiate', 6],
    ['approval', 5],
    ['code', 7],
    ['earlyPoll', 1],
    ['askingPoll', 4],
  ] as const)('of %s are %i at most', (act, most) => {
    const { waits, rounds } = used[act];
    expect(waits, JSON.stringify(rounds, null, 1)).toBeLessThanOrEqual(most);
  });
});
