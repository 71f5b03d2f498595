// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMemoryStore } from '../../../src/server/index.js';
import type { CibaStore } from '../../../src/server/index.js';
import { ADA, createApp, NO_LIMITS, useFakeTime } from '../harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

const STAGING = 'https://staging.example';

async function signedIn(store: CibaStore, origin: string, basePath?: string) {
  const app = createApp({ store, origin, limits: NO_LIMITS, ...(basePath !== undefined && { basePath }) });
  const page = app.browser();
  return { ...app, page };
}

describe('two handlers with one store', () => {
  test("accept no cookie of each other's: staging's session and browser name nothing in production", async () => {
    const store = createMemoryStore();
    const staging = await signedIn(store, STAGING);
    const { body } = await staging.page.initiate('ada@example.com');
    staging.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await staging.page.poll(body['id']);
    expect((await staging.page.get('session')).body).toEqual({ session: { name: 'Ada' } });

    const production = await signedIn(store, 'https://app.example');
    for (const [name, value] of staging.page.cookies) production.page.cookies.set(name, value);
    expect((await production.page.get('session')).body).toEqual({ session: null });
    expect((await production.page.poll(body['id'])).status).toBe(404);
    expect((await production.page.initiate('ada@example.com')).body['deliveredTo']).toBeUndefined();
  });

  test('on one origin accept no cookie of the other path', async () => {
    const store = createMemoryStore();
    const one = createApp({ store });
    const page = one.browser();
    const { body } = await page.initiate('ada@example.com');
    one.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.poll(body['id']);
    const other = createApp({ store, basePath: '/admin' });
    const cookie = `__Host-ciba-session+admin=${page.session}`;
    const request = (path: string) => new Request(`https://app.example${path}/session`, { headers: { cookie } });
    expect(await (await other.handler(request('/admin'))).json()).toEqual({ session: null });
  });

  test('on one origin share the counts of an account, so that a second path gives no second count', async () => {
    const store = createMemoryStore();
    const totp = vi.fn(async () => ({ status: 'invalidCode' }) as const);
    const bodyOf = (actId: number) =>
      JSON.stringify({ loginHint: 'ada@example.com', code: '000000', actId: `${actId}`.repeat(32) });
    for (const [index, basePath] of ['/a', '/b', '/c', '/d'].entries()) {
      const { handler } = createApp({ store, basePath, totp, limits: NO_LIMITS });
      const headers = {
        'content-type': 'application/json',
        'x-ciba-request': '1',
        origin: 'https://app.example',
        'sec-fetch-site': 'same-origin',
      };
      const init = { method: 'POST', headers, body: bodyOf(index) };
      await handler(new Request(`https://app.example${basePath}/code`, init));
    }
    expect(totp).toHaveBeenCalledTimes(3);
  });

  test.each([
    ['without secrets', undefined],
    ['with secrets', ['a secret of 32 characters at least']],
  ])('on one origin share the limits of starts for an account and an address, %s', async (_, secrets) => {
    const store = createMemoryStore();
    const start = async (basePath: string, loginHint: string, clientAddress: string, limits: object) => {
      const { handler } = createApp({
        store,
        basePath,
        clientAddress: () => clientAddress,
        limits: { ...NO_LIMITS, ...limits },
        ...(secrets && { secrets }),
      });
      const headers = {
        'content-type': 'application/json',
        'x-ciba-request': '1',
        origin: 'https://app.example',
        'sec-fetch-site': 'same-origin',
      };
      const body = JSON.stringify({ loginHint, actId: `${basePath}${loginHint}`.padEnd(32, 'x') });
      return (await handler(new Request(`https://app.example${basePath}/initiate`, { method: 'POST', headers, body })))
        .status;
    };
    const one = { user: [{ points: 1, duration: 60 }] };
    expect(await start('/a', 'ada@example.com', '192.0.2.1', one)).toBe(200);
    expect(await start('/b', 'ada@example.com', '192.0.2.2', one)).toBe(429);
    const two = { address: [{ points: 1, duration: 60 }] };
    expect(await start('/c', 'bob@example.com', '192.0.2.3', two)).toBe(200);
    expect(await start('/d', 'eve@example.com', '192.0.2.3', two)).toBe(429);
  });
});
