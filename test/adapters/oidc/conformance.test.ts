// @vitest-environment node
import { afterAll, afterEach, beforeAll, describe, it, vi } from 'vitest';
import { startDemoProvider } from '../../../demo/provider.js';
import type { DemoProvider } from '../../../demo/provider.js';
import { createHttpAdapter } from '../../../src/adapters/http/index.js';
import { createOidcAdapter } from '../../../src/adapters/oidc/index.js';
import type { CibaAdapter, PendingApproval } from '../../../src/contract/index.js';
import { createCibaHandler } from '../../../src/server/index.js';
import { describeAdapter } from '../../../src/testing/index.js';
import type { AdapterFault } from '../../../src/testing/index.js';
import { createHoldableFetch } from '../hold-fetch.js';
import { createBrowserFetch, startLoopback } from '../loopback.js';
import { createManualClock } from '../manual-clock.js';

const ann = { id: 'user-1', email: 'ann@example.com', name: 'Ann Example' };
const ben = { id: 'user-2', email: 'ben@example.com', name: 'Ben Example' };
let provider: DemoProvider;

beforeAll(async () => {
  provider = await startDemoProvider({ users: [ann, ben] });
});

afterEach(() => {
  vi.restoreAllMocks();
});

afterAll(() => provider.close());

/** The provider as the network shows it in trouble. */
function spoilFetch(kind: AdapterFault): typeof fetch {
  return async (_url, init) => {
    if (kind === 'network') throw new TypeError('fetch failed');
    if (kind === 'malformed')
      return new Response('<h1>Log in to the hotel</h1>', { headers: { 'content-type': 'text/html' } });
    return new Promise((_resolve, reject) => {
      const { signal } = init ?? {};
      if (signal?.aborted) reject(signal.reason as Error);
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
  };
}

describeAdapter(
  'oidc',
  () => {
    const { issuer, clientId, clientSecret, authenticator } = provider;
    const sent = vi.spyOn(globalThis, 'fetch');
    const create = () => createOidcAdapter({ issuer, clientId, clientSecret });
    const adapter = create();
    const phoneIds = new Map<string, string>();
    const authReqIds: string[] = [];
    const following: CibaAdapter = {
      async initiate(request, options) {
        const pending = await adapter.initiate(request, options);
        phoneIds.set(pending.id, authenticator.requests().at(-1)?.id ?? '');
        authReqIds.push((pending.serverState as { authReqId: string }).authReqId);
        return pending;
      },
      poll: adapter.poll,
      approver: adapter.approver,
    };

    async function answer(act: 'approve' | 'deny', { id }: PendingApproval) {
      if (!(await authenticator[act](phoneIds.get(id) ?? ''))) throw new Error('The phone shows no such request.');
    }
    return {
      adapter: following,
      reload: create,
      knownHint: ann.email,
      otherHint: ben.email,
      unknownHint: 'nobody@example.com',
      approve: (pending) => answer('approve', pending),
      deny: (pending) => answer('deny', pending),
      requests: () => sent.mock.calls.length,
      fault: (kind) => {
        sent.mockReset();
        if (kind) sent.mockImplementation(spoilFetch(kind));
      },
      // The provider counts the interval in real time: a poll right after another one comes too early.
      slowDown: () => {},
      throttle: () => {
        sent.mockImplementation(async () => new Response('{}', { status: 429, headers: { 'retry-after': '42' } }));
        return 42;
      },
      secrets: () => [clientSecret, ...authReqIds],
    };
  },
  { describe, it },
);

describeAdapter(
  'oidc, behind the handler',
  async () => {
    const { issuer, clientId, clientSecret, authenticator } = provider;
    const clock = createManualClock();
    const phoneIds = new Map<string, string>();
    const idOf = ({ id }: PendingApproval) => phoneIds.get(id) ?? '';
    const server = await startLoopback((origin) =>
      createCibaHandler({
        adapter: createOidcAdapter({ issuer, clientId, clientSecret }),
        origin,
        authRequest: (loginHint) => ({ loginHint }),
        publicSession: ({ claims }) => ({ sub: claims.sub }),
        now: clock.now,
        responseFloor: 0,
        onEvent: () => undefined,
      }),
    );
    const wire = createHoldableFetch(createBrowserFetch(server.origin));
    const connect = () => createHttpAdapter({ basePath: `${server.origin}/api/ciba`, fetch: wire.fetch });
    const adapter = connect();
    const following: CibaAdapter = {
      ...adapter,
      async initiate(request, options) {
        const pending = await adapter.initiate(request, options);
        phoneIds.set(pending.id, authenticator.requests().at(-1)?.id ?? '');
        return pending;
      },
    };
    async function answer(act: 'approve' | 'deny', pending: PendingApproval) {
      if (!(await authenticator[act](idOf(pending)))) throw new Error('The phone shows no such request.');
    }
    return {
      adapter: following,
      reload: connect,
      knownHint: ann.email,
      otherHint: ben.email,
      unknownHint: 'nobody@example.com',
      approve: (pending) => answer('approve', pending),
      deny: (pending) => answer('deny', pending),
      expire: ({ expiresIn }) => clock.advance(expiresIn),
      // The handler's clock alone: to the provider, which has a real one, a second poll comes too early.
      waitForInterval: ({ interval }) => clock.advance(interval),
      // The handler tells a stranger nothing of `slow_down`: it spaces the polls by itself.
      requests: () => server.requests,
      fault: (kind) => server.setFault(kind),
      hold: () => wire.hold(),
      secrets: () => [clientSecret, ...[...phoneIds.values()].filter(Boolean)],
      teardown: () => server.close(),
    };
  },
  { describe, it },
);
