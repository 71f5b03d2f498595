// @vitest-environment node
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import type { JWK } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createOidcAdapter } from '../../../src/adapters/oidc/index.js';
import type { OidcAdapterOptions, OidcSession } from '../../../src/adapters/oidc/index.js';
import { metadata, startStubProvider, tokens } from './stub.js';
import type { StubProvider } from './stub.js';
import { errorOf as errorWithout } from '../../support/error-of.js';

let provider: StubProvider;
const calling = { signal: new AbortController().signal, actId: 'act' };

beforeEach(async () => {
  provider = await startStubProvider();
});
afterEach(() => provider.close());

const adapterFor = (options: Partial<OidcAdapterOptions> = {}) =>
  createOidcAdapter({ issuer: provider.issuer, clientId: 'shop', clientSecret: 'secret', ...options });

const claims = () => {
  const now = Math.floor(Date.now() / 1000);
  return { iss: provider.issuer, aud: 'shop', sub: 'user-1', iat: now, exp: now + 300, sid: 'sid-1', acr: '1' };
};

const session = (changes: Partial<OidcSession> = {}): OidcSession => ({
  claims: claims(),
  accessToken: 'old-access-token',
  idToken: 'old-id-token',
  refreshToken: 'old-refresh-token',
  expiresAt: Date.now() + 60_000,
  refreshExpiresAt: Date.now() + 600_000,
  scope: 'openid profile',
  ...changes,
});

/** The error of a call. It fails if the call succeeds, or if the error shows a token. */
const errorOf = (act: Promise<unknown>) => errorWithout(act, [/old-|new-|eyJ/]);

describe('what a session tells of itself', () => {
  test('its token, its ends, its user, its ID and its level', () => {
    const one = session();
    expect(adapterFor().sessionInfo(one)).toEqual({
      accessToken: { token: 'old-access-token', type: 'Bearer' },
      expiresAt: one.expiresAt,
      refreshable: true,
      endsAt: one.refreshExpiresAt,
      subject: 'user-1',
      sid: 'sid-1',
      issuedAt: one.claims.iat * 1000,
      acr: '1',
    });
  });

  test('ends with its access token if it has no refresh token', () => {
    const { refreshToken: _, ...one } = session({ tokenType: 'DPoP' });
    expect(adapterFor().sessionInfo(one)).toMatchObject({
      accessToken: { type: 'DPoP' },
      refreshable: false,
      endsAt: one.expiresAt,
    });
  });

  test("is nothing for a session of the app's own verifier", () => {
    for (const other of [{ name: 'Ada' }, null, 'ada', {}]) {
      expect(adapterFor().sessionInfo(other as unknown as OidcSession)).toBeNull();
    }
  });

  test('keeps the end of the refresh token that the provider names when it approves', async () => {
    const adapter = adapterFor();
    const pending = await adapter.initiate({ loginHint: 'ada' }, calling);
    provider.answer('/token', { body: { ...tokens(provider.issuer), refresh_token: 'r', refresh_expires_in: 1800 } });
    const before = Date.now();
    const result = await adapter.poll(pending, calling);
    if (result.status !== 'approved') throw new Error(result.status);
    expect(result.session.refreshExpiresAt).toBeGreaterThanOrEqual(before + 1_800_000);
    expect(result.session.refreshExpiresAt).toBeLessThan(before + 1_810_000);
  });
});

