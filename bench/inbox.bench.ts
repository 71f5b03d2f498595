// @vitest-environment node
import { setTimeout as sleep } from 'node:timers/promises';
import { createMemoryDeviceStore } from 'react-ciba/inbox/server';
import { createMemoryStore } from 'react-ciba/server';
import { expect, test } from 'vitest';
import { countWaits, createApp, NO_LIMITS, USERS } from '../test/inbox/harness.js';
import type { Page } from '../test/inbox/harness.js';
import { isShort, rounds } from './rounds.mjs';

/** At most from the ask to the card, with the page open. The network is apart. */
const GOAL_MS = 50;

const at = (sorted: readonly number[], share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? NaN;

/** Reads the page's event stream. */
async function watch(phone: Page) {
  const response = await phone.inbox(
    new Request(`${phone.origin}/api/inbox/events`, {
      headers: { cookie: phone.cookies, 'x-ciba-request': '1' },
    }),
  );
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error('The inbox has no event stream.');
  await reader.read();
  let onSignal = (): void => undefined;
  const read = async () => {
    while (!(await reader.read()).done) onSignal();
  };
  void read();
  return {
    /** Resolves with the next signal. */
    next: () => new Promise<void>((resolve) => (onSignal = resolve)),
    stop: () => reader.cancel(),
  };
}

test.each([0, 10_000])('ask to card, with %i other open cards', { timeout: 300_000 }, async (others) => {
  const { store, waits } = countWaits(createMemoryStore());
  const app = createApp({
    store,
    now: () => Date.now(),
    devices: createMemoryDeviceStore(),
    limits: NO_LIMITS,
    find: (hint) => USERS.get(hint) ?? { subject: hint, name: hint },
  });
  // Each of the others has a phone, or no card would come of the ask.
  const { list } = app.devices;
  const phone = await app.phone();
  const own = await list('1');
  app.devices.list = async () => own;
  for (let user = 0; user < rounds(others, Math.min(others, 100)); user += 1)
    await app.ask({ loginHint: `user-${user}` });
  app.devices.list = list;

  const signals = await watch(phone);
  const times: number[] = [];
  let trips = 0;
  for (let round = 0; round < rounds(200, 5); round += 1) {
    // Signals of the round before have arrived by then.
    await sleep(50);
    const told = signals.next();
    const start = performance.now();
    const pending = await app.ask();
    await told;
    const before = waits();
    expect(await phone.card()).toMatchObject({ id: pending.id });
    trips = Math.max(trips, waits() - before);
    times.push(performance.now() - start);
    await phone.post('deny', { id: pending.id });
  }
  await signals.stop();
  const sorted = times.toSorted((a, b) => a - b);
  console.table({
    [`${others} other cards`]: {
      'median (ms)': at(sorted, 0.5).toFixed(1),
      'p95 (ms)': at(sorted, 0.95).toFixed(1),
      'store round trips of a list': trips,
    },
  });
  expect(trips).toBeLessThanOrEqual(2);
  if (!isShort) expect(at(sorted, 0.95)).toBeLessThan(GOAL_MS);
});
