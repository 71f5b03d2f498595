// @vitest-environment node
// Keycloak's channel against forged, replayed and unlucky calls. test/keycloak runs it against the real Keycloak.
import { createHmac } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import { keycloakChannel } from 'react-ciba/inbox/server';
import type { CibaInboxOptions } from 'react-ciba/inbox/server';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createApp, ORIGIN } from './harness.js';
import type { TestSession } from './harness.js';

const ISSUER = 'https://sso.example/realms/shop';
const CLAIMS = {
  iss: ISSUER,
  aud: ISSUER,
  sub: '1',
  azp: 'shop',
  typ: 'Bearer',
  jti: 'jti-1',
} satisfies JWTPayload;
const BODY = { login_hint: 'ada', binding_message: '4711', scope: 'openid', is_consent_required: false };

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let realm: Keys;
let foreign: Keys;

beforeAll(async () => {
  [realm, foreign] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
});

/** What Keycloak answers to callbacks; each call takes the first. */
let callbacks: (number | 'refused' | 'lost')[] = [];
let told: unknown[] = [];
let jwks: 'up' | 'down' = 'up';

beforeEach(() => {
  callbacks = [];
  told = [];
  jwks = 'up';
  vi.stubGlobal('fetch', async (input: string | URL | Request, init?: RequestInit) => {
    const url = String(input instanceof Request ? input.url : input);
    if (url === `${ISSUER}/protocol/openid-connect/certs`) {
      if (jwks === 'down') throw new TypeError('fetch failed');
      const key = { ...(await exportJWK(realm.publicKey)), kid: 'realm', use: 'sig', alg: 'RS256' };
      return Response.json({ keys: [key] });
    }
    if (url !== `${ISSUER}/protocol/openid-connect/ext/ciba/auth/callback`) throw new Error(`Nobody at ${url}.`);
    const next = callbacks.shift() ?? 200;
    if (next === 'refused') {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) });
    }
    told.push((JSON.parse(String(init?.body)) as { status: string }).status);
    if (next === 'lost')
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) });
    return new Response(null, { status: next });
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function createKeycloak(options: Partial<CibaInboxOptions<TestSession>> = {}) {
  const channel = keycloakChannel({
    issuer: ISSUER,
    clients: { shop: 'Example Shop' },
    // The stub of each test, also for channels that live longer.
    fetch: (...call) => fetch(...call),
  });
  const app = createApp({ channels: [channel], ...options });
  const seconds = () => Math.floor(app.clock.now / 1000);
  async function bearer(claims: object = {}, { key = realm.privateKey, kid = 'realm' } = {}): Promise<string> {
    const payload = { exp: seconds() + 300, iat: seconds(), ...CLAIMS, ...claims };
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
  }
  async function call(token: string | null, body: object = BODY, headers: Record<string, string> = {}) {
    return app.inbox(
      new Request(`${ORIGIN}/api/inbox/channel/keycloak`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        body: JSON.stringify(body),
      }),
    );
  }
  return { ...app, app, bearer, call };
}