describe('a refresh', () => {
  const answer = (body: object, status = 200) => provider.answer('/token', { status, body });

  test('replaces what the provider answers, and keeps the rest', async () => {
    answer({ access_token: 'new-access-token', token_type: 'Bearer', expires_in: 300 });
    const one = session();
    const before = Date.now();
    const result = await adapterFor().refresh(one, calling);
    if (result.status !== 'refreshed') throw new Error(result.status);
    const { expiresAt = 0, ...rest } = result.session;
    expect(rest).toEqual({
      claims: one.claims,
      idToken: 'old-id-token',
      accessToken: 'new-access-token',
      refreshToken: 'old-refresh-token',
      refreshExpiresAt: one.refreshExpiresAt,
      scope: 'openid profile',
    });
    expect(expiresAt).toBeGreaterThanOrEqual(before + 300_000);
    const { form } = provider.seen.at(-1) ?? {};
    expect(Object.fromEntries(form ?? [])).toEqual({ grant_type: 'refresh_token', refresh_token: 'old-refresh-token' });
  });

  test('takes the rotated token with its own end, and the new ID token', async () => {
    const fresh = tokens(provider.issuer, { name: 'Ada', sid: 'sid-1' });
    answer({ ...fresh, refresh_token: 'new-refresh-token' });
    const result = await adapterFor().refresh(session(), calling);
    expect(result).toMatchObject({
      status: 'refreshed',
      session: { refreshToken: 'new-refresh-token', idToken: fresh['id_token'], claims: { name: 'Ada' } },
    });
    // The provider names no end for the new one, and that of the old one says nothing about it.
    expect(result).not.toHaveProperty('session.refreshExpiresAt');
  });

  test("with another user's ID token is refused, revoked, and not repeated", async () => {
    provider.answer('/revoke', { status: 200 });
    answer({ ...tokens(provider.issuer, { sub: 'user-2' }), refresh_token: 'new-refresh-token' });
    expect(await errorOf(adapterFor().refresh(session(), calling))).toMatchObject({
      code: 'refused',
      retryable: false,
    });
    const revoked = provider.seen.filter(({ path }) => path === '/revoke').map(({ form }) => form.get('token'));
    expect(revoked).toEqual(['new-refresh-token', 'secret-access-token']);
  });

  test.each([
    ['invalid_grant', 'Token is not active', {}],
    ['invalid_grant', 'Maximum allowed refresh token reuse exceeded', { reused: true }],
    ['invalid_grant', 'Stale token', { reused: true }],
    ['invalid_grant', 'refresh token already used', { reused: true }],
    ['invalid_grant', 'User disabled', {}],
    ['login_required', '', {}],
  ])('that is answered %s "%s" ends the session', async (error, description, more) => {
    answer({ error, error_description: description }, 400);
    expect(await adapterFor().refresh(session(), calling)).toEqual({ status: 'ended', ...more });
  });

  test.each([
    [503, '<h1>Down for maintenance</h1>'],
    [503, 'no healthy upstream'],
    [503, 'upstream connect error or disconnect/reset before headers. reset reason: connection failure'],
    [
      503,
      'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure reason: delayed connect error: 111',
    ],
    [503, 'upstream connect error or disconnect/reset before headers. reset reason: overflow'],
    [503, { error: 'temporarily_unavailable', error_description: 'backend read error' }],
    [429, { error: 'slow_down' }],
    [400, { error: 'temporarily_unavailable' }],
    [401, { error: 'invalid_client' }],
    [400, { error: 'unauthorized_client', error_description: 'Invalid client or Invalid client credentials' }],
    [404, 'no such page'],
    [403, '<html>Blocked</html>'],
    [302, ''],
  ])('that is answered %i %j surely had no effect, and may be repeated', async (status, body) => {
    provider.answer('/token', {
      status,
      body,
      headers: status === 302 ? { location: 'https://elsewhere.example' } : {},
    });
    expect(await errorOf(adapterFor().refresh(session(), calling))).toMatchObject({ retryable: true });
  });

  test.each([
    [500, { error: 'server_error' }],
    [502, '<h1>Bad gateway</h1>'],
    [503, 'upstream connect error or disconnect/reset before headers. reset reason: connection termination'],
    [
      503,
      'upstream connect error or disconnect/reset before headers. retried and the latest reset reason: connection failure',
    ],
    [503, '<title>503 Backend fetch failed</title>'],
    [503, '<title>503 first byte timeout</title>'],
    [503, '<iframe src="https://www.herokucdn.com/error-pages/application-error.html"></iframe>'],
    [503, { message: 'Service Unavailable' }],
    [504, ''],
    [200, '{"access_token": "new-acc'],
    [200, { token_type: 'Bearer' }],
    [204, ''],
  ])('that is answered %i %j may have had its effect, and is not repeated', async (status, body) => {
    provider.answer('/token', { status, body });
    expect(await errorOf(adapterFor().refresh(session(), calling))).toMatchObject({ retryable: false });
  });

  test('that is never answered is not repeated', async () => {
    provider.answer('/token', 'silence');
    const error = await errorOf(adapterFor({ timeout: 0.2 }).refresh(session(), calling));
    expect(error).toMatchObject({ code: 'timeout', retryable: false });
  });

  test('whose connection breaks after it was sent is not repeated', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.destroy()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    provider.answer('/.well-known/openid-configuration', {
      body: { ...metadata(provider.issuer), token_endpoint: `http://127.0.0.1:${port}/token` },
    });
    expect(await errorOf(adapterFor().refresh(session(), calling))).toMatchObject({
      code: 'network',
      retryable: false,
    });
    await new Promise((resolve) => server.close(resolve));
  });

  test('that finds nobody there may be repeated', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    provider.answer('/.well-known/openid-configuration', {
      body: { ...metadata(provider.issuer), token_endpoint: `http://127.0.0.1:${port}/token` },
    });
    expect(await errorOf(adapterFor().refresh(session(), calling))).toMatchObject({ code: 'network', retryable: true });
  });

  test('without the metadata may be repeated', async () => {
    provider.answer('/.well-known/openid-configuration', { status: 500 });
    expect(await errorOf(adapterFor().refresh(session(), calling))).toMatchObject({ retryable: true });
  });

  test('of a session without a refresh token sends nothing', async () => {
    const { refreshToken: _, ...one } = session();
    expect(await errorOf(adapterFor().refresh(one, calling))).toMatchObject({ code: 'misconfigured', retryable: true });
    expect(provider.seen).toEqual([]);
  });

  test('keeps the old ID token while the keys can not be fetched', async () => {
    provider.answer('/.well-known/openid-configuration', {
      body: { ...metadata(provider.issuer), jwks_uri: `${provider.issuer}/keys` },
    });
    provider.answer('/keys', { status: 503 });
    answer(tokens(provider.issuer));
    const result = await adapterFor({ idToken: { verifySignature: true } }).refresh(session(), calling);
    expect(result).toMatchObject({
      status: 'refreshed',
      session: { accessToken: 'secret-access-token', idToken: 'old-id-token' },
    });
  });
});

