// @vitest-environment node
import { afterAll, afterEach, beforeAll, describe, it, vi } from 'vitest';
import { type DemoProvider, startDemoProvider } from '../../demo/provider.js';
import { createOidcAdapter } from '../../src/adapters/oidc.js';
import type { CibaAdapter, PendingApproval } from '../../src/contract/index.js';
import { type AdapterFault, describeAdapter } from '../../src/testing/index.js';

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
