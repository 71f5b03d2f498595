// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createOidcAdapter } from '../../../src/adapters/oidc/index.js';
import type { OidcAdapterOptions, OidcFetch, OidcRequest } from '../../../src/adapters/oidc/index.js';
import { metadata, startStubProvider } from './stub.js';
import type { StubProvider } from './stub.js';

const DISCOVERY = '/.well-known/openid-configuration';
const HOUR_MS = 3_600_000;

let stub: StubProvider;
let warnings: string[];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 });
  stub = await startStubProvider();
  warnings = [];
});

afterEach(async () => {
  vi.useRealTimers();
  await stub.close();
});

const adapterFor = (options: Partial<OidcAdapterOptions> = {}) =>
  createOidcAdapter({ issuer: stub.issuer, clientId: 'shop', clientSecret: 'the-client-secret', ...options });

const calling = () => ({
  signal: new AbortController().signal,
  actId: 'attempt-1',
  onWarning: (problem: string) => void warnings.push(problem),
});

const start = (adapter = adapterFor(), request: Partial<OidcRequest> = {}) =>
  adapter.initiate({ loginHint: 'ann@example.com', ...request }, calling());

const advance = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);
const paths = () => stub.seen.map(({ path }) => path);
const discoveries = () => paths().filter((path) => path === DISCOVERY).length;

/** The provider moves its endpoints to another path. */
function move(path: string): void {
  stub.answer(DISCOVERY, {
    body: { ...metadata(stub.issuer), backchannel_authentication_endpoint: `${stub.issuer}${path}` },
  });
  stub.answer(path, { body: { auth_req_id: 'x', expires_in: 60 } });
}

describe('metadata is asked for again', () => {
  test('after an hour, while the old one still serves', async () => {
    const adapter = adapterFor();
    await start(adapter);
    advance(HOUR_MS - 1);
    await start(adapter);
    expect(discoveries()).toBe(1);
    move('/moved');
    advance(1);
    await start(adapter);
    expect(paths().at(-1)).not.toBe('/moved');
    await vi.waitFor(() => expect(discoveries()).toBe(2));
    await vi.waitFor(async () => {
      await start(adapter);
      expect(paths().at(-1)).toBe('/moved');
    });
    expect(discoveries()).toBe(2);
  });

  test('after a failure that it may explain, before the next call', async () => {
    const adapter = adapterFor();
    await start(adapter);
    stub.answer('/backchannel', { status: 404 });
    move('/moved');
    await expect(start(adapter)).rejects.toMatchObject({ code: 'misconfigured' });
    await start(adapter);
    expect(paths().slice(-2)).toEqual([DISCOVERY, '/moved']);
  });

  test('not after one that it cannot explain', async () => {
    const adapter = adapterFor();
    await start(adapter);
    stub.answer('/backchannel', { status: 400, body: { error: 'unknown_user_id' } }, { status: 503 }, { status: 429 });
    for (const code of ['unknownUser', 'unavailable', 'rateLimited']) {
      await expect(start(adapter)).rejects.toMatchObject({ code });
    }
    await start(adapter).catch(() => undefined);
    expect(discoveries()).toBe(1);
  });

  test('at most twice a minute, however much fails', async () => {
    const adapter = adapterFor();
    stub.answer('/backchannel', { status: 404 });
    for (let times = 0; times < 10; times++) await start(adapter).catch(() => undefined);
    expect(discoveries()).toBe(2);
    advance(30_000);
    await start(adapter).catch(() => undefined);
    expect(discoveries()).toBe(3);
  });

  test('and the old one is used while that fails, which is said once', async () => {
    const adapter = adapterFor();
    await start(adapter);
    stub.answer(DISCOVERY, { status: 503 });
    warnings = [];
    for (let hours = 0; hours < 3; hours++) {
      advance(HOUR_MS);
      await expect(start(adapter)).resolves.toMatchObject({ expiresIn: 120 });
      await vi.waitFor(() => expect(discoveries()).toBe(hours + 2));
    }
    await vi.waitFor(() => expect(warnings).toEqual([expect.stringContaining("couldn't be fetched again")]));
  });
});