describe('a logout token', () => {
  const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
  let pair: CryptoKeyPair;
  let jwk: JWK;

  beforeAll(async () => {
    pair = (await generateKeyPair('RS256')) as CryptoKeyPair;
    jwk = { ...(await exportJWK(pair.publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  });

  beforeEach(() => {
    provider.answer('/.well-known/openid-configuration', {
      body: { ...metadata(provider.issuer), jwks_uri: `${provider.issuer}/keys` },
    });
    provider.answer('/keys', { body: { keys: [jwk] } });
  });

  const logoutClaims = (changes: Record<string, unknown> = {}) => {
    const now = Math.floor(Date.now() / 1000);
    return {
      iss: provider.issuer,
      aud: 'shop',
      sub: 'user-1',
      sid: 'sid-1',
      iat: now,
      exp: now + 120,
      jti: 'logout-1',
      events: { [EVENT]: {} },
      ...changes,
    };
  };

  const sign = (
    changes?: Record<string, unknown>,
    header: Record<string, string> = { typ: 'logout+jwt' },
    key = pair,
  ) =>
    new SignJWT(logoutClaims(changes))
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1', ...header })
      .sign(key.privateKey);

  test('names its user, its session and its time', async () => {
    const now = Math.floor(Date.now() / 1000) * 1000;
    const notice = await adapterFor().readLogoutToken(await sign());
    expect(notice).toEqual({ id: 'logout-1', subject: 'user-1', sid: 'sid-1', issuedAt: expect.any(Number) as number });
    expect(notice.issuedAt).toBeGreaterThanOrEqual(now);
  });

  test.each([
    ['for one user', { sid: undefined }, { subject: 'user-1' }],
    ['for one session', { sub: undefined }, { sid: 'sid-1' }],
    ['for one client in a list', { aud: ['shop'] }, { subject: 'user-1' }],
  ])('%s is accepted', async (_, changes, notice) => {
    expect(await adapterFor().readLogoutToken(await sign(changes))).toMatchObject(notice);
  });

  test.each([{}, { typ: 'JWT' }, { typ: 'application/logout+jwt' }])('of the type %j is accepted', async (header) => {
    await adapterFor().readLogoutToken(await sign({}, header));
  });

  const soon = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
  test.each<[string, () => Record<string, unknown>]>([
    ['for another client, too', () => ({ aud: ['shop', 'other'] })],
    ['of another issuer', () => ({ iss: 'https://evil.example' })],
    ['for another client', () => ({ aud: 'other' })],
    ['for no client', () => ({ aud: undefined })],
    ['with a nonce', () => ({ nonce: 'n' })],
    ['without an event', () => ({ events: undefined })],
    ['with another event', () => ({ events: { 'http://schemas.openid.net/event/other': {} } })],
    ['with an event that is no object', () => ({ events: { [EVENT]: true } })],
    ['with an event in a list', () => ({ events: [EVENT] })],
    ['without a user and a session', () => ({ sub: undefined, sid: undefined })],
    ['with a user that is no text', () => ({ sub: { $ne: null } })],
    ['with an endless session ID', () => ({ sid: 'x'.repeat(501) })],
    ['without an ID', () => ({ jti: undefined })],
    ['with an empty ID', () => ({ jti: '' })],
    ['without a time', () => ({ iat: undefined })],
    ['without an end', () => ({ exp: undefined })],
    ['that has expired', () => ({ exp: soon(-120) })],
    ['that is old', () => ({ iat: soon(-7200) })],
    ['from the future', () => ({ iat: soon(600), exp: soon(900) })],
  ])('%s is refused', async (_, changes) => {
    const error = await errorOf(adapterFor().readLogoutToken(await sign(changes())));
    expect(error).toMatchObject({ code: 'refused', retryable: false });
  });

  test('of another type is refused', async () => {
    const token = await sign({}, { typ: 'at+jwt' });
    expect(await errorOf(adapterFor().readLogoutToken(token))).toMatchObject({ code: 'refused' });
  });

  test('that is not signed by the provider is refused', async () => {
    const other = (await generateKeyPair('RS256')) as CryptoKeyPair;
    const [head = '', body = ''] = (await sign()).split('.');
    const hmac = await new SignJWT(logoutClaims())
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode('secret'.repeat(8)));
    for (const forged of [
      await sign({}, {}, other),
      new UnsecuredJWT(logoutClaims()).encode(),
      `${head}.${body}.`,
      hmac,
      'a.b.c',
      '',
      'no token',
    ]) {
      expect(await errorOf(adapterFor().readLogoutToken(forged))).toMatchObject({ code: 'refused', retryable: false });
    }
  });

  test('with another algorithm than the registered one is refused', async () => {
    const adapter = adapterFor({ idToken: { alg: 'PS256' } });
    expect(await errorOf(adapter.readLogoutToken(await sign()))).toMatchObject({ code: 'refused' });
  });

  test('makes the keys be fetched again if the provider changed them, but not for each forged one', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const adapter = adapterFor();
      provider.answer('/keys', { body: { keys: [] } }, { body: { keys: [jwk] } });
      const keys = () => provider.seen.filter(({ path }) => path === '/keys').length;
      for (let times = 0; times < 5; times += 1) await errorOf(adapter.readLogoutToken(await sign()));
      expect(keys()).toBe(1);
      vi.setSystemTime(Date.now() + 31_000);
      expect(await adapter.readLogoutToken(await sign())).toMatchObject({ id: 'logout-1' });
      expect(keys()).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });

  test('by a key that came since the keys were fetched can be validated later', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const adapter = adapterFor();
      provider.answer('/keys', { body: { keys: [] } }, { body: { keys: [jwk] } });
      await errorOf(adapter.readLogoutToken(await sign()));
      vi.setSystemTime(Date.now() + 10_000);
      const token = await sign();
      expect(await errorOf(adapter.readLogoutToken(token))).toMatchObject({ retryable: true, retryAfter: 20 });
      vi.setSystemTime(Date.now() + 50_000);
      expect(await adapter.readLogoutToken(token)).toMatchObject({ id: 'logout-1' });
    } finally {
      vi.useRealTimers();
    }
  });

  test('that keys which came since did not sign is refused, however often others have the keys fetched', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const adapter = adapterFor();
      provider.answer('/keys', { body: { keys: [] } });
      const token = await sign();
      vi.setSystemTime(Date.now() + 65_000);
      await errorOf(adapter.readLogoutToken(await sign()));
      vi.setSystemTime(Date.now() + 10_000);
      expect(await errorOf(adapter.readLogoutToken(token))).toMatchObject({ code: 'refused', retryable: false });
    } finally {
      vi.useRealTimers();
    }
  });

  test('can be validated later if the keys can not be fetched now', async () => {
    provider.answer('/keys', { status: 503 });
    expect(await errorOf(adapterFor().readLogoutToken(await sign()))).toMatchObject({ retryable: true });
  });

  test('for another client costs no request for the keys', async () => {
    const adapter = adapterFor();
    await errorOf(adapter.readLogoutToken(await sign({ aud: 'other' })));
    expect(provider.seen.filter(({ path }) => path === '/keys')).toEqual([]);
  });
});

