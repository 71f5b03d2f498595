// @vitest-environment node
import { afterAll, afterEach, beforeAll, describe, it, vi } from 'vitest';
import { type DemoProvider, startDemoProvider } from '../../demo/provider.js';
import { createOidcAdapter, type OidcSession } from '../../src/adapters/oidc.js';
import type { CibaAdapter, JsonValue, PendingApproval } from '../../src/contract/index.js';
import { type AdapterFault, describeAdapter } from '../../src/testing/index.js';

const ann = { id: 'user-1', email: 'ann@example.com', name: 'Ann Example' };
let provider: DemoProvider;

beforeAll(async () => {
  provider = await startDemoProvider({ users: [ann] });
});

afterEach(() => {
  vi.restoreAllMocks();
});

afterAll(() => provider.close());

/**
 * Keeps the server state and the end of a request as the handler's store does: whoever polls knows the handle alone,
 * and a provider says only once that the phone denied.
 */
function keepServerState(
  adapter: CibaAdapter<OidcSession>,
  states: Map<string, JsonValue | undefined>,
  onInitiate: (pending: PendingApproval) => void = () => {},
): CibaAdapter<OidcSession> {
  const denied = new Set<string>();
  return {
    async initiate(request, options) {
      const { serverState, ...pending } = await adapter.initiate(request, options);
      states.set(pending.id, serverState);
      onInitiate(pending);
      return pending;
    },
    async poll(pending, options) {
      const serverState = states.get(pending.id);
      if (serverState === undefined) return { status: 'expired' };
      if (denied.has(pending.id)) return { status: 'denied' };
      const result = await adapter.poll({ ...pending, serverState }, options);
      if (result.status === 'denied') denied.add(pending.id);
      return result;
    },
  };
}

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
    const states = new Map<string, JsonValue | undefined>();
    const phoneIds = new Map<string, string>();
    const adapter = keepServerState(create(), states, ({ id }) => {
      phoneIds.set(id, authenticator.requests().at(-1)?.id ?? '');
    });

    async function answer(act: 'approve' | 'deny', { id }: PendingApproval) {
      if (!(await authenticator[act](phoneIds.get(id) ?? ''))) throw new Error('The phone shows no such request.');
    }
    return {
      adapter,
      reload: () => keepServerState(create(), states),
      knownHint: ann.email,
      approve: (pending) => answer('approve', pending),
      deny: (pending) => answer('deny', pending),
      requests: () => sent.mock.calls.length,
      fault: (kind) => {
        sent.mockReset();
        if (kind) sent.mockImplementation(spoilFetch(kind));
      },
      secrets: () => [clientSecret, ...[...states.values()].map((state) => (state as { authReqId: string }).authReqId)],
    };
  },
  { describe, it },
);
