// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import { createMemoryStore, forwardedClientAddress } from '../../src/server/index.js';
import type { CibaStore, StoreStep } from '../../src/server/index.js';
import { ADA, advance, createApp, NO_LIMITS, ORIGIN, useFakeTime } from './harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

type App = ReturnType<typeof createApp>;

/** Starts a login in a new browser, and denies it on the phone. */
async function denied(app: App, user: string, page = app.browser()) {
  const { status, body } = await page.initiate(user);
  if (status !== 200) return { status, body };
  app.backend.poll.mockResolvedValueOnce({ status: 'denied' });
  return page.poll(body['id']);
}

describe('pushing on after a denial', () => {
  /** Starts in a new browser and cancels. Returns how often that rang the phone. */
  async function rings(app: App, user: string) {
    const before = app.backend.initiate.mock.calls.length;
    const page = app.browser();
    const { status, body } = await page.initiate(user);
    expect(status).toBe(200);
    await page.post('cancel', { id: body['id'] });
    return app.backend.initiate.mock.calls.length - before;
  }

  test.each([
    ['rings nobody until then', true],
    ['rings again from then on', false],
  ])('is allowed once, then waits a minute, and twice as long each time: it %s', async (_, tooEarly) => {
    const app = createApp({ limits: NO_LIMITS });
    expect((await denied(app, 'ada@example.com')).body).toEqual({ status: 'denied' });
    expect((await denied(app, 'ada@example.com')).body).toEqual({ status: 'denied' });
    for (const seconds of [60, 120, 240, 480, 960, 1920, 3600, 3600]) {
      expect(await rings(app, 'ADA@example.com')).toBe(0);
      expect(app.events).toContainEqual({ type: 'limited', limit: 'denied', retryAfter: seconds });
      await advance(seconds - 1);
      if (tooEarly) {
        expect(await rings(app, 'ada@example.com')).toBe(0);
        // A second start within minutes brings a pause of its own.
        await advance(60);
      } else await advance(1);
      expect((await denied(app, 'ada@example.com')).body).toEqual({ status: 'denied' });
    }
  });

  test('S7: looks to a stranger as if nobody had denied', async () => {
    const app = createApp({ limits: NO_LIMITS });
    await denied(app, 'ada@example.com');
    await denied(app, 'ada@example.com');
    const ada = await app.browser().initiate('ada@example.com');
    const nobody = await app.browser().initiate('stranger@example.com');
    expect([ada.status, Object.keys(ada.body)]).toEqual([nobody.status, Object.keys(nobody.body)]);
  });

  test('is free as often as the app says', async () => {
    const app = createApp({ limits: NO_LIMITS, freeDenials: 3 });
    for (let denial = 0; denial < 3; denial += 1) await denied(app, 'ada@example.com');
    expect((await denied(app, 'ada@example.com')).body).toEqual({ status: 'denied' });
    expect(await rings(app, 'ada@example.com')).toBe(0);
    expect(app.events).toContainEqual({ type: 'limited', limit: 'denied', retryAfter: 60 });
  });

  test('is forgotten after a day', async () => {
    const app = createApp({ limits: NO_LIMITS });
    await denied(app, 'ada@example.com');
    await advance(24 * 3600);
    await denied(app, 'ada@example.com');
    expect((await app.browser().initiate('ada@example.com')).status).toBe(200);
  });

  test('is for nobody else to wait for', async () => {
    const app = createApp({ limits: NO_LIMITS });
    await denied(app, 'ada@example.com');
    await denied(app, 'ada@example.com');
    expect((await app.browser().initiate('bob@example.com')).status).toBe(200);
  });

  test('keeps nobody out of a browser where they signed in before', async () => {
    const app = createApp({ limits: NO_LIMITS });
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.poll(body['id']);
    await denied(app, 'ada@example.com');
    await denied(app, 'ada@example.com');
    expect(await rings(app, 'ada@example.com')).toBe(0);
    const before = app.backend.initiate.mock.calls.length;
    expect((await page.initiate('ada@example.com')).status).toBe(200);
    expect(app.backend.initiate).toHaveBeenCalledTimes(before + 1);
  });

  test('waits in that browser too, for the denials of its own pushes', async () => {
    const app = createApp({ limits: NO_LIMITS });
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.poll(body['id']);
    await denied(app, 'ada@example.com', page);
    await denied(app, 'ada@example.com', page);
    expect((await page.initiate('ada@example.com')).status).toBe(429);
  });

  test('is not got round by another hint for the same account: that rings nobody', async () => {
    const app = createApp({ limits: NO_LIMITS, authRequest: (hint) => ({ loginHint: hint.replaceAll('-', '') }) });
    await denied(app, '555-0100');
    await denied(app, '5550-100');
    const rings = app.backend.initiate.mock.calls.length;
    expect((await app.browser().initiate('55-50100')).status).toBe(200);
    expect(app.backend.initiate).toHaveBeenCalledTimes(rings);
    expect(app.events).toContainEqual(expect.objectContaining({ type: 'limited', limit: 'denied' }));
  });
});