describe('the address for signing out at the provider', () => {
  test('has the ID token, the client and the way back', async () => {
    provider.answer('/.well-known/openid-configuration', {
      body: { ...metadata(provider.issuer), end_session_endpoint: `${provider.issuer}/logout` },
    });
    const url = await adapterFor().endSessionUrl(session(), { returnTo: 'https://shop.example/bye', state: 's' });
    expect(url.origin + url.pathname).toBe(`${provider.issuer}/logout`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      id_token_hint: 'old-id-token',
      client_id: 'shop',
      post_logout_redirect_uri: 'https://shop.example/bye',
      state: 's',
    });
  });

  test.each([undefined, 'http://login.example.com/logout', 'no url'])('is missing: %s', async (endpoint) => {
    provider.answer('/.well-known/openid-configuration', {
      body: { ...metadata(provider.issuer), end_session_endpoint: endpoint },
    });
    expect(await errorOf(adapterFor().endSessionUrl(session()))).toMatchObject({ code: 'misconfigured' });
  });
});

test('the headers for an API are made of what the handler gives out', async () => {
  const headers = await adapterFor().authorizationHeaders(
    { token: 'token-1', type: 'Bearer' },
    { url: 'https://api.example/orders' },
  );
  expect(headers).toEqual({ authorization: 'Bearer token-1' });
});
