// @vitest-environment node
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Agent, fetch as fetchWith } from 'undici';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createOidcAdapter } from '../../../src/adapters/oidc/index.js';
import type { OidcAdapterOptions } from '../../../src/adapters/oidc/index.js';
import { createCertificateAuthority } from '../../support/certificates.js';
import { metadata, startStubProvider, tokens } from './stub.js';
import type { Answer, StubProvider } from './stub.js';
import { errorOf } from '../../support/error-of.js';

// Answers that no standard describes, and settings that are slightly wrong. Each error names its cause and the next step.

const DISCOVERY = '/.well-known/openid-configuration';
const START = '/backchannel';
const TOKEN = '/token';

let stub: StubProvider;
let warnings: string[];

beforeEach(async () => {
  stub = await startStubProvider();
  warnings = [];
});

afterEach(async () => {
  vi.useRealTimers();
  await stub.close();
});

const calling = () => ({
  signal: new AbortController().signal,
  actId: 'attempt-1',
  onWarning: (problem: string) => void warnings.push(problem),
});

const adapterFor = (options: Partial<OidcAdapterOptions> = {}) =>
  createOidcAdapter({ issuer: stub.issuer, clientId: 'shop', clientSecret: 'the-client-secret', ...options });

const start = (adapter = adapterFor()) => errorOf(adapter.initiate({ loginHint: 'ann@example.com' }, calling()));

const PENDING = {
  id: 'handle',
  expiresIn: 120,
  interval: 5,
  resumable: true,
  serverState: { authReqId: 'secret-request-id' },
};
const poll = (adapter = adapterFor()) => errorOf(adapter.poll(PENDING, calling()));

describe('an answer without an OAuth error', () => {
  const JSON_TYPE = { 'content-type': 'application/json' };

  test.each<[string, Answer, RegExp]>([
    [
      'JSON of a gateway',
      { status: 403, body: { message: 'Forbidden' } },
      /JSON that names no OAuth error, but "Forbidden"/,
    ],
    ['a problem', { status: 400, body: { title: 'Bad', detail: 'No key' } }, /but "No key"/],
    ['an error that is an object', { status: 400, body: { error: { code: 7, message: 'Quota' } } }, /but "Quota"/],
    ['Okta’s own form', { status: 400, body: { errorSummary: 'Invalid value' } }, /but "Invalid value"/],
    ['JSON without words', { status: 400, body: {} }, /JSON that names no OAuth error\./],
    ['a list', { status: 400, body: [] }, /JSON that is no object/],
    ['text', { status: 400, body: 'Bad', headers: { 'content-type': 'text/plain' } }, /text\/plain instead of JSON/],
    ['nothing', { status: 400 }, /no body/],
    [
      'a page of nginx',
      { status: 400, body: '<html><head><title>400 No required SSL certificate was sent</title>' },
      /a page instead of JSON, titled "400 No required SSL certificate was sent"/,
    ],
  ])('is described: %s', async (_, answer, text) => {
    for (const [path, call] of [
      [START, start],
      [TOKEN, poll],
    ] as const) {
      stub.answer(path, answer);
      const error = await call();
      expect(error).toMatchObject({ code: 'badResponse', retryable: true });
      expect(error.message).toMatch(text);
      expect(error.message).toMatch(/Check whether a proxy, a gateway or a firewall/);
      expect(error.message).not.toContain('json instead of JSON');
    }
  });

  test('never repeats the hint', async () => {
    stub.answer(START, { status: 400, body: { message: 'No ANN@example.com here' } });
    expect((await start()).message).toContain('"No [removed] here"');
  });

  test.each<[string, Answer, RegExp]>([
    ['no fields', { body: {} }, /"auth_req_id".*CIBA Core 1.0 §7.3.*`fetch` of your own.*phone may have rung/],
    ['true', { body: true }, /CIBA Core 1.0 §7.3/],
    ['text', { body: 'OK', headers: { 'content-type': 'text/plain' } }, /it holds no JSON/],
    ['nothing', { body: '', headers: JSON_TYPE }, /invalid JSON.*CIBA Core/],
    ['no lifetime', { body: { auth_req_id: 'x' } }, /"expires_in".*CIBA Core/],
    [
      'an ID that nobody can keep',
      { body: { auth_req_id: 'x'.repeat(8193), expires_in: 60 } },
      /more than 8192 characters.*phone may have rung/,
    ],
  ])('says what a start wants: %s', async (_, answer, text) => {
    stub.answer(START, answer);
    const error = await start();
    expect(error).toMatchObject({ code: 'badResponse', retryable: false });
    expect(error.message).toMatch(text);
  });

  test.each<[string, () => Answer, RegExp]>([
    ['no fields', () => ({ body: {} }), /`access_token`, `token_type` and an ID token/],
    ['another token type', () => ({ body: { ...tokens(stub.issuer), token_type: 'N_A' } }), /`token_type`/],
    ['an ID token that is none', () => ({ body: { ...tokens(stub.issuer), id_token: 'abc' } }), /Invalid JWT/],
    ['no user', () => ({ body: tokens(stub.issuer, { sub: '' }) }), /names no user \(`sub` is empty\)/],
    ['a blank user', () => ({ body: tokens(stub.issuer, { sub: ' ' }) }), /names no user/],
  ])('says what a poll wants: %s', async (_, answer, text) => {
    stub.answer(TOKEN, answer());
    stub.answer('/revoke', { status: 200 });
    const error = await poll();
    expect(error).toMatchObject({ code: 'badResponse', retryable: false });
    expect(error.message).toMatch(text);
  });

  test.each<[number, string, RegExp]>([
    [502, 'unavailable', /and that of a proxy in front of it/],
    [503, 'unavailable', /and that of a proxy/],
    [511, 'network', /the network wants a login/],
    [408, 'timeout', /gives up early/],
    [429, 'rateLimited', /how many requests the provider allows/],
  ])('may be the page of a proxy: %d', async (status, code, text) => {
    for (const [path, call] of [
      [START, start],
      [TOKEN, poll],
    ] as const) {
      stub.answer(path, { status, body: '<h1>Sorry</h1>' });
      const error = await call();
      expect(error).toMatchObject({ code, retryable: true });
      expect(error.message).toMatch(text);
    }
  });

  test.each([
    ['302', undefined, /a redirect to no valid address/],
    ['300', undefined, /a redirect to no valid address/],
    ['307', 'https://hotel.example/a?id=7', /a redirect to https:\/\/hotel\.example, /],
  ])('is a redirect: %s to %s', async (status, location, text) => {
    stub.answer(START, { status: Number(status), ...(location !== undefined && { headers: { location } }) });
    expect((await start()).message).toMatch(text);
  });
});