describe('what the provider cannot do is said at the first start', () => {
  const withMetadata = (more: Record<string, unknown>) =>
    stub.answer(DISCOVERY, { body: { ...metadata(stub.issuer), ...more } });

  test.each<[string, Record<string, unknown>, Partial<OidcRequest>, RegExp]>([
    [
      'no ping',
      { backchannel_token_delivery_modes_supported: ['poll'] },
      { notificationToken: 'n' },
      /no delivery mode "ping"/,
    ],
    ['ping alone', { backchannel_token_delivery_modes_supported: ['ping'] }, {}, /Set `ping: true`/],
    ['no CIBA', { grant_types_supported: ['authorization_code'] }, {}, /doesn't list the grant type/],
    [
      'another authentication',
      { token_endpoint_auth_methods_supported: ['client_secret_post'] },
      {},
      /ClientSecretPost/,
    ],
    ['signed requests', { require_signed_request_object: true }, {}, /signed request objects/],
    ['no revocation', { revocation_endpoint: undefined }, {}, /no `revocation_endpoint`/],
    [
      'no user code',
      { backchannel_user_code_parameter_supported: false },
      { userCode: '4711' },
      /takes no `user_code`/,
    ],
    ['another level', { acr_values_supported: ['bronze'] }, { acrValues: 'gold silver' }, /"gold", "silver".*"bronze"/],
    [
      'another kind of details',
      { authorization_details_types_supported: ['account'] },
      { authorizationDetails: [{ type: 'payment' }] },
      /"payment".*"account"/,
    ],
  ])('%s', async (_, more, request, text) => {
    withMetadata(more);
    const adapter = adapterFor();
    await start(adapter, request);
    expect(warnings).toEqual([expect.stringMatching(text)]);
    await start(adapter, request);
    expect(warnings).toHaveLength(1);
  });

  test('and nothing is said where all is well, or where nothing is known', async () => {
    await start(adapterFor(), { acrValues: 'gold', notificationToken: 'n', userCode: '1' });
    withMetadata({
      backchannel_token_delivery_modes_supported: ['poll', 'ping'],
      grant_types_supported: ['urn:openid:params:grant-type:ciba'],
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
      acr_values_supported: ['gold'],
      backchannel_user_code_parameter_supported: true,
    });
    await start(adapterFor(), { acrValues: 'gold', notificationToken: 'n', userCode: '1' });
    withMetadata({ grant_types_supported: 'all', acr_values_supported: null });
    await start(adapterFor(), { acrValues: 'gold' });
    expect(warnings).toEqual([]);
  });

  test('to the first caller that listens', async () => {
    withMetadata({ revocation_endpoint: undefined });
    const adapter = adapterFor();
    await adapter.initiate({ loginHint: 'ann' }, { signal: new AbortController().signal, actId: 'attempt-1' });
    await start(adapter);
    expect(warnings).toHaveLength(1);
  });
});

describe('an own fetch', () => {
  test('sends everything, with plain values', async () => {
    vi.useRealTimers();
    stub.answer('/revoke', { status: 200 });
    const sent: Parameters<OidcFetch>[] = [];
    const adapter = adapterFor({
      fetch: async (url, init) => {
        sent.push([url, init]);
        return fetch(url, init);
      },
    });
    const pending = await start(adapter);
    await adapter.poll(pending, calling());
    await adapter.revoke({ claims: {} as never, accessToken: 'a', idToken: 'i' });
    expect(sent.map(([url]) => new URL(url).pathname)).toEqual([DISCOVERY, '/backchannel', '/token', '/revoke']);
    for (const [, { headers, body, redirect, signal }] of sent) {
      expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
      expect(['string', 'undefined']).toContain(typeof body);
      expect(redirect).toBe('manual');
      expect(signal).toBeInstanceOf(AbortSignal);
    }
  });

  test('may return a response of another class', async () => {
    const answers: Record<string, unknown> = {
      [DISCOVERY]: metadata(stub.issuer),
      '/backchannel': { auth_req_id: 'x', expires_in: 60 },
    };
    const foreign: OidcFetch = async (url) => ({
      status: 200,
      headers: new Map([['content-type', 'application/json']]),
      text: async () => JSON.stringify(answers[new URL(url).pathname]),
    });
    await expect(start(adapterFor({ fetch: foreign }))).resolves.toMatchObject({ expiresIn: 60 });
  });

  test('that fails in its own way is a fault of the network', async () => {
    const failing: OidcFetch = async () => {
      throw Object.assign(new Error('request to … failed'), { name: 'FetchError', code: 'ECONNREFUSED' });
    };
    await expect(start(adapterFor({ fetch: failing }))).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  test('that is given up in its own way is a timeout', async () => {
    const silent: OidcFetch = (_url, { signal }) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(Object.assign(new Error('aborted'), { name: 'AbortError' })));
      });
    await expect(start(adapterFor({ fetch: silent, timeout: 0.05 }))).rejects.toMatchObject({
      code: 'timeout',
      retryable: true,
    });
  });

  test('is read no further than a megabyte', async () => {
    let chunks = 0;
    const endless: OidcFetch = async () => ({
      status: 200,
      headers: new Headers({ 'content-type': 'application/json' }),
      text: () => Promise.reject(new Error('not this way')),
      body: (async function* () {
        for (; chunks < 1000; chunks++) yield new Uint8Array(100_000);
      })(),
    });
    await expect(start(adapterFor({ fetch: endless }))).rejects.toMatchObject({
      code: 'badResponse',
      retryable: false,
    });
    expect(chunks).toBeLessThan(12);
  });
});
