// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { createMemoryAdapter } from '../../../src/adapters/memory/index.js';
import type { MemoryAdapterOptions, MemorySession } from '../../../src/adapters/memory/index.js';
import { createFakeEnvironment, createFakeTabs } from '../../support/fake-environment.js';
import { HINT, openLogin, setUpWaiting } from '../../support/set-up-login.js';

const OPTIONS = { resume: true, approvalTimeout: Infinity } as const;

/** Two tabs with the same request: `window.open` copies the tab's storage. They share one clock. */
async function setUp(memory: MemoryAdapterOptions<MemorySession> = {}, tabs = createFakeTabs()) {
  const world = createFakeEnvironment(tabs);
  const adapter = createMemoryAdapter({
    interval: 5,
    expiresIn: 300,
    resumable: true,
    clock: world.environment.clock,
    ...memory,
  });
  const first = openLogin(world, adapter, OPTIONS);
  first.login.start(HINT);
  await world.advance((memory.latency ?? 0) * 1000);
  const second = openLogin(world, adapter, OPTIONS);
  first.expectStatus('polling');
  second.expectStatus('polling');
  const polls = () => adapter.calls.filter(({ method }) => method === 'poll');
  return { ...world, adapter, first, second, polls };
}

test('two tabs poll one request as often as one would, never at once', async () => {
  const { advance, polls, now } = await setUp({ latency: 2 });
  const start = now();
  await advance(60_000);
  const times = polls().map(({ at }) => at - start);
  expect(Math.max(...polls().map(({ inFlight }) => inFlight))).toBe(1);
  for (const [i, at] of times.entries()) if (i > 0) expect(at - (times[i - 1] ?? 0)).toBeGreaterThanOrEqual(5_000);
  expect(times.length).toBeGreaterThan(8);
});

test('where the outcome can be asked for again, both tabs sign in', async () => {
  const { advance, adapter, first, second, polls } = await setUp();
  adapter.phone.approve();
  await advance(5_000);
  expect([first.login, second.login].map((login) => login.getView().status).toSorted()).toEqual([
    'approved',
    'polling',
  ]);
  const before = polls().length;
  await advance(5_000);
  first.expectStatus('approved');
  second.expectStatus('approved');
  expect(polls()).toHaveLength(before + 1);
});

test('where it cannot, the other tab goes to idle and says so', async () => {
  let redeemed = false;
  const tabs = createFakeTabs();
  const world = createFakeEnvironment(tabs);
  const memory = createMemoryAdapter({ interval: 5, expiresIn: 300, resumable: true, clock: world.environment.clock });
  const adapter: typeof memory = {
    ...memory,
    // A backend that hands an approval out once.
    async poll(pending, options) {
      const answer = await memory.poll(pending, options);
      if (answer.status !== 'approved' || !redeemed) {
        redeemed ||= answer.status === 'approved';
        return answer;
      }
      return { status: 'expired' };
    },
  };
  const first = openLogin(world, adapter, OPTIONS);
  first.login.start(HINT);
  await world.settle();
  const second = openLogin(world, adapter, OPTIONS);
  adapter.phone.approve();
  await world.advance(15_000);
  const [winner, other] = first.login.getView().status === 'approved' ? [first, second] : [second, first];
  winner.expectStatus('approved');
  expect(other.view('idle').after).toBe('otherTab');
  expect(other.events.at(-1)).toEqual({ type: 'takenByOtherTab' });
  expect(other.onApproved).not.toHaveBeenCalled();
});

test('a denial ends both at once', async () => {
  const { advance, adapter, first, second, polls } = await setUp();
  adapter.phone.deny();
  await advance(5_000);
  first.expectStatus('denied');
  second.expectStatus('denied');
  expect(polls()).toHaveLength(1);
});

test('a tab that is closed while it polls does not hold the other up', async () => {
  const { advance, adapter, first, second } = await setUp({ latency: 2 });
  await advance(5_500);
  first.login.stop();
  adapter.phone.approve();
  await advance(12_000);
  second.expectStatus('approved');
});

test('a tab that froze in the middle of a poll does not starve the other for ever', async () => {
  const { environment, advance, adapter, second, first, polls } = await setUp();
  const { id } = adapter.phone.requests[0] ?? { id: '' };
  first.login.stop();
  void environment.exclusive(`react-ciba:poll:${id}`, () => new Promise(() => {}), { steal: false });
  await advance(90_000);
  expect(polls()).toEqual([]);
  adapter.phone.approve();
  await advance(10_000);
  second.expectStatus('approved');
});

test('where tabs cannot talk, nothing is taken from one that only looks frozen', async () => {
  const { environment, adapter, advance, polls, first, second } = await setUp(
    {},
    { ...createFakeTabs(), openChannel: () => null },
  );
  first.login.stop();
  const name = `react-ciba:poll:${adapter.phone.requests[0]?.id}`;
  const poll = () => new Promise<void>((resolve) => environment.clock.setTimeout(resolve, 2_000));
  // Another tab is at it whenever this one would be, and is never heard of.
  for (let turn = 0; turn < 24; turn += 1) {
    await advance(4_000);
    void environment.exclusive(name, poll, { steal: false });
    await advance(1_000);
  }
  expect(polls()).toEqual([]);
  adapter.phone.approve();
  await advance(10_000);
  second.expectStatus('approved');
});

describe('messages of other tabs', () => {
  test.each([
    ['rubbish', 'hello'],
    ['nothing', null],
    ['with an unknown outcome', { type: 'ended', outcome: 'won' }],
    [
      'that claim a poll in the future',
      { type: 'polled', schedule: { sinceSentMs: -1e9, interval: 0, notBeforeInMs: 0 } },
    ],
    ['without numbers', { type: 'polled', schedule: { sinceSentMs: '0', interval: 0, notBeforeInMs: 0 } }],
    ['with no schedule', { type: 'polled' }],
  ])('%s change nothing', async (_name, message) => {
    const { environment, adapter, settle, advance, first, polls } = await setUp();
    const channel = environment.openChannel(`react-ciba:${adapter.phone.requests[0]?.id}`, () => {});
    channel?.post(message);
    await settle();
    await advance(5_000);
    first.expectStatus('polling');
    expect(polls()).toHaveLength(1);
    channel?.close();
  });

  test('a denial that another tab heard of ends this one before its next poll', async () => {
    const { environment, adapter, settle, first, polls } = await setUp();
    const channel = environment.openChannel(`react-ciba:${adapter.phone.requests[0]?.id}`, () => {});
    channel?.post({ type: 'ended', outcome: 'denied' });
    await settle();
    first.expectStatus('denied');
    expect(polls()).toEqual([]);
    channel?.close();
  });

  test('a request that no other page load may poll has no channel', async () => {
    const { leftovers } = await setUpWaiting({ resumable: false });
    expect(leftovers()).toMatchObject({ channels: 0, listeners: 1 });
  });
});