describe('the breaker', () => {
  const limits = { ...NO_LIMITS, everyone: [{ points: 3, duration: 60 }] };

  test('stops a flood of many users, browsers and addresses before the provider is called', async () => {
    const app = createApp({ limits });
    for (let n = 0; n < 3; n += 1) expect((await app.browser().initiate(`user${n}@example.com`)).status).toBe(200);
    for (const user of ['user4@example.com', 'stranger@example.com']) {
      expect(await app.browser().initiate(user)).toMatchObject({ status: 429, body: { error: 'rateLimited' } });
    }
    expect(app.backend.initiate).toHaveBeenCalledTimes(3);
    expect(app.events).toContainEqual({ type: 'limited', limit: 'everyone', retryAfter: 60 });
    await advance(60);
    expect((await app.browser().initiate('user5@example.com')).status).toBe(200);
  });

  test('stops a flood of codes likewise', async () => {
    const app = createApp({ limits, totp: async () => ({ status: 'invalidCode' }) });
    for (let n = 0; n < 3; n += 1) await app.browser().totp(`user${n}@example.com`, '123456');
    expect((await app.browser().totp('user4@example.com', '123456')).status).toBe(429);
  });

  test('lets those in who signed in with their browser before', async () => {
    const app = createApp({ limits });
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.poll(body['id']);
    for (let n = 0; n < 5; n += 1) await app.browser().initiate(`user${n}@example.com`);
    expect((await app.browser().initiate('bob@example.com')).status).toBe(429);
    expect((await page.initiate('ada@example.com')).status).toBe(200);
  });
});

