// @vitest-environment node
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHttpAdapter, serverSentEvents } from '../../src/adapters/http/index.js';
import { createOidcAdapter } from '../../src/adapters/oidc/index.js';
import { createLogin } from '../../src/machine/index.js';
import type { LoginStatus } from '../../src/machine/index.js';
import { createCibaHandler, toNodeListener } from '../../src/server/index.js';
import type { CibaServerEvent } from '../../src/server/index.js';
import { createBrowserFetch } from '../adapters/loopback.js';
import { allowConsole } from '../setup/console.js';
import { createFakeEnvironment } from '../support/fake-environment.js';

// Everything but the screen is real: provider, notification, handler, event stream, adapter and poll engine. The engine's
// clock stands still unless the test moves it, so that only a signal can cause the poll that gets the approval.

vi.setConfig({ testTimeout: 20_000 });

/** A timeout for calls over sockets on a busy machine. */
const PATIENT = { timeout: 5_000 };

const closing: (() => Promise<unknown>)[] = [];

beforeEach(() => allowConsole(/oidc-provider/));

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listen() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, serve: (listener: RequestListener) => void server.on('request', listener) };
}

/** oidc-provider with a client in ping mode. It only notifies https addresses, so the test redirects it to the app. */
async function startPingProvider(appOrigin: string) {
  vi.spyOn(console, 'info').mockImplementation(() => undefined);
  const { Provider, errors } = await import('oidc-provider');
  const { origin: issuer, serve } = await listen();
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const requests: { id: string; accountId: string }[] = [];
  const notified: { url: string; authorization: string | null; body: string; status: number }[] = [];
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'shop',
        client_secret: 'secret',
        grant_types: ['urn:openid:params:grant-type:ciba'],
        redirect_uris: [],
        response_types: [],
        backchannel_token_delivery_mode: 'ping',
        backchannel_client_notification_endpoint: 'https://app.example/api/ciba/ping',
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'test' }] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    async fetch(url, init = {}) {
      // The provider's own dispatcher would refuse a loopback address.
      Reflect.deleteProperty(init, 'dispatcher');
      const response = await fetch(String(url).replace('https://app.example', appOrigin), init);
      notified.push({
        url: String(url),
        authorization: new Headers(init.headers).get('authorization'),
        body: String(init.body),
        status: response.status,
      });
      return response;
    },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      ciba: {
        enabled: true,
        deliveryModes: ['ping'],
        processLoginHint: (_ctx, hint) => hint,
        validateRequestContext: () => undefined,
        verifyUserCode: () => undefined,
        triggerAuthenticationDevice: (_ctx, request, account) =>
          void requests.push({ id: request.jti, accountId: account.accountId }),
      },
    },
  });
  const handle = provider.callback();
  serve((request, response) => void handle(request, response));
  return {
    issuer,
    notified,
    async approve() {
      const { id = '', accountId = '' } = requests.at(-1) ?? {};
      const grant = new provider.Grant({ clientId: 'shop', accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      await provider.backchannelResult(id, grant);
    },
    deny: () => provider.backchannelResult(requests.at(-1)?.id ?? '', new errors.AccessDenied('the user said no')),
  };
}

async function waitingLogin() {
  const app = await listen();
  const provider = await startPingProvider(app.origin);
  const events: CibaServerEvent[] = [];
  const oidc = createOidcAdapter({ issuer: provider.issuer, clientId: 'shop', clientSecret: 'secret' });
  const asked = vi.spyOn(oidc, 'poll');
  const handler = createCibaHandler({
    adapter: oidc,
    origin: app.origin,
    ping: true,
    authRequest: (loginHint) => ({ loginHint }),
    publicSession: ({ claims }) => ({ sub: claims.sub }),
    responseFloor: 0,
    onEvent: (event) => events.push(event),
  });
  closing.push(() => handler.stop());
  app.serve(toNodeListener(handler));

  const world = createFakeEnvironment();
  const adapter = createHttpAdapter<{ sub: string }>({
    basePath: `${app.origin}/api/ciba`,
    fetch: createBrowserFetch(app.origin),
    events: serverSentEvents,
  });
  const onApproved = vi.fn();
  const login = createLogin({ adapter, environment: world.environment, onApproved, approvalTimeout: Infinity });
  closing.unshift(async () => login.stop());
  /** Runs what is due now, without moving the engine's clock. */
  const until = (wanted: LoginStatus) =>
    vi.waitFor(async () => {
      await world.advance(0);
      expect(login.getView().status).toBe(wanted);
    }, PATIENT);
  login.start('ann');
  await until('polling');
  // The stream is open once the engine has polled for the first time.
  await vi.waitFor(async () => {
    await world.advance(5_000);
    expect(asked).toHaveBeenCalledTimes(1);
  }, PATIENT);
  expect(await asked.mock.results[0]?.value).toEqual({ status: 'pending' });
  return { provider, events, asked, world, until, onApproved };
}

test('an approval is on the screen without waiting for a poll', async () => {
  const { provider, events, asked, world, until, onApproved } = await waitingLogin();
  await world.advance(10_000);
  expect(asked).toHaveBeenCalledTimes(1);
  await provider.approve();
  await until('approved');
  expect(onApproved).toHaveBeenCalledExactlyOnceWith({ sub: 'ann' });
  expect(asked).toHaveBeenCalledTimes(2);
  expect(provider.notified).toEqual([
    {
      url: 'https://app.example/api/ciba/ping',
      authorization: expect.stringMatching(/^Bearer [\w-]{43}\.[\w-]{43}$/) as string,
      body: expect.stringContaining('auth_req_id') as string,
      status: 204,
    },
  ]);
  expect(events.map(({ type }) => type)).toEqual(['started', 'notified', 'approved']);
});

test('a denial is, too', async () => {
  const { provider, world, until } = await waitingLogin();
  await world.advance(10_000);
  await provider.deny();
  await until('denied');
});

test('a notification that got lost is made good by the heartbeat', async () => {
  const { provider, asked, world, until } = await waitingLogin();
  vi.spyOn(globalThis, 'fetch').mockImplementationOnce(() => Promise.reject(new TypeError('fetch failed')));
  await provider.approve().catch(() => undefined);
  expect(provider.notified).toEqual([]);
  // The handler uses the real clock, so its interval has to pass too.
  const later = Date.now() + 60_000;
  vi.spyOn(Date, 'now').mockImplementation(() => later);
  await world.advance(20_000);
  expect(asked).toHaveBeenCalledTimes(1);
  await world.advance(10_000);
  await until('approved');
});
