import { createAuthSecAdapter } from '../../../src/adapters/authsec/index.js';
import { createHttpAdapter } from '../../../src/adapters/http/index.js';
import type { CibaAdapter, PendingApproval } from '../../../src/contract/index.js';
import { createCibaHandler } from '../../../src/server/index.js';
import { createAuthSecEmulator } from '../../../src/testing/index.js';
import type { AdapterHarness, AuthSecKnobs } from '../../../src/testing/index.js';
import { createHoldableFetch } from '../hold-fetch.js';
import { createBrowserFetch, startLoopback } from '../loopback.js';
import { createManualClock } from '../manual-clock.js';

export type Flow = 'tenant' | 'admin';

export const ADA = 'ada@example.com';
export const BEN = 'ben@example.com';
/** Without an authenticator app. */
export const CLEO = 'cleo@example.com';
/** Without a phone. */
export const DANA = 'dana@example.com';

/** An emulated AuthSec with a clock that stands still, and an adapter for it. */
export function createAuthSec(flow: Flow, knobs: Partial<AuthSecKnobs> = {}) {
  const clock = createManualClock();
  const emulator = createAuthSecEmulator({
    clock,
    users: [{ email: ADA }, { email: BEN }, { email: CLEO, totpSecret: false }, { email: DANA, phone: false }],
    knobs,
  });
  const wire = createHoldableFetch(emulator.fetch);
  const options = {
    baseUrl: 'development',
    fetch: wire.fetch,
    now: clock.now,
    ...(flow === 'tenant' && { clientId: emulator.clientId }),
  } as const;
  return { clock, emulator, wire, options, adapter: createAuthSecAdapter(options) };
}

/** Which request of AuthSec's each request of the adapter's is. */
function followRequests(adapter: CibaAdapter, emulator: ReturnType<typeof createAuthSecEmulator>) {
  const authReqIds = new Map<string, string>();
  const following: CibaAdapter = {
    ...adapter,
    async initiate(request, options) {
      const before = emulator.phone.prompts.length;
      const pending = await adapter.initiate(request, options);
      const prompt = emulator.phone.prompts[before];
      if (prompt) authReqIds.set(pending.id, prompt.authReqId);
      return pending;
    },
  };
  return { adapter: following, authReqIds, idOf: ({ id }: PendingApproval) => authReqIds.get(id) ?? 'none' };
}

/** A code that is right in no step near the present one. */
async function wrongCode(emulator: ReturnType<typeof createAuthSecEmulator>): Promise<string> {
  return String((Number(await emulator.codeOf(ADA)) + 500_000) % 1_000_000).padStart(6, '0');
}

/** AuthSec's own faults, under the names of the suite. */
const FAULTS = { network: 'drop', malformed: 'html', hang: 'hang' } as const;

/** The adapter alone: what `typeof window` says decides whether it is a server's or a browser's. */
export function startAuthSec(flow: Flow): AdapterHarness {
  const { clock, emulator, wire, options, adapter } = createAuthSec(flow);
  const followed = followRequests(adapter, emulator);
  const inBrowser = typeof window !== 'undefined';
  return {
    adapter: followed.adapter,
    knownHint: ADA,
    otherHint: BEN,
    unknownHint: 'nobody@example.com',
    hintWithoutCode: CLEO,
    approve: (pending) => emulator.phone.approve(followed.idOf(pending)),
    deny: (pending) => emulator.phone.deny(followed.idOf(pending)),
    expire: ({ expiresIn }) => clock.advance(expiresIn + 1),
    validCode: () => emulator.codeOf(ADA),
    wrongCode: () => wrongCode(emulator),
    // On a server the handler counts.
    ...(inBrowser ? { attemptsUntilLockout: 3 } : { reload: () => createAuthSecAdapter(options) }),
    requests: () => emulator.requests,
    fault: (kind) => {
      emulator.knobs.fault = kind ? FAULTS[kind] : 'none';
    },
    slowDown: () => {
      emulator.knobs.slowDown = true;
    },
    throttle: () => exhaustRate(emulator),
    hold: () => wire.hold(),
    secrets: async () => [
      ...followed.authReqIds.values(),
      await emulator.tokenOf(ADA).then((token) => token.slice(0, 40)),
    ],
  };
}

/** Uses up the ten requests of a minute; answers for how long. */
async function exhaustRate(emulator: ReturnType<typeof createAuthSecEmulator>): Promise<number> {
  emulator.knobs.rate = '10/min';
  for (let sent = 0; sent < 10; sent++) {
    await emulator.fetch('https://dev.api.authsec.dev/authsec/uflow/auth/ciba/token', { method: 'POST', body: '{}' });
  }
  return 60;
}

/** The http adapter, the real handler on a real server, the AuthSec adapter, the emulator. */
export async function startAuthSecBehindHandler(flow: Flow): Promise<AdapterHarness> {
  const { clock, emulator, adapter } = createAuthSec(flow);
  const handlerClock = createManualClock();
  let rings = 0;
  const ringing: typeof adapter = {
    ...adapter,
    initiate(request, options) {
      rings += 1;
      return adapter.initiate(request, options);
    },
  };
  const server = await startLoopback((origin) =>
    createCibaHandler({
      adapter: ringing,
      origin,
      authRequest: (loginHint) => ({ loginHint }),
      displayCode: false,
      publicSession: ({ claims }) => ({ email: String(claims.email_id) }),
      now: handlerClock.now,
      responseFloor: 0,
      onEvent: () => undefined,
    }),
  );
  const wire = createHoldableFetch(createBrowserFetch(server.origin));
  const connect = () => createHttpAdapter({ basePath: `${server.origin}/api/ciba`, fetch: wire.fetch });
  const followed = followRequests(connect(), emulator);
  return {
    adapter: followed.adapter,
    reload: connect,
    knownHint: ADA,
    otherHint: BEN,
    unknownHint: 'nobody@example.com',
    hintWithoutCode: CLEO,
    approve: (pending) => emulator.phone.approve(followed.idOf(pending)),
    deny: (pending) => emulator.phone.deny(followed.idOf(pending)),
    expire: ({ expiresIn }) => {
      clock.advance(expiresIn + 1);
      handlerClock.advance(expiresIn + 1);
    },
    // The handler's clock alone: to AuthSec every poll after the first comes too early, which it only minds with its knob.
    waitForInterval: ({ interval }) => handlerClock.advance(interval),
    validCode: () => emulator.codeOf(ADA),
    wrongCode: () => wrongCode(emulator),
    attemptsUntilLockout: 3,
    rings: () => rings,
    requests: () => server.requests,
    fault: (kind) => server.setFault(kind),
    // The handler tells a stranger nothing of `slow_down`: it spaces the polls by itself.
    throttle: () => exhaustRate(emulator),
    hold: () => wire.hold(),
    secrets: async () => [...followed.authReqIds.values(), (await emulator.tokenOf(ADA)).slice(0, 40)],
    teardown: () => server.close(),
  };
}
