// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ADA, createApp, newAttempt, ORIGIN, useFakeTime } from './harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

const ACTS = ['initiate', 'poll', 'code', 'cancel', 'sign-out'];

function startBody() {
  return { loginHint: 'ada@example.com', actId: newAttempt() };
}

describe('a POST from elsewhere', () => {
  test.each([
    ['another origin', { origin: 'https://evil.example' }, 'origin'],
    ['a sibling host', { origin: 'https://other.app.example' }, 'origin'],
    ['the same host over http', { origin: 'http://app.example' }, 'origin'],
    ['no origin at all', { origin: null }, 'origin'],
    ['an opaque origin', { origin: 'null' }, 'origin'],
    ['no header of ours', { 'x-ciba-request': null }, 'header'],
    ['another value of it', { 'x-ciba-request': '0' }, 'header'],
    ['cross-site by Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }, 'fetchSite'],
    ['same-site by Sec-Fetch-Site', { 'sec-fetch-site': 'same-site' }, 'fetchSite'],
    ['typed by Sec-Fetch-Site', { 'sec-fetch-site': 'none' }, 'fetchSite'],
  ] as const)('is forbidden: %s', async (_, headers, reason) => {
    for (const act of ACTS) {
      const { backend, browser, events } = createApp();
      const reply = await browser().post(act, startBody(), { headers });
      expect(reply).toMatchObject({ status: 403, body: { error: 'forbidden' } });
      expect(reply.setCookies).toEqual([]);
      expect(backend.initiate).not.toHaveBeenCalled();
      expect(events).toEqual([{ type: 'refused', reason, message: reply.body['detail'] }]);
    }
  });

  test('passes where the browser sends no Sec-Fetch-Site', async () => {
    const { browser } = createApp();
    expect((await browser().post('initiate', startBody(), { headers: { 'sec-fetch-site': null } })).status).toBe(200);
  });

  test('does not log the user out', async () => {
    const { backend, browser } = createApp();
    const page = browser();
    const { body } = await page.initiate('ada@example.com');
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.poll(body['id']);
    await page.post('sign-out', {}, { headers: { origin: 'https://evil.example' } });
    expect((await page.get('session')).body).toEqual({ session: { name: 'Ada' } });
  });
});

describe('the session', () => {
  test.each(['cross-site', 'same-site'])('is told to no %s page', async (site) => {
    const reply = await createApp().browser().get('session', { 'sec-fetch-site': site });
    expect(reply).toMatchObject({ status: 403, body: { error: 'forbidden' } });
  });

  test.each(['same-origin', 'none'])('is told to a %s request', async (site) => {
    expect((await createApp().browser().get('session', { 'sec-fetch-site': site })).status).toBe(200);
  });
});

describe('a cookie or an id that is not ours', () => {
  async function twoBrowsers() {
    const app = createApp();
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValue({ status: 'approved', session: ADA });
    return { ...app, page, id: body['id'] };
  }

  test('gets the same 404, whatever is wrong, and the provider is not asked', async () => {
    const { backend, browser, page, id } = await twoBrowsers();
    const missing = browser();
    const forged = browser();
    forged.cookies.set('__Host-ciba-browser+api+ciba', 'f'.repeat(43));
    const malformed = browser();
    malformed.cookies.set('__Host-ciba-browser+api+ciba', '../../etc/passwd');
    const foreign = browser();
    await foreign.initiate('bob@example.com');

    const replies = [
      await missing.poll(id),
      await forged.poll(id),
      await malformed.poll(id),
      await foreign.poll(id),
      await page.poll('f'.repeat(43)),
      await page.poll('__proto__'),
    ];
    for (const reply of replies) {
      expect(reply).toMatchObject({ status: 404, body: { error: 'notFound' }, setCookies: [] });
      expect(Object.fromEntries(reply.headers)).toEqual(Object.fromEntries(replies[0]?.headers ?? []));
    }
    expect(backend.poll).not.toHaveBeenCalled();
    expect((await page.poll(id)).body['status']).toBe('approved');
  });

  test('opens no session', async () => {
    const { browser } = await twoBrowsers();
    const page = browser();
    page.cookies.set('__Host-ciba-session+api+ciba', 'f'.repeat(43));
    expect((await page.get('session')).body).toEqual({ session: null });
  });

  test('neither swaps the browser cookie for a session nor the other way round', async () => {
    const { page, id } = await twoBrowsers();
    await page.poll(id);
    const { session = '' } = page;
    page.cookies.set('__Host-ciba-session+api+ciba', page.cookies.get('__Host-ciba-browser+api+ciba') ?? '');
    expect((await page.get('session')).body).toEqual({ session: null });
    page.cookies.set('__Host-ciba-browser+api+ciba', session);
    expect((await page.poll(id)).status).toBe(404);
  });
});

describe('cookies', () => {
  test('are opaque, HttpOnly, SameSite=Strict and bound to the host on https', async () => {
    const { backend, browser } = createApp();
    const page = browser();
    const started = await page.initiate('ada@example.com');
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    const approved = await page.poll(started.body['id']);
    expect(started.setCookies).toHaveLength(1);
    expect(approved.setCookies).toHaveLength(2);
    for (const cookie of [...started.setCookies, ...approved.setCookies]) {
      expect(cookie).toMatch(
        /^__Host-ciba-(browser|session)\+api\+ciba=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/,
      );
    }
  });

  test('have a plain name and no Secure on http loopback, where WebKit drops those', async () => {
    const { browser } = createApp({ origin: 'http://localhost:5173' });
    const { setCookies } = await browser().initiate('ada@example.com');
    expect(setCookies[0]).toMatch(
      /^ciba-browser-5173\+api\+ciba=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
    );
  });

  test('of the plain name are not read on https', async () => {
    const { browser } = createApp();
    const page = browser();
    const { body } = await page.initiate('ada@example.com');
    const value = page.cookies.get('__Host-ciba-browser+api+ciba') ?? '';
    page.cookies.clear();
    page.cookies.set('ciba-browser+api+ciba', value);
    expect((await page.poll(body['id'])).status).toBe(404);
  });
});

describe('the origin', () => {
  test.each([
    'https://app.example',
    'http://localhost:5173',
    'http://127.0.0.1:8080',
    'http://[::1]:3000',
    'http://a.localhost',
  ])('is taken: %s', (origin) => {
    expect(() => createApp({ origin })).not.toThrow();
  });

  test.each([
    ['http elsewhere', 'http://app.example', /in the clear/],
    ['a loopback name in front of another', 'http://localhost.evil.example', /in the clear/],
    ['a path', 'https://app.example/login', /without a path/],
    ['a closing slash', 'https://app.example/', /trailing slash/],
    ['no origin', '', /needs `origin`/],
    ['no URL', 'app.example', /needs `origin`/],
    ['another scheme', 'ftp://app.example', /in the clear/],
  ])('fails at start: %s', (_, origin, text) => {
    expect(() => createApp({ origin })).toThrow(text);
  });
});

describe('a body', () => {
  test.each([
    ['is larger than 4 kB', JSON.stringify({ loginHint: 'a'.repeat(5000), actId: '1' }), 413],
    ['is larger than 4 kB by spaces', `${' '.repeat(5000)}{}`, 413],
    ['is no JSON', '{', 400],
    ['is empty', '', 400],
    ['is an array', '[]', 400],
    ['is null', 'null', 400],
    ['lacks a field', '{"loginHint":"ada@example.com"}', 400],
    ['has a field of another type', '{"loginHint":{"$ne":null},"actId":"1"}', 400],
    ['has an array for a text', '{"loginHint":["ada@example.com"],"actId":"1"}', 400],
    ['has a blank hint', '{"loginHint":"  ","actId":"1"}', 400],
    ['has an endless hint', JSON.stringify({ loginHint: 'a'.repeat(321), actId: '1' }), 400],
    ['hides its fields in __proto__', '{"__proto__":{"loginHint":"ada@example.com","actId":"1"}}', 400],
  ])('that %s is refused', async (_, rawBody, status) => {
    const { backend, browser } = createApp();
    const reply = await browser().post('initiate', null, { rawBody });
    expect(reply).toMatchObject({ status, body: { error: 'misconfigured', detail: expect.any(String) } });
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(backend.initiate).not.toHaveBeenCalled();
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonp'])(
    'of type %s is refused',
    async (type) => {
      const { backend, browser } = createApp();
      const reply = await browser().post('initiate', startBody(), { headers: { 'content-type': type } });
      expect(reply.status).toBe(415);
      expect(backend.initiate).not.toHaveBeenCalled();
    },
  );

  test('may name a charset', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    expect((await createApp().browser().post('initiate', startBody(), { headers })).status).toBe(200);
  });

  test('pollutes nothing', async () => {
    const rawBody = '{"loginHint":"ada@example.com","actId":"1","__proto__":{"polluted":true},"constructor":1}';
    const { browser } = createApp();
    expect((await browser().post('initiate', null, { rawBody })).status).toBe(200);
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('a route', () => {
  test.each([
    ['GET', 'initiate'],
    ['POST', 'session'],
    ['POST', 'nothing'],
    ['OPTIONS', 'initiate'],
  ])('that is none is 404 without CORS: %s %s', async (method, act) => {
    const { handler } = createApp();
    const response = await handler(new Request(`${ORIGIN}/api/ciba/${act}`, { method }));
    expect(response.status).toBe(404);
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('is under another base path where told so', async () => {
    const { handler } = createApp({ basePath: '/auth' });
    expect((await handler(new Request(`${ORIGIN}/auth/session`))).status).toBe(200);
    expect((await handler(new Request(`${ORIGIN}/api/ciba/session`))).status).toBe(404);
  });
});
