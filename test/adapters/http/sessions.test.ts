// @vitest-environment node
import { describe, expect, test, vi } from 'vitest';
import { createHttpSessions } from '../../../src/adapters/http/sessions.js';
import { createTokenApp, signIn } from '../../server/token-backend.js';
import { ORIGIN } from '../../server/harness.js';
import type { TestBrowser } from '../../server/harness.js';

const calling = { signal: new AbortController().signal };

/** A `fetch` of the page in this browser. */
function fetchOf(handler: (request: Request) => Promise<Response>, page: TestBrowser): typeof fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('cookie', Array.from(page.cookies, (pair) => pair.join('=')).join('; '));
    headers.set('origin', ORIGIN);
    return handler(new Request(new URL(String(input), ORIGIN), { ...init, headers }));
  };
}

async function setUp() {
  const app = createTokenApp({ authRequest: (loginHint) => ({ loginHint, account: 'ada' }) });
  const [laptop, phone] = [app.browser(), app.browser()];
  await signIn(app, laptop, undefined, { hint: 'ada' });
  await signIn(app, phone, undefined, { hint: 'ada@example.com' }).catch(() => undefined);
  return { app, laptop, source: createHttpSessions({ fetch: fetchOf(app.handler, laptop) }) };
}

describe('the sessions over HTTP', () => {
  test('are listed, and ended one by one', async () => {
    const { source } = await setUp();
    const sessions = await source.list(calling);
    expect(sessions?.map(({ current }) => current)[0]).toBe(true);
    const [own] = sessions ?? [];
    await source.endOthers(calling);
    expect(await source.list(calling)).toEqual([own]);
    await source.end(own?.id ?? '', calling);
    expect(await source.list(calling)).toBeNull();
  });

  test('of another server than the handler are a bad response', async () => {
    for (const body of ['{}', '[]', '{"sessions":[{}]}', '<html>']) {
      const source = createHttpSessions({ fetch: vi.fn(async () => new Response(body)) });
      await expect(source.list(calling)).rejects.toMatchObject({ code: 'badResponse' });
    }
  });
});