describe('the limit per address', () => {
  const limits = { ...NO_LIMITS, address: [{ points: 1, duration: 60 }] };

  async function secondStart(first: string, second: string) {
    const addresses = [first, second];
    const app = createApp({ limits, clientAddress: () => addresses.shift() });
    await app.browser().initiate('user1@example.com');
    return (await app.browser().initiate('user2@example.com')).status;
  }

  test.each([
    ['the same address', '192.0.2.1', '192.0.2.1'],
    ['another address of the same /64', '2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
    ['the same /64 written in full', '2001:db8::1', '2001:0DB8:0000:0000:0000:0000:0000:0002'],
    ['an address with a zone', 'fe80::1%eth0', 'fe80::2'],
    ['IPv4 in the clothes of IPv6', '192.0.2.1', '::ffff:192.0.2.1'],
  ])('counts as one: %s', async (_, first, second) => {
    expect(await secondStart(first, second)).toBe(429);
  });

  test.each([
    ['another IPv4 address', '192.0.2.1', '192.0.2.2'],
    ['another /64', '2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['two of IPv4 in the clothes of IPv6', '::ffff:192.0.2.1', '::ffff:192.0.2.2'],
  ])('counts apart: %s', async (_, first, second) => {
    expect(await secondStart(first, second)).toBe(200);
  });
});

describe('forwardedClientAddress', () => {
  const read = (header: string | null, proxies = 1) =>
    forwardedClientAddress({ proxies })(
      new Request(ORIGIN, header === null ? {} : { headers: { 'x-forwarded-for': header } }),
    );

  test.each([
    ['192.0.2.1', 1, '192.0.2.1'],
    ['203.0.113.9, 192.0.2.1', 1, '192.0.2.1'],
    ['203.0.113.9, 192.0.2.1, 10.0.0.1', 2, '192.0.2.1'],
    ['192.0.2.1:4711', 1, '192.0.2.1'],
    ['[2001:db8::1]:4711', 1, '2001:db8::1'],
    ['2001:db8::1', 1, '2001:db8::1'],
  ])('reads what our own proxy wrote, whatever the caller wrote before it: %s', (header, proxies, address) => {
    expect(read(header, proxies)).toBe(address);
  });

  test.each([
    [null, 1],
    ['', 1],
    ['unknown', 1],
    ['192.0.2.1', 2],
    ['<script>', 1],
  ])('knows no address from %j', (header, proxies) => {
    expect(read(header, proxies)).toBeUndefined();
  });

  test('is not fooled by a header that the caller changes each time', async () => {
    const app = createApp({
      limits: { ...NO_LIMITS, address: [{ points: 2, duration: 60 }] },
      clientAddress: forwardedClientAddress({ proxies: 1 }),
    });
    const statuses = [];
    for (let n = 0; n < 4; n += 1) {
      const headers = { 'x-forwarded-for': `10.0.0.${n}, 192.0.2.1` };
      const body = { loginHint: `user${n}@example.com`, actId: `a${n}` };
      statuses.push((await app.browser().post('initiate', body, { headers })).status);
    }
    expect(statuses).toEqual([200, 200, 429, 429]);
  });
});

describe('what a decoy shows while polls fail', () => {
  test.each([
    ['a passing fault', new CibaError('unavailable', 'Down.', { retryAfter: 7 }), 503],
    ['too many polls', new CibaError('rateLimited', 'Slow down.', { retryAfter: 9 }), 429],
    ['a wrong client secret', new CibaError('misconfigured', 'Wrong secret.'), 500],
  ])('is what everybody sees: %s', async (_, fault, status) => {
    const app = createApp();
    const [real, decoy] = [app.browser(), app.browser()];
    const ada = await real.initiate('ada@example.com');
    const nobody = await decoy.initiate('stranger@example.com');
    app.backend.poll.mockRejectedValueOnce(fault);
    const seen = await real.poll(ada.body['id']);
    expect(seen.status).toBe(status);
    const same = await decoy.poll(nobody.body['id']);
    expect({ status: same.status, body: same.body }).toEqual({ status: seen.status, body: seen.body });
  });

  test('passes as it passes for everybody', async () => {
    const app = createApp();
    const [real, decoy] = [app.browser(), app.browser()];
    const ada = await real.initiate('ada@example.com');
    const nobody = await decoy.initiate('stranger@example.com');
    app.backend.poll.mockRejectedValueOnce(new CibaError('unavailable', 'Down.'));
    await real.poll(ada.body['id']);
    await advance(4);
    expect((await real.poll(ada.body['id'])).body).toEqual({ status: 'pending' });
    expect((await decoy.poll(nobody.body['id'])).body).toEqual({ status: 'pending' });
  });

  test('is nothing of what went wrong with one login alone', async () => {
    const app = createApp();
    const [real, decoy] = [app.browser(), app.browser()];
    const ada = await real.initiate('ada@example.com');
    const nobody = await decoy.initiate('stranger@example.com');
    app.backend.poll.mockRejectedValueOnce(new CibaError('refused', 'Somebody else approved.'));
    expect((await real.poll(ada.body['id'])).status).toBe(403);
    expect((await decoy.poll(nobody.body['id'])).body).toEqual({ status: 'pending' });
  });
});

describe('a user whom the provider refuses to ring', () => {
  const refusal = new CibaError('refused', 'The user is blocked.');

  test('looks like nobody to a stranger, and the log says why', async () => {
    const app = createApp();
    app.backend.initiate.mockRejectedValueOnce(refusal);
    const blocked = await app.browser().initiate('blocked@example.com');
    const nobody = await app.browser().initiate('stranger@example.com');
    expect(blocked.status).toBe(200);
    expect(Object.keys(blocked.body)).toEqual(Object.keys(nobody.body));
    expect(app.events).toContainEqual(
      expect.objectContaining({ type: 'failed', during: 'initiate', code: 'refused', message: 'The user is blocked.' }),
    );
  });

  test('is told so in a browser where they signed in before', async () => {
    const app = createApp();
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.poll(body['id']);
    app.backend.initiate.mockRejectedValueOnce(refusal);
    expect(await page.initiate('ada@example.com')).toMatchObject({ status: 403, body: { error: 'refused' } });
    expect((await app.browser().initiate('stranger@example.com')).status).toBe(200);
  });
});

describe.each(['refused', 'inReview'] as const)('a user whose code the backend answers with %s', (code) => {
  const verifyTotp = async () => {
    throw new CibaError(code, 'The risk engine says no.');
  };

  test('sees a wrong code as a stranger, lock included, and the log says why', async () => {
    const app = createApp();
    const { browser, events } = createApp({ adapter: { ...app.backend, verifyTotp } });
    const replies = [1, 2, 3].map(() => browser().totp('blocked@example.com', '123456'));
    expect((await Promise.all(replies)).map(({ status, body }) => [status, body['status']])).toEqual([
      [200, 'invalidCode'],
      [200, 'invalidCode'],
      [200, 'lockedOut'],
    ]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'failed', during: 'code', code }));
  });

  test('is told so in a browser where they signed in before', async () => {
    const app = createApp();
    const { browser } = createApp({ adapter: { ...app.backend, verifyTotp } });
    const page = browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.poll(body['id']);
    expect(await page.totp('ada@example.com', '123456')).toMatchObject({ status: 403, body: { error: code } });
  });
});

