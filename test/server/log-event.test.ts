// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import { createApp, useFakeTime } from './harness.js';

let said: string[];

beforeEach(() => {
  useFakeTime();
  said = [];
  const hear = (text: unknown) => void said.push(String(text));
  vi.spyOn(console, 'error').mockImplementation(hear);
  vi.spyOn(console, 'info').mockImplementation(hear);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

/** An app whose handler was given no `onEvent`. */
function createQuietApp(options: Parameters<typeof createApp>[0] = {}) {
  const app = createApp({ ...options, onEvent: undefined as never });
  return { ...app, page: app.browser() };
}

const SECRETS = /ada@example\.com|s3cret|auth_req/;

describe('without onEvent the console says', () => {
  it('why an act failed', async () => {
    const { backend, page } = createQuietApp();
    backend.initiate.mockRejectedValueOnce(new CibaError('misconfigured', 'The provider takes no client "shop".'));
    await page.initiate('ada@example.com');
    expect(said).toEqual(['[react-ciba] initiate failed (misconfigured): The provider takes no client "shop".']);
  });

  it('where a bug is, without its text', async () => {
    const { backend, page } = createQuietApp();
    backend.initiate.mockRejectedValueOnce(new TypeError('s3cret of ada@example.com'));
    await page.initiate('ada@example.com');
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^\[react-ciba\] initiate failed \(unknown\): .+\n {4}TypeError at .+log-event\.test/);
    expect(said[0]).not.toMatch(SECRETS);
  });

  it('which origin would be taken', async () => {
    const { page } = createQuietApp();
    await page.post(
      'initiate',
      { loginHint: 'ada@example.com', attemptId: 'a' },
      { headers: { origin: 'http://x.test' } },
    );
    expect(said).toEqual([expect.stringMatching(/^\[react-ciba\] A request was refused \(origin\): .*`origin`/)]);
  });

  it('where the handler is mounted', async () => {
    const { handler } = createQuietApp();
    const response = await handler(new Request('https://app.example/ciba/initiate', { method: 'POST' }));
    expect(response.status).toBe(404);
    expect(said).toEqual([expect.stringMatching(/refused \(path\): The handler answers below \/api\/ciba/)]);
  });

  it('that nobody was rung', async () => {
    const { page } = createQuietApp({ request: () => null });
    expect((await page.initiate('ada@example.com')).status).toBe(200);
    expect(said).toEqual([expect.stringMatching(/^\[react-ciba\] Nobody was rung: /)]);
    expect(said[0]).not.toMatch(SECRETS);
  });

  it('that a limit was reached', async () => {
    const { page } = createQuietApp({ limits: { browser: [{ points: 1, duration: 60 }] } });
    for (const name of ['ada@example.com', 'bob@example.com']) await page.initiate(name);
    expect(said).toEqual([
      '[react-ciba] initiate failed (rateLimited): The limit "browser" of createCibaHandler was reached.',
    ]);
  });

  it('in production, faults alone', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const { backend, page } = createQuietApp({
      limits: { address: [{ points: 2, duration: 60 }] },
      clientAddress: () => '::1',
    });
    await page.post('initiate', {}, { headers: { origin: 'http://x.test' } });
    await page.initiate('stranger@example.com');
    expect(said).toEqual([]);
    backend.initiate.mockRejectedValueOnce(new CibaError('unavailable', 'The provider is down.'));
    await page.initiate('ada@example.com');
    expect((await page.initiate('ada@example.com')).status).toBe(429);
    expect(said).toEqual(['[react-ciba] initiate failed (unavailable): The provider is down.']);
  });
});

it('with onEvent the console says nothing', async () => {
  const { backend, browser, events } = createApp();
  backend.initiate.mockRejectedValueOnce(new CibaError('unavailable', 'The provider is down.'));
  await browser().initiate('ada@example.com');
  expect(events).toContainEqual(expect.objectContaining({ type: 'failed' }));
  expect(said).toEqual([]);
});
