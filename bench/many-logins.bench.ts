// @vitest-environment node
import { expect, test } from 'vitest';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { createLogin } from 'react-ciba/machine';
import { createFakeEnvironment } from '../test/support/fake-environment.js';
import { rounds } from './rounds.mjs';

// Many logins in one process, as on a call center's screen. Time and memory must grow linearly with their number, so the
// cost per login is compared with that of 100 logins. Every login polls for a minute, and then every second one is denied.
const SIZES = [100, 300, rounds(1000, 400)];

interface Cost {
  readonly logins: number;
  readonly microseconds: number;
  readonly kilobytes: number;
}

async function measure(logins: number): Promise<Cost> {
  const world = createFakeEnvironment();
  const { environment } = world;
  const adapter = createMemoryAdapter({ interval: 5, expiresIn: 300, clock: environment.clock });
  globalThis.gc?.();
  const memoryBefore = process.memoryUsage().heapUsed;
  const start = performance.now();
  const all = Array.from({ length: logins }, (_, index) => {
    const login = createLogin({ adapter, environment });
    login.start(`user-${index}@example.com`);
    return login;
  });
  await world.settle();
  expect(all.every((login) => login.getView().status === 'polling')).toBe(true);
  globalThis.gc?.();
  const kilobytes = (process.memoryUsage().heapUsed - memoryBefore) / 1024 / logins;
  await world.advance(60_000);
  for (const login of all) login.stop();
  const microseconds = ((performance.now() - start) * 1000) / logins;
  expect(world.leftovers()).toEqual({ timers: 0, listeners: 0, locks: 0, channels: 0 });
  return { logins, microseconds, kilobytes };
}

test('1,000 logins at once cost as much per login as 100', async () => {
  await measure(100);
  const costs: Cost[] = [];
  for (const size of SIZES) costs.push(await measure(size));
  console.table(costs);
  const [small, , large] = costs;
  if (!small || !large) throw new Error('Nothing was measured.');
  console.info(
    `per login, ${large.logins} compared with 100: time × ${(large.microseconds / small.microseconds).toFixed(2)}, memory × ${(large.kilobytes / small.kilobytes).toFixed(2)}`,
  );
});