describe('tricks with headers', () => {
  const start = () => ({ loginHint: 'ada@example.com', actId: 'a' });

  test.each([
    ['two origins', { origin: `${ORIGIN}, https://evil.example` }, 403],
    ['the origin in other letters', { origin: ORIGIN.toUpperCase() }, 403],
    ['the origin with a port', { origin: `${ORIGIN}:443` }, 403],
    ['the header twice', { 'x-ciba-request': '1, 1' }, 403],
    ['two sites', { 'sec-fetch-site': 'same-origin, cross-site' }, 403],
    ['two content types', { 'content-type': 'text/plain, application/json' }, 415],
    ['a content type in a parameter', { 'content-type': 'text/plain; x=application/json' }, 415],
  ])('are refused: %s', async (_, headers, status) => {
    const app = createApp();
    expect((await app.browser().post('initiate', start(), { headers })).status).toBe(status);
    expect(app.backend.initiate).not.toHaveBeenCalled();
  });

  test('no method is overridden', async () => {
    const app = createApp();
    const headers = { 'x-http-method-override': 'POST', 'x-ciba-request': '1', origin: ORIGIN };
    for (const act of ['initiate', 'sign-out']) expect((await app.browser().get(act, headers)).status).toBe(404);
  });

  test('two cookies of one name are none, and a cookie is never a path or a key of something else', async () => {
    const app = createApp();
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    const own = page.cookies.get('__Host-ciba-browser+api+ciba') ?? '';
    for (const planted of [
      `x; __Host-ciba-browser+api+ciba=${own}`,
      'constructor',
      `${own}=`,
      `"${own}"`,
      encodeURIComponent(`${own} `),
    ]) {
      page.cookies.set('__Host-ciba-browser+api+ciba', planted);
      expect((await page.poll(body['id'])).status).toBe(404);
    }
  });

  test('nothing that was sent comes back in a header', async () => {
    const app = createApp();
    const reply = await app.browser().post('initiate', { loginHint: 'ada\r\nset-cookie: a=b', actId: 'x\r\ny: z' });
    expect([...reply.headers].join()).not.toMatch(/a=b|y: z/);
  });

  test('a path that only looks like ours is none', async () => {
    const { handler } = createApp();
    for (const path of [
      '/api/ciba/session//',
      '/api/ciba/session/x',
      '/api/ciba//session',
      '/API/ciba/session',
      '/api/ciba/%73ession',
      '/x/api/ciba/session',
    ]) {
      expect((await handler(new Request(ORIGIN + path))).status).toBe(404);
    }
  });
});