describe('calls that Keycloak never made', () => {
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  test.each<[string, (keycloak: ReturnType<typeof createKeycloak>) => Promise<string | null>, number]>([
    ['no token', async () => null, 401],
    ['nonsense', async () => 'a.b.c', 401],
    ['an own key', ({ bearer }) => bearer({}, { key: foreign.privateKey }), 401],
    ['an own key with a name of its own', ({ bearer }) => bearer({}, { key: foreign.privateKey, kid: 'own' }), 503],
    [
      '`alg: none`',
      async ({ clock }) => `${base64({ alg: 'none' })}.${base64({ ...CLAIMS, exp: clock.now / 1000 + 60 })}.`,
      401,
    ],
    [
      'a refresh token (HMAC)',
      async ({ clock }) => {
        const text = `${base64({ alg: 'HS256', kid: 'realm' })}.${base64({ ...CLAIMS, exp: clock.now / 1000 + 60 })}`;
        return `${text}.${createHmac('sha256', 'key').update(text).digest('base64url')}`;
      },
      401,
    ],
    ['an access token', ({ bearer }) => bearer({ aud: 'account', sid: 's', scope: 'openid' }), 401],
    ['an access token for the issuer', ({ bearer }) => bearer({ aud: ISSUER, scope: 'openid' }), 401],
    ['an access token with several audiences', ({ bearer }) => bearer({ aud: [ISSUER, 'account'] }), 401],
    ['an ID token', ({ bearer }) => bearer({ typ: 'ID', aud: 'shop', sid: 's' }), 401],
    ['a token of a session', ({ bearer }) => bearer({ sid: 's' }), 401],
    ['another realm', ({ bearer }) => bearer({ iss: 'https://sso.example/realms/other' }), 401],
    ['a token whose time is over', ({ bearer, clock }) => bearer({ exp: clock.now / 1000 - 60 }), 401],
    ['no jti', ({ bearer }) => bearer({ jti: undefined }), 401],
    ['no client', ({ bearer }) => bearer({ azp: undefined }), 401],
    ['another client', ({ bearer }) => bearer({ azp: 'other' }), 403],
    ['a client named like a property', ({ bearer }) => bearer({ azp: '__proto__' }), 403],
  ])('%s', async (_, make, status) => {
    const keycloak = createKeycloak();
    const phone = await keycloak.phone();
    expect((await keycloak.call(await make(keycloak))).status).toBe(status);
    expect(await phone.list()).toEqual([]);
    expect(keycloak.types()).toEqual([status === 503 ? 'failed' : 'forged']);
  });

  test.each(['origin', 'cookie', 'sec-fetch-site', 'sec-fetch-mode'])('a page, by its `%s`', async (header) => {
    const keycloak = createKeycloak();
    const phone = await keycloak.phone();
    expect((await keycloak.call(await keycloak.bearer(), BODY, { [header]: 'x' })).status).toBe(403);
    expect(await phone.list()).toEqual([]);
  });

  test('symmetric algorithms and `none` are no options', () => {
    for (const algorithm of ['HS256', 'none', 'RSA-OAEP']) {
      const options = { issuer: ISSUER, clients: { shop: 'Shop' }, algorithms: [algorithm] };
      expect(() => keycloakChannel(options)).toThrow('algorithms');
    }
  });
});

describe('calls of Keycloak', () => {
  test('user and client come from the token, never from the body', async () => {
    const keycloak = createKeycloak();
    const [ada, bob] = [await keycloak.phone('1'), await keycloak.phone('2')];
    expect((await keycloak.call(await keycloak.bearer(), { ...BODY, login_hint: 'bob', azp: 'other' })).status).toBe(
      201,
    );
    expect(await bob.list()).toEqual([]);
    expect(await ada.card()).toMatchObject({ requester: 'Example Shop', shown: { kind: 'signIn' }, digits: 4 });
  });

  test('a replay is one card; with another number, text or context it is refused', async () => {
    const keycloak = createKeycloak();
    const phone = await keycloak.phone();
    const token = await keycloak.bearer();
    for (let time = 0; time < 3; time += 1) expect((await keycloak.call(token)).status).toBe(201);
    const shuffled = Object.fromEntries(Object.entries(BODY).toReversed());
    expect((await keycloak.call(token, shuffled)).status).toBe(201);
    for (const change of [{ binding_message: '9999' }, { login_hint: 'bob' }, { request_context: 'Berlin' }]) {
      expect((await keycloak.call(token, { ...BODY, ...change })).status).toBe(409);
    }
    expect(await phone.list()).toHaveLength(1);
    expect((await phone.post('challenge', { id: (await phone.card()).id, number: '9999' })).body).toMatchObject({
      status: 'wrongNumber',
    });
  });

  test('a replay after the end rings nobody and changes nothing', async () => {
    const keycloak = createKeycloak();
    const phone = await keycloak.phone();
    const token = await keycloak.bearer();
    await keycloak.call(token);
    await phone.post('deny', { id: (await phone.card()).id });
    expect((await keycloak.call(token)).status).toBe(201);
    expect(await phone.list()).toEqual([]);
  });

  test('a message without a number is refused, as if denied, and says so in an event', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const keycloak = createKeycloak();
    const phone = await keycloak.phone();
    expect((await keycloak.call(await keycloak.bearer(), { ...BODY, binding_message: 'hello' })).status).toBe(201);
    expect(await phone.list()).toEqual([]);
    expect(keycloak.types()).toContain('refusedByPolicy');
    await vi.advanceTimersByTimeAsync(1000);
    await vi.waitFor(() => expect(told).toEqual(['CANCELLED']));
  });

  test('nobody, a full inbox and a limit get the same 201', async () => {
    const keycloak = createKeycloak({ subject: ({ sub }) => (sub === 'nobody' ? null : sub) });
    await keycloak.phone();
    const statuses: number[] = [];
    for (let call = 0; call < 10; call += 1) {
      const token = await keycloak.bearer({ jti: `jti-${call}`, sub: call === 0 ? 'nobody' : '1' });
      statuses.push((await keycloak.call(token)).status);
    }
    expect(new Set(statuses)).toEqual(new Set([201]));
    expect(keycloak.types()).toEqual(expect.arrayContaining(['unknownUser', 'full', 'limited']));
  });

  test('a request for a year ends after 10 minutes', async () => {
    const keycloak = createKeycloak();
    const phone = await keycloak.phone();
    await keycloak.call(await keycloak.bearer({ exp: keycloak.clock.now / 1000 + 365 * 24 * 3600 }));
    expect((await phone.card()).lifetime).toBe(600);
  });

  test('keys that can not be read are 503, never a forgery', async () => {
    const keycloak = createKeycloak();
    jwks = 'down';
    expect((await keycloak.call(await keycloak.bearer())).status).toBe(503);
    jwks = 'up';
    expect((await keycloak.call(await keycloak.bearer())).status).toBe(201);
  });

  test('the connection is closed, so that a restart of the inbox fails no login', async () => {
    const keycloak = createKeycloak();
    expect((await keycloak.call(await keycloak.bearer())).headers.get('connection')).toBe('close');
  });

  test('the context that anybody can send reaches `describe` as unsigned, and no policy', async () => {
    const describeAsk = vi.fn(({ unsigned }: { unsigned: Record<string, unknown> }) => ({
      kind: 'signIn' as const,
      from: String(unsigned['request_context']),
    }));
    const keycloak = createKeycloak({ describe: describeAsk });
    const phone = await keycloak.phone();
    await keycloak.call(await keycloak.bearer(), { ...BODY, request_context: 'Chrome, Berlin', kind: 'payment' });
    expect(await phone.card()).toMatchObject({ shown: { kind: 'signIn', from: 'Chrome, Berlin' }, digits: 4 });
    expect(JSON.stringify(describeAsk.mock.calls)).not.toContain('"reply"');
  });
});

