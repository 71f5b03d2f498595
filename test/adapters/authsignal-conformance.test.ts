// @vitest-environment node
import { afterEach, beforeEach, describe, it, vi } from 'vitest';
import { createAuthsignalAdapter } from '../../src/adapters/authsignal.js';
import type { PendingApproval } from '../../src/contract/index.js';
import { type AdapterFault, type AuthsignalFault, describeAdapter } from '../../src/testing/index.js';
import { createAuthsignalEmulator } from '../../src/testing/index.js';
import { trackToken } from './authsignal-tenant.js';

const FAULTS: Readonly<Record<AdapterFault, AuthsignalFault>> = { network: 'drop', malformed: 'html', hang: 'hang' };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describeAdapter(
  'authsignal, embedded with a token,',
  () => {
    const authsignal = createAuthsignalEmulator();
    const secrets: string[] = [];
    const phoneIds = new Map<string, string>();
    const adapter = createAuthsignalAdapter({
      tenantId: authsignal.tenantId,
      baseUrl: 'https://authsignal.test/v1',
      action: 'signIn',
      fetch: authsignal.fetch,
      getToken: async () => {
        const token = await trackToken(authsignal);
        secrets.push(token);
        return token;
      },
    });
    const challengeOf = ({ id }: PendingApproval) => phoneIds.get(id) ?? '';
    return {
      adapter: {
        ...adapter,
        async initiate(request, options) {
          const pending = await adapter.initiate(request, options);
          const newest = authsignal.phone.requests().at(-1)?.challengeId ?? '';
          phoneIds.set(pending.id, newest);
          secrets.push(newest);
          return pending;
        },
      },
      knownHint: 'user-1',
      approve: (pending) => void authsignal.phone.approve(challengeOf(pending)),
      deny: (pending) => void authsignal.phone.deny(challengeOf(pending)),
      expire: ({ expiresIn }) => void vi.setSystemTime(Date.now() + expiresIn * 1000),
      validCode: () => authsignal.totpCode('user-1'),
      wrongCode: async () => ((await authsignal.totpCode('user-1')) === '000000' ? '111111' : '000000'),
      // Ten codes in five minutes are looked at.
      triesUntilLock: 11,
      rings: () => authsignal.pushes,
      requests: () => authsignal.requests,
      fault: (kind) => authsignal.setFault(kind && FAULTS[kind]),
      secrets: () => secrets,
    };
  },
  { describe, it },
);