describe('a session', () => {
  async function signedIn(options: Parameters<typeof createApp>[0] = {}) {
    const app = createApp(options);
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    const reply = await page.poll(body['id']);
    return { ...app, page, id: body['id'], reply };
  }
  const WHO = { session: { name: 'Ada' } };

  test('ends when nobody used it for an hour, and lives on while somebody does', async () => {
    const { page } = await signedIn();
    for (let n = 0; n < 5; n += 1) {
      await advance(3599);
      expect((await page.get('session')).body).toEqual(WHO);
    }
    await advance(3601);
    expect((await page.get('session')).body).toEqual({ session: null });
  });

  test('ends after twelve hours however much it is used', async () => {
    const { page } = await signedIn();
    for (let n = 0; n < 24; n += 1) {
      await advance(1799);
      expect((await page.get('session')).body).toEqual(WHO);
    }
    await advance(60);
    expect((await page.get('session')).body).toEqual({ session: null });
  });

  test('that was ended is not brought back by a use at the same time', async () => {
    const store = createMemoryStore();
    const { handler, page } = await signedIn({ store });
    const cookie = `__Host-ciba-session+api+ciba=${page.session}`;
    await advance(600);
    const use = handler.sessionWithTokens(new Request(`${ORIGIN}/orders`, { headers: { cookie } }));
    await page.post('sign-out', {});
    await use;
    page.cookies.set('__Host-ciba-session+api+ciba', cookie.split('=')[1] ?? '');
    expect((await page.get('session')).body).toEqual({ session: null });
  });

  test('that no browser collected is open for two minutes at most if the process dies', async () => {
    const written: StoreStep[] = [];
    const memory = createMemoryStore();
    const store: CibaStore = {
      ...memory,
      batch: (steps) => (written.push(...steps), memory.batch(steps)),
    };
    const app = createApp({ store });
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.postLost('poll', { id: body['id'] }, { signal: AbortSignal.abort() });
    const opened = written.filter(([method, key]) => method === 'set' && key.includes(' session:'));
    expect(opened).toEqual([
      ['set', expect.any(String), expect.objectContaining({ expiresAt: Date.now() + 120_000 }), expect.any(Number)],
    ]);
  });

  test.each([null, undefined])('of which %s is shown is a mistake that says so', async (shown) => {
    const { reply, events, page } = await signedIn({ publicSession: () => shown as never });
    expect(reply).toMatchObject({ status: 500, body: { error: 'misconfigured' } });
    expect(page.session).toBeUndefined();
    expect(events).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('Return `{}`') as string }),
    );
  });
});

describe('a session of the app’s own', () => {
  async function approved(onApproved: () => readonly string[] | Promise<readonly string[]>) {
    const app = createApp({ onApproved });
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    return { ...app, page, id: body['id'] };
  }

  test('is opened once, and its cookies are repeated to a browser that lost the answer', async () => {
    const onApproved = vi.fn(async () => ['sid=1; HttpOnly', 'theme=dark']);
    const { page, id } = await approved(onApproved);
    const lost = await page.postLost('poll', { id });
    const again = await page.poll(id);
    expect(onApproved).toHaveBeenCalledExactlyOnceWith(ADA, expect.any(Request));
    for (const reply of [lost, again]) {
      expect(reply.body).toEqual({ status: 'approved', session: { name: 'Ada' } });
      expect(reply.setCookies.slice(0, 2)).toEqual(['sid=1; HttpOnly', 'theme=dark']);
      expect(reply.setCookies.join()).not.toContain('ciba-session');
    }
  });

  test('has its own routes for who is signed in and for signing out', async () => {
    const { page } = await approved(() => []);
    expect((await page.get('session')).status).toBe(404);
    expect((await page.post('sign-out', {})).status).toBe(404);
  });

  test('that cannot be opened gives the approval back', async () => {
    const { page, id, revoke, events } = await approved(() =>
      Promise.reject(new CibaError('sessionRefused', 'Closed.')),
    );
    expect(await page.poll(id)).toMatchObject({ status: 403, body: { error: 'sessionRefused' } });
    expect(revoke).toHaveBeenCalledExactlyOnceWith(ADA);
    expect(events).toContainEqual(expect.objectContaining({ code: 'sessionRefused', message: 'Closed.' }));
    expect((await page.poll(id)).status).toBe(404);
  });
});