describe('metadata that is none', () => {
  test.each<[string, Answer, RegExp]>([
    ['401', { status: 401, body: '<h1>Log in</h1>' }, /Metadata is public/],
    ['403', { status: 403, body: { message: 'Forbidden' } }, /Metadata is public/],
    ['a challenge', { status: 401, headers: { 'www-authenticate': 'Basic' } }, /Metadata is public/],
    ['203', { status: 203, body: {} }, /want 200.*Check `issuer`/],
    ['text', { body: 'OK', headers: { 'content-type': 'text/plain' } }, /it holds no JSON.*well-known/],
    ['no fields', { body: {} }, /"issuer".*well-known/],
    [
      'another issuer',
      { body: { issuer: 'https://x.example.com' } },
      /names "https:\/\/x\.example\.com" as its issuer/,
    ],
  ])('names the next step: %s', async (_, answer, text) => {
    stub.answer(DISCOVERY, answer);
    const error = await start();
    expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
    expect(error.message).toMatch(text);
    expect(error.message).not.toMatch(/`clientSecret`|had its effect|phone may have rung/);
  });

  test.each<[string, Answer]>([
    ['a page of a proxy', { body: '<h1>Log in</h1>' }],
    ['403', { status: 403 }],
    ['204', { status: 204 }],
    ['a redirect', { status: 302, headers: { location: '/login' } }],
    ['no CIBA', { body: { issuer: 'https://x.example.com' } }],
  ])('ends no login that a new process polls: %s', async (_, answer) => {
    const adapter = adapterFor();
    stub.answer(DISCOVERY, answer);
    expect(await poll(adapter)).toMatchObject({ code: 'misconfigured', retryable: true });
    stub.answer(DISCOVERY, { body: metadata(stub.issuer) });
    await expect(adapter.poll(PENDING, calling())).resolves.toEqual({ status: 'pending' });
  });

  test.each([
    ['ftp://login.example.com/token', /that isn't https/],
    ['javascript:alert(1)', /that isn't https/],
    ['https://user:pw@login.example.com/token', /a user name or a password/],
  ])('has a token endpoint that is none: %s', async (address, text) => {
    stub.answer(DISCOVERY, { body: { ...metadata(stub.issuer), token_endpoint: address } });
    const error = await start();
    expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
    expect(error.message).toMatch(text);
    expect(error.message).not.toContain('pw');
  });

  test.each([
    ['http://login.example.com/revoke', /that isn't https/],
    ['nowhere', /that is no URL/],
  ])('has a revocation endpoint that is none, which is said at the first start: %s', async (address, text) => {
    stub.answer(DISCOVERY, { body: { ...metadata(stub.issuer), revocation_endpoint: address } });
    await adapterFor().initiate({ loginHint: 'ann' }, calling());
    expect(warnings).toEqual([expect.stringMatching(/Tokens can't be revoked.*`revocation_endpoint`/)]);
    expect(warnings[0]).toMatch(text);
  });

  test('lists no delivery mode', async () => {
    stub.answer(DISCOVERY, { body: { ...metadata(stub.issuer), backchannel_token_delivery_modes_supported: [] } });
    expect((await start()).message).toContain('offers no delivery mode, but');
  });
});

describe('an issuer that no provider has', () => {
  test.each([
    ['https://user:pw@login.example.com', /a user name or a password/],
    ['https://login.example.com?realm=shop', /a query or a fragment/],
    ['https://login.example.com#shop', /a query or a fragment/],
    [' https://login.example.com', /a space or a line break/],
    ['https://login.example.com\n', /a space or a line break/],
    ['https://login.example.com/.well-known/openid-configuration', /the address of the provider's metadata/],
  ])('%j is refused before anything is sent', (issuer, text) => {
    expect(() => adapterFor({ issuer })).toThrow(text);
    expect(() => adapterFor({ issuer })).toThrow(/Set it exactly as the provider names itself/);
    expect(() => adapterFor({ issuer })).not.toThrow(/pw/);
  });
});

describe('credentials that the provider rejects', () => {
  const rejected = (description?: string): Answer => ({
    status: 401,
    body: { error: 'invalid_client', ...(description !== undefined && { error_description: description }) },
  });

  test.each([
    ['Invalid token audience', /another `aud`.*`modifyAssertion`/],
    ['Token audience does not match domain', /another `aud`/],
    ['Token is not active', /Synchronize the clocks/],
    ['assertion issued in the future', /Synchronize the clocks/],
    ['"exp" claim is too old', /Synchronize the clocks/],
    ['The client secret is expired', /Make a new secret/],
    ['client certificate missing', /presents the registered certificate/],
    ['mTLS required', /presents the registered certificate/],
    ['no such client', /Check `clientId`, `clientSecret`/],
  ])('because of "%s"', async (description, advice) => {
    for (const [path, call, retryable] of [
      [START, start, false],
      [TOKEN, poll, true],
    ] as const) {
      stub.answer(path, rejected(description));
      const error = await call();
      expect(error).toMatchObject({ code: 'misconfigured', retryable });
      expect(error).not.toHaveProperty('maybeHint');
      expect(error.message).toMatch(advice);
    }
  });

  test.each([
    [{ clientSecret: 'the-client-secret\n' }, /a space or a line break at an end of `clientSecret`:/],
    [{ clientId: ' shop' }, /at an end of `clientId`:/],
    [{ clientId: 'shop ', clientSecret: ' ' }, /at an end of `clientId` and `clientSecret`:/],
  ])('may be those of a file, with its line break: %j', async (options, text) => {
    for (const answer of [rejected(), { status: 401 }]) {
      stub.answer(START, answer);
      expect((await start(adapterFor(options))).message).toMatch(text);
      expect((await start()).message).not.toContain('at an end');
    }
  });
});

test.each(['slow_down', 'too_many_requests', 'rate_limit_exceeded', 'TooManyRequests', 'request_throttled'])(
  'an error called %s is a limit, in which no stranger is told from a user',
  async (error) => {
    stub.answer(START, { status: 400, body: { error } });
    expect(await start()).toMatchObject({ code: 'rateLimited', retryable: true });
  },
);

describe('keys', () => {
  const withKeys = () =>
    stub.answer(DISCOVERY, { body: { ...metadata(stub.issuer), jwks_uri: `${stub.issuer}/keys` } });
  const checking = () => adapterFor({ idToken: { verifySignature: true } });

  test.each<[string, Answer, string, RegExp]>([
    ['a page', { body: '<h1>Log in</h1>' }, 'badResponse', /proxy/],
    ['JSON null', { body: null }, 'badResponse', /RFC 7517 §5/],
    ['no list', { body: { keys: 'all' } }, 'badResponse', /RFC 7517 §5/],
    ['204', { status: 204 }, 'badResponse', /want 200/],
    ['404', { status: 404 }, 'misconfigured', /isn't served/],
    ['401', { status: 401 }, 'badResponse', /no body/],
    ['megabytes', { body: { keys: 'x'.repeat(2_000_000) } }, 'badResponse', /more than 1 MB/],
  ])('that are none stop the start: %s', async (_, answer, code, text) => {
    withKeys();
    stub.answer('/keys', answer);
    const error = await start(checking());
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
    expect(error.message).not.toMatch(/`clientSecret`/);
    expect(stub.seen.map(({ path }) => path)).not.toContain(START);
  });

  test('that a new process can’t fetch keep the approval at the provider', async () => {
    withKeys();
    stub.answer('/keys', { status: 503 });
    stub.answer(TOKEN, { body: tokens(stub.issuer) });
    const adapter = checking();
    expect(await poll(adapter)).toMatchObject({ code: 'unavailable', retryable: true });
    expect(stub.seen.map(({ path }) => path)).not.toContain(TOKEN);
  });

  test('that can’t be fetched again after the approval was redeemed end the login', async () => {
    withKeys();
    stub.answer('/keys', { body: { keys: [] } }, { status: 503 });
    stub.answer(TOKEN, { body: tokens(stub.issuer) });
    stub.answer('/revoke', { status: 200 });
    expect(await poll(checking())).toMatchObject({ code: 'unavailable', retryable: false });
    expect(stub.seen.filter(({ path }) => path === '/revoke')).toHaveLength(1);
  });
});

describe('TLS', () => {
  const ca = createCertificateAuthority();
  const own = ca.issue({ subject: 'localhost', usage: 'server' });
  const anHourAgo = new Date(Date.now() - 3_600_000);

  test.each<[string, object, string, boolean, RegExp]>([
    ['a private CA', own, 'localhost', false, /UNABLE_TO_VERIFY_LEAF_SIGNATURE.*NODE_EXTRA_CA_CERTS/],
    ['another name', own, '127.0.0.2', true, /ERR_TLS_CERT_ALTNAME_INVALID.*another host name/],
    [
      'an expired certificate',
      ca.issue({ subject: 'localhost', usage: 'server', notAfter: anHourAgo }),
      'localhost',
      true,
      /CERT_HAS_EXPIRED.*Renew/,
    ],
    [
      'a client’s certificate',
      ca.issue({ subject: 'localhost', usage: 'client' }),
      'localhost',
      true,
      /INVALID_PURPOSE/,
    ],
    [
      'an old version',
      { ...own, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      'localhost',
      true,
      /PROTOCOL.*TLS could not be set up.*1\.2 or newer/,
    ],
  ])('fails for good because of %s', async (_, options, host, trusts, text) => {
    const server = createServer(options, (_request, response) => response.end('{}'));
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const dispatcher = new Agent({ connect: { ca: ca.cert } });
    try {
      const issuer = `https://${host}:${(server.address() as AddressInfo).port}`;
      const error = await start(
        adapterFor({ issuer, ...(trusts && { fetch: (url, init) => fetchWith(url, { ...init, dispatcher }) }) }),
      );
      expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
      expect(error.message).toMatch(text);
      expect(error.message).not.toContain('is running');
    } finally {
      await dispatcher.close();
      server.closeAllConnections();
      server.close();
    }
  });

  test.each([
    ['CRL_HAS_EXPIRED', /rejects the certificate of the provider/],
    ['CERT_CHAIN_TOO_LONG', /rejects the certificate/],
    ['ERROR_IN_CERT_NOT_AFTER_FIELD', /rejects the certificate/],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', /TLS could not be set up/],
    ['EPROTO', /TLS could not be set up/],
  ])('has more codes than anybody lists: %s', async (code, text) => {
    const fetch = async () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('failed'), { code }) });
    };
    const error = await start(adapterFor({ fetch }));
    expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
    expect(error.message).toMatch(text);
    expect(await poll(adapterFor({ fetch }))).toMatchObject({ code: 'misconfigured', retryable: true });
  });

  test('is not the reason of a port that `fetch` blocks', async () => {
    const error = await start(adapterFor({ issuer: 'http://127.0.0.1:6000' }));
    expect(error).toMatchObject({ code: 'network', retryable: true });
    expect(error.message).toContain('connects to no port of this number');
  });
});
