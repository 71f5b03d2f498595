// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import type { CibaServerEvent } from '../../src/server/index.js';
import { advance, createApp, newAttempt, useFakeTime } from './harness.js';

let said: string[];

beforeEach(() => {
  useFakeTime();
  said = [];
  vi.spyOn(console, 'error').mockImplementation((text: unknown) => void said.push(String(text)));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

/** Creates an app without `onEvent`. */
function createQuietApp(options: Parameters<typeof createApp>[0] = {}) {
  const app = createApp({ ...options, onEvent: undefined as never });
  return { ...app, page: app.browser() };
}

const elsewhere = { headers: { origin: 'http://x.test' } };
const startBody = () => ({ loginHint: 'ada@example.com', actId: newAttempt() });

describe('without onEvent the console says', () => {
  test('why an act failed', async () => {
    const { backend, page } = createQuietApp();
    backend.initiate.mockRejectedValueOnce(new CibaError('misconfigured', 'The provider takes no client "shop".'));
    await page.initiate('ada@example.com');
    expect(said).toEqual(['[react-ciba] initiate failed (misconfigured): The provider takes no client "shop".']);
  });

  test('what the adapter finds wrong with the settings of the provider', async () => {
    const { backend, page } = createQuietApp();
    backend.initiate.mockImplementationOnce(async (_request, options) => {
      options?.onWarning?.('The metadata names no revocation endpoint.');
      return { id: 'handle', expiresIn: 90, interval: 3, resumable: true };
    });
    expect((await page.initiate('ada@example.com')).status).toBe(200);
    expect(said).toEqual(['[react-ciba] initiate: The metadata names no revocation endpoint.']);
  });

  test('where a bug is, without its text', async () => {
    const { backend, page } = createQuietApp();
    backend.initiate.mockRejectedValueOnce(new TypeError('s3cret of ada@example.com'));
    await page.initiate('ada@example.com');
    expect(said).toHaveLength(2);
    expect(said[1]).toMatch(/No push was sent/);
    expect(said[0]).toMatch(/^\[react-ciba\] initiate failed \(unknown\): .+\n {4}TypeError at .+console-log\.test/);
    expect(said[0]).not.toMatch(/s3cret|ada@/);
  });

  test('that a login ended with a fault, once', async () => {
    const { backend, page } = createQuietApp();
    const { body } = await page.initiate('ada@example.com');
    backend.poll.mockRejectedValueOnce(new CibaError('refused', 'Somebody else approved.'));
    await page.poll(body['id']);
    expect(said).toEqual(['[react-ciba] poll failed (refused): Somebody else approved.']);
  });

  test('which origin would be taken', async () => {
    const { page } = createQuietApp();
    await page.post('initiate', startBody(), elsewhere);
    expect(said).toEqual([expect.stringMatching(/^\[react-ciba\] A request was refused \(origin\): .*`origin`/)]);
  });

  test.each([
    ['POST', '/ciba/initiate'],
    ['GET', '/api/ciba/initiate'],
    ['POST', '/api/ciba/ping'],
  ])('where the handler answers, where it does not: %s %s', async (method, path) => {
    const { handler } = createQuietApp();
    const response = await handler(new Request(`https://app.example${path}`, { method }));
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('/api/ciba');
    expect(said).toEqual([expect.stringMatching(/refused \(path\): .*POST \/api\/ciba\/initiate, .*`basePath`/)]);
  });

  test('that no push was sent', async () => {
    const { page } = createQuietApp();
    expect((await page.initiate('stranger@example.com')).status).toBe(200);
    expect(said).toEqual([expect.stringMatching(/^\[react-ciba\] No push was sent: /)]);
  });

  test('the same thing once a minute', async () => {
    const { page } = createQuietApp();
    for (let times = 0; times < 200; times++) await page.post('initiate', startBody(), elsewhere);
    expect(said).toHaveLength(1);
    await advance(60_000);
    await page.post('initiate', startBody(), elsewhere);
    expect(said).toHaveLength(2);
  });

  test('in production, faults alone', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const { backend, page } = createQuietApp();
    await page.post('initiate', startBody(), elsewhere);
    await page.initiate('stranger@example.com');
    expect(said).toEqual([]);
    backend.initiate.mockRejectedValueOnce(new CibaError('rateLimited', 'The provider allows no more.'));
    await page.initiate('ada@example.com');
    expect(said).toEqual(['[react-ciba] initiate failed (rateLimited): The provider allows no more.']);
  });
});

test('an onEvent is called on the options that it came with, and the console says nothing', async () => {
  const options = {
    events: [] as CibaServerEvent[],
    onEvent(event: CibaServerEvent) {
      this.events.push(event);
    },
  };
  const { browser } = createApp(options);
  await browser().post('initiate', startBody(), elsewhere);
  expect(options.events).toHaveLength(1);
  expect(said).toEqual([]);
});
