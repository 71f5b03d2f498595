// @vitest-environment node
import { afterEach, beforeEach, describe, it, vi } from 'vitest';
import { createAuthsignalAdapter } from '../../../src/adapters/authsignal/index.js';
import { CibaError } from '../../../src/contract/index.js';
import type { PendingApproval } from '../../../src/contract/index.js';
import { createAuthsignalEmulator, describeAdapter } from '../../../src/testing/index.js';
import type { AdapterFault, AuthsignalFault } from '../../../src/testing/index.js';
import { trackToken } from './backend.js';
import { createHoldableFetch } from '../hold-fetch.js';

const USERS = [
  { userId: 'user-ada', devices: ['Pixel 9'], totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
  { userId: 'user-ben', devices: ['iPhone'] },
];

const FAULTS: Readonly<Record<AdapterFault, AuthsignalFault>> = { network: 'drop', malformed: 'html', hang: 'hang' };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describeAdapter(
  'authsignal, embedded with a token,',
  () => {
    const authsignal = createAuthsignalEmulator({ users: USERS });
    const wire = createHoldableFetch(authsignal.fetch);
    const secrets: string[] = [];
    const phoneIds = new Map<string, string>();
    const adapter = createAuthsignalAdapter({
      tenantId: authsignal.tenantId,
      baseUrl: 'https://authsignal.test/v1',
      action: 'signIn',
      fetch: wire.fetch,
      getToken: async ({ loginHint: userId }) => {
        // The app's own server knows its users.
        if (!USERS.some((user) => user.userId === userId)) throw new CibaError('unknownUser', 'No such user.');
        const token = await trackToken(authsignal, { userId });
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
      knownHint: 'user-ada',
      otherHint: 'user-ben',
      unknownHint: 'nobody',
      hintWithoutCode: 'user-ben',
      approve: (pending) => void authsignal.phone.approve(challengeOf(pending)),
      deny: (pending) => void authsignal.phone.deny(challengeOf(pending)),
      expire: ({ expiresIn }) => void vi.advanceTimersByTime(expiresIn * 1000),
      validCode: () => authsignal.totpCode('user-ada'),
      wrongCode: async () => ((await authsignal.totpCode('user-ada')) === '000000' ? '111111' : '000000'),
      // Ten codes in five minutes are looked at.
      attemptsUntilLockout: 11,
      rings: () => authsignal.pushes,
      requests: () => authsignal.requests,
      fault: (kind) => authsignal.setFault(kind && FAULTS[kind]),
      throttle: () => {
        authsignal.setFault({ errorCode: 'too_many_requests', status: 429, retryAfter: 42 });
        return 42;
      },
      hold: () => wire.hold(),
      secrets: () => secrets,
    };
  },
  { describe, it },
);