describe('telling Keycloak', () => {
  async function askAda(options: Partial<CibaInboxOptions<TestSession>> = {}) {
    const keycloak = createKeycloak(options);
    const phone = await keycloak.phone();
    await keycloak.call(await keycloak.bearer());
    const { id } = await phone.card();
    return { ...keycloak, phone, id };
  }

  test('an approval is told once, however often it is sent', async () => {
    const { phone, id, app } = await askAda();
    const assertion = await phone.sign(id, '4711');
    const other = app.another();
    const elsewhere = app.page(other);
    elsewhere.jar.store(new URL(ORIGIN), [`${phone.cookies}; Path=/; Secure`]);
    const taps = Array.from({ length: 20 }, (_, place) =>
      (place % 2 === 0 ? phone : elsewhere).post('approve', { id, assertion }),
    );
    const answers = await Promise.all(taps);
    expect(told).toEqual(['SUCCEED']);
    expect(answers.every(({ body }) => body['status'] === 'approved')).toBe(true);
    expect((await phone.post('approve', { id, assertion })).body).toMatchObject({ delivery: 'sent' });
    expect(told).toEqual(['SUCCEED']);
  });

  test('no approval follows a denial, although Keycloak would take it', async () => {
    const { phone, id } = await askAda();
    const assertion = await phone.sign(id, '4711');
    await phone.post('deny', { id });
    await phone.post('approve', { id, assertion });
    expect(told).toEqual(['CANCELLED']);
  });

  test.each([
    ['deny', {}],
    ['report', {}],
  ])('%s is told with the one verdict', async (path) => {
    const { phone, id } = await askAda();
    await phone.post(path, { id });
    expect(told).toEqual(['CANCELLED']);
  });

  test('three wrong numbers are told with it, too', async () => {
    const { phone, id } = await askAda();
    for (let attempt = 0; attempt < 3; attempt += 1) await phone.post('challenge', { id, number: '0000' });
    expect(told).toEqual(['CANCELLED']);
  });

  test('an approval that surely did not arrive is sent again, at its pace', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    callbacks = ['refused', 503, 200];
    const { phone, id, clock } = await askAda();
    expect((await phone.approve(id, '4711')).body).toMatchObject({ delivery: 'sending' });
    // The page asks at once, and waits like everyone.
    expect(await phone.list([id])).toMatchObject([{ delivery: 'sending' }]);
    expect(told).toEqual([]);
    for (const pause of [1000, 2000]) {
      clock.now += pause;
      await vi.advanceTimersByTimeAsync(pause);
    }
    await vi.waitFor(() => expect(told).toEqual(['SUCCEED', 'SUCCEED']));
    expect(await phone.list([id])).toMatchObject([{ delivery: 'sent' }]);
  });

  test.each([
    ['an answer that was lost', 'lost'],
    ['a 400, which ping mode gives although the approval stands', 400],
    ['a 500', 500],
  ] as const)('%s is unsure, and never sent again', async (_, answer) => {
    callbacks = [answer];
    const { phone, id, clock } = await askAda();
    expect((await phone.approve(id, '4711')).body).toMatchObject({ status: 'approved', delivery: 'unsure' });
    clock.now += 20_000;
    expect(await phone.list([id])).toMatchObject([{ status: 'approved', delivery: 'unsure' }]);
    expect(told).toEqual(['SUCCEED']);
  });

  test('a request that Keycloak no longer knows is late, at the first call alone', async () => {
    callbacks = [403];
    const { phone, id } = await askAda();
    expect((await phone.approve(id, '4711')).body).toMatchObject({ status: 'approved', delivery: 'late' });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    callbacks = [503, 403];
    const second = await askAda();
    await second.phone.approve(second.id, '4711');
    second.clock.now += 1000;
    await vi.advanceTimersByTimeAsync(1000);
    await vi.waitFor(async () => expect(await second.phone.list([second.id])).toMatchObject([{ delivery: 'unsure' }]));
  });

  test('a process that died between the call and its record leaves "unsure", and nobody calls again', async () => {
    const { phone, id, app, clock } = await askAda();
    const assertion = await phone.sign(id, '4711');
    const { setIfAbsent } = app.store;
    const crash = vi.spyOn(app.store, 'setIfAbsent').mockImplementation(async (key, value, ttl) => {
      if (key.includes('inbox-sent:')) throw new Error('killed');
      return setIfAbsent.call(app.store, key, value, ttl) as never;
    });
    expect((await phone.post('approve', { id, assertion })).status).toBe(500);
    crash.mockRestore();
    expect(told).toEqual(['SUCCEED']);
    const next = app.page(app.another());
    next.jar.store(new URL(ORIGIN), [`${phone.cookies}; Path=/; Secure`]);
    // The lease of the process that died has to end first.
    expect(await next.list([id])).toMatchObject([{ delivery: 'sending' }]);
    clock.now += 10_000;
    expect(await next.list([id])).toMatchObject([{ status: 'approved', delivery: 'unsure' }]);
    expect(told).toEqual(['SUCCEED']);
  });

  test('a process that died before the call leaves the approval to the next one', async () => {
    const { phone, id, app } = await askAda();
    const assertion = await phone.sign(id, '4711');
    const { setIfAbsent } = app.store;
    const crash = vi.spyOn(app.store, 'setIfAbsent').mockImplementation(async (key, value, ttl) => {
      if (key.includes('inbox-sending:')) throw new Error('killed');
      return setIfAbsent.call(app.store, key, value, ttl) as never;
    });
    expect((await phone.post('approve', { id, assertion })).status).toBe(500);
    crash.mockRestore();
    expect((await phone.post('approve', { id, assertion })).body).toMatchObject({
      status: 'approved',
      delivery: 'sent',
    });
    expect(told).toEqual(['SUCCEED']);
  });

  test('a denial is told again until Keycloak took it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    callbacks = ['lost', 500, 200];
    const { phone, id, clock } = await askAda();
    expect((await phone.post('deny', { id })).body).toMatchObject({ status: 'denied', delivery: 'sending' });
    for (let round = 0; round < 2; round += 1) {
      clock.now += 8000;
      await vi.advanceTimersByTimeAsync(8000);
    }
    await vi.waitFor(() => expect(told).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED']));
    expect(await phone.list([id])).toMatchObject([{ delivery: 'sent' }]);
  });

  test('without its proof the approval is not told', async () => {
    const { phone, id, app, clock } = await askAda({ onProof: () => Promise.reject(new Error('away')) });
    expect((await phone.approve(id, '4711')).body).toMatchObject({ delivery: 'sending' });
    clock.now += 300_000;
    expect(await phone.list([id])).toMatchObject([{ status: 'approved', delivery: 'late' }]);
    expect(told).toEqual([]);
    await app.inbox.stop();
  });
});
