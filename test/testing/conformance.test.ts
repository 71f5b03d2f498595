import { describe, expect, test, vi } from 'vitest';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import { CibaError } from '../../src/contract/index.js';
import type { CallOptions, CibaAdapter, JsonValue, TotpRequest } from '../../src/contract/index.js';
import { describeAdapter } from '../../src/testing/index.js';
import type { AdapterHarness } from '../../src/testing/index.js';
import { createManualClock } from '../adapters/manual-clock.js';

type Outcome = 'passed' | 'skipped' | Error;
type Sabotage = (adapter: Required<CibaAdapter>) => Partial<CibaAdapter>;

const NOBODY = 'nobody@example.com';
const WITHOUT_CODE = 'cleo@example.com';

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

function makeHarness(sabotage: Sabotage = () => ({})) {
  const clock = createManualClock();
  const memory = createMemoryAdapter({
    clock,
    resumable: true,
    displayCode: '47',
    session: () => ({ token: 'session-secret' }),
  });
  let tooEarly = false;
  let held: { readonly opened: Promise<void>; readonly arrive: () => void } | null = null;
  const backend: Required<CibaAdapter> = {
    ...(memory as unknown as Required<CibaAdapter>),
    async initiate(request, options) {
      if (request.loginHint === NOBODY) throw new CibaError('unknownUser', 'Nobody is called that.');
      return memory.initiate(request, options);
    },
    async poll(pending, options) {
      const result = await memory.poll(pending, options);
      if (held) {
        held.arrive();
        await Promise.race([held.opened, aborted(options.signal)]);
      }
      return tooEarly && result.status === 'pending' ? { ...result, interval: pending.interval + 5 } : result;
    },
    async verifyTotp(request, options) {
      if (request.loginHint === WITHOUT_CODE) return { status: 'notEnrolled' };
      return (memory as unknown as Required<CibaAdapter>).verifyTotp(request, options);
    },
  };
  const adapter: CibaAdapter = { ...memory, ...backend, ...sabotage(backend) };
  return {
    adapter,
    reload: () => adapter,
    knownHint: 'ada@example.com',
    otherHint: 'ben@example.com',
    unknownHint: NOBODY,
    hintWithoutCode: WITHOUT_CODE,
    approve: ({ id }) => memory.phone.approve(id),
    deny: ({ id }) => memory.phone.deny(id),
    expire: ({ expiresIn }) => clock.advance(expiresIn),
    waitForInterval: ({ interval }) => clock.advance(interval),
    validCode: () => '123456',
    wrongCode: () => '999999',
    attemptsUntilLockout: 3,
    rings: () => memory.phone.rings,
    requests: () => memory.calls.length,
    fault: (kind) => {
      const fault = kind === 'malformed' ? 'badResponse' : kind;
      memory.faults = fault ? { initiate: fault, poll: fault, verifyTotp: fault, cancel: fault, report: fault } : {};
    },
    slowDown: () => {
      tooEarly = true;
    },
    throttle: () => {
      memory.faults = { poll: new CibaError('rateLimited', 'No more for now.', { retryAfter: 42 }) };
      return 42;
    },
    hold: () => {
      let open = () => {};
      let arrive = () => {};
      const opened = new Promise<void>((resolve) => (open = resolve));
      const arrived = new Promise<void>((resolve) => (arrive = resolve));
      held = { opened, arrive };
      return {
        arrived,
        release() {
          held = null;
          open();
        },
      };
    },
    secrets: () => ['session-secret'],
    teardown: vi.fn(),
  } satisfies AdapterHarness;
}

/** Runs the suite as a test runner would, and returns what became of each case. */
async function runSuite(make: () => AdapterHarness | Promise<AdapterHarness>): Promise<Map<string, Outcome>> {
  const cases: [string, (...context: unknown[]) => Promise<void>][] = [];
  describeAdapter('sample', make, {
    describe: (name, define) => {
      expect(name).toBe('sample adapter');
      define();
    },
    it: (title, run) => cases.push([title, run]),
  });
  const outcomes = new Map<string, Outcome>();
  for (const [title, run] of cases) {
    // Jest and Mocha take a test with a parameter for one that ends by a callback.
    expect(run).toHaveLength(0);
    outcomes.set(title, 'passed');
    const skip = () => outcomes.set(title, 'skipped');
    await run({ skip }).catch((error: unknown) => outcomes.set(title, error as Error));
  }
  return outcomes;
}

async function failuresOf(sabotage: Sabotage): Promise<string[]> {
  const outcomes = await runSuite(() => makeHarness(sabotage));
  return [...outcomes].filter(([, outcome]) => outcome instanceof Error).map(([title]) => title);
}

const codeOf = ({ loginHint, code }: TotpRequest) => `${loginHint} ${code}`;

describe('describeAdapter', () => {
  test('passes an adapter that does what it should, with every case', async () => {
    const outcomes = await runSuite(() => makeHarness());
    expect(new Set(outcomes.values())).toEqual(new Set(['passed']));
    expect(outcomes.size).toBeGreaterThan(20);
  });

  const SABOTAGES: readonly (readonly [what: string, title: string, sabotage: Sabotage])[] = [
    [
      'an interval of 0',
      'returns a request that is plain JSON with valid numbers',
      ({ initiate }) => ({ initiate: async (...call) => ({ ...(await initiate(...call)), interval: 0 }) }),
    ],
    [
      'a life without end',
      'returns a request that is plain JSON with valid numbers',
      ({ initiate }) => ({ initiate: async (...call) => ({ ...(await initiate(...call)), expiresIn: Infinity }) }),
    ],
    [
      'a field that JSON loses',
      'returns a request that is plain JSON with valid numbers',
      ({ initiate }) => ({
        initiate: async (...call) => Object.assign(await initiate(...call), { extra: Number.NaN }),
      }),
    ],
    [
      'a text in place of a number',
      'shows no text as a number',
      ({ initiate }) => ({
        async initiate(request, options) {
          const { bindingMessage, displayCode = bindingMessage ?? '47' } = request;
          return { ...(await initiate(request, options)), displayCode };
        },
      }),
    ],
    [
      'a number that is a link to a script',
      'says of the number what a screen can show',
      ({ initiate }) => ({
        initiate: async (...call) => ({ ...(await initiate(...call)), displayCodeUrl: 'javascript:alert(1)' }),
      }),
    ],
    [
      'a use without a number',
      'says of the number what a screen can show',
      ({ initiate }) => ({
        async initiate(...call) {
          const { displayCode: _, ...pending } = await initiate(...call);
          return { ...pending, displayCodeUse: 'enter' };
        },
      }),
    ],
    [
      'decoys whose numbers look otherwise',
      'makes numbers like those of real requests',
      () => ({ makeDisplayCode: () => ({ displayCode: '4827' }) }),
    ],
    [
      'decoys whose numbers are entered, and real ones compared',
      'makes numbers like those of real requests',
      () => ({ makeDisplayCode: () => ({ displayCode: '12', displayCodeUse: 'enter' }) }),
    ],
    [
      'an approver who is whoever was asked',
      'says who approved, and refuses another user',
      ({ approver }) => ({
        approver: (session, asked, pending) =>
          asked.subject === undefined ? (approver?.(session, asked, pending) ?? null) : { subject: asked.subject },
      }),
    ],
    [
      'the same approver for everybody',
      'says who approved, and refuses another user',
      () => ({ approver: () => ({ subject: 'ada' }) }),
    ],
    [
      'a ring for each sending',
      'sends one push per `actId`, however often it is sent',
      ({ initiate }) => ({
        initiate: (request, { signal }) => initiate(request, { signal, actId: crypto.randomUUID() }),
      }),
    ],
    [
      'one request for two starts',
      'keeps two requests separate',
      ({ initiate }) => {
        let first: ReturnType<typeof initiate> | undefined;
        return { initiate: (...call) => (first ??= initiate(...call)) };
      },
    ],
    [
      'an approval that counts for every request',
      'keeps two requests separate',
      ({ initiate, poll }) => {
        let last = '';
        return {
          async initiate(...call) {
            const pending = await initiate(...call);
            last = pending.id;
            return pending;
          },
          poll: (pending, options) => poll({ ...pending, id: last }, options),
        };
      },
    ],
    [
      'a fault in place of an unknown user',
      'sends no push for an unknown user',
      ({ initiate }) => ({
        initiate: (...call) => initiate(...call).catch(() => Promise.reject(new CibaError('refused', 'No.'))),
      }),
    ],
    [
      'a slow_down that is not heard',
      'increases the interval after slow_down',
      ({ poll }) => ({
        poll: async (...call) => {
          const result = await poll(...call);
          return result.status === 'pending' ? { status: 'pending' } : result;
        },
      }),
    ],
    [
      'a wait that gets lost',
      'returns how long to wait when the backend limits requests',
      ({ poll }) => ({
        poll: (...call) => poll(...call).catch(() => Promise.reject(new CibaError('rateLimited', 'Later.'))),
      }),
    ],
    [
      'state for the server that no store can keep',
      'returns the session after an approval',
      ({ initiate, poll }) => ({
        initiate: async (...call) =>
          Object.assign(await initiate(...call), { serverState: new Date() as unknown as JsonValue }),
        poll: (pending, options) =>
          (pending.serverState as unknown) instanceof Date
            ? poll(pending, options)
            : Promise.reject(new CibaError('notFound', 'The state is not what it was.')),
      }),
    ],
    [
      'a code of somebody who has none',
      'approves no code for a user without an authenticator app',
      ({ verifyTotp }) => ({
        verifyTotp: async (...call) => {
          const result = await verifyTotp(...call);
          return result.status === 'notEnrolled' ? { status: 'approved', session: {} } : result;
        },
      }),
    ],
    [
      'a wrong code for a malformed answer',
      'rejects a malformed response',
      ({ verifyTotp }) => ({
        verifyTotp: (...call) => verifyTotp(...call).catch(() => ({ status: 'invalidCode' })),
      }),
    ],
    [
      'an approval that nobody gave',
      'stays pending until the user responds',
      () => ({ poll: () => Promise.resolve({ status: 'approved', session: {} }) }),
    ],
    [
      'a wait that is not a number',
      'stays pending until the user responds',
      () => ({ poll: () => Promise.resolve({ status: 'pending', retryAfter: Number.NaN }) }),
    ],
    [
      'two requests for one poll',
      'sends one HTTP request per poll',
      ({ poll }) => ({
        poll: async (...call) => {
          await poll(...call);
          return poll(...call);
        },
      }),
    ],
    [
      'an approval without a session',
      'returns the session after an approval',
      ({ poll }) => ({
        poll: async (...call) => {
          const result = await poll(...call);
          return result.status === 'approved' ? { ...result, session: undefined } : result;
        },
      }),
    ],
    [
      'a request that is known by its identity',
      'continues with a request that was serialized as JSON',
      ({ initiate, poll }) => {
        const own = new WeakSet();
        return {
          async initiate(...call) {
            const pending = { ...(await initiate(...call)) };
            own.add(pending);
            return pending;
          },
          poll: (pending, options) => poll(own.has(pending) ? pending : { ...pending, id: 'other' }, options),
        };
      },
    ],
    [
      'an expiry in place of a denial',
      'reports a denial, and a late approval does not change it',
      ({ poll }) => ({
        poll: async (...call) => {
          const result = await poll(...call);
          return result.status === 'denied' ? { status: 'expired' } : result;
        },
      }),
    ],
    [
      'a request that never ends',
      'reports an expiry, and a late approval does not change it',
      ({ poll }) => ({
        poll: async (...call) => {
          const result = await poll(...call);
          return result.status === 'expired' ? { status: 'pending' } : result;
        },
      }),
    ],
    [
      'any id for a known one',
      'rejects the ID of an unknown request',
      ({ poll }) => ({ poll: (pending, options) => poll({ ...pending, id: 'memory-1' }, options) }),
    ],
    [
      'an unknown id as a passing fault',
      'rejects the ID of an unknown request',
      ({ poll }) => ({
        poll: (...call) => poll(...call).catch(() => Promise.reject(new CibaError('unavailable', 'Try again.'))),
      }),
    ],
    [
      'a ring though it was aborted before',
      'does nothing if the signal is already aborted',
      ({ initiate }) => ({
        async initiate(request, options) {
          await initiate(request, { ...options, signal: new AbortController().signal });
          throw new Error('Aborted.');
        },
      }),
    ],
    [
      'an answer though it was aborted before',
      'does nothing if the signal is already aborted',
      ({ poll }) => ({
        poll: (pending, options) =>
          poll(pending, options.signal.aborted ? { ...options, signal: new AbortController().signal } : options),
      }),
    ],
    [
      'a second report that throws',
      'can be told twice that the user reported a denied request',
      ({ report }) => {
        const reported = new Set<string>();
        return {
          report(pending, options) {
            if (reported.has(pending.id)) return Promise.reject(new CibaError('notFound', 'Gone.'));
            reported.add(pending.id);
            return report(pending, options);
          },
        };
      },
    ],
    [
      'a second cancel that throws',
      'can be canceled twice',
      ({ cancel }) => {
        const cancelled = new Set<string>();
        return {
          cancel(pending, options) {
            if (cancelled.has(pending.id)) return Promise.reject(new CibaError('notFound', 'Gone.'));
            cancelled.add(pending.id);
            return cancel(pending, options);
          },
        };
      },
    ],
    ['a cancel that does nothing', 'returns no approval after a cancel', () => ({ cancel: () => Promise.resolve() })],
    [
      'any code for a right one',
      'rejects a wrong code and accepts a valid one',
      ({ verifyTotp }) => ({
        verifyTotp: (request, options) => verifyTotp({ ...request, code: '123456' }, options),
      }),
    ],
    [
      'a push that goes on after a right code',
      'ends the push request after a valid code',
      ({ verifyTotp }) => ({
        verifyTotp: ({ loginHint, code }, options) => verifyTotp({ loginHint, code }, options),
      }),
    ],
    [
      'no lock',
      'locks out after too many wrong codes, for a valid one too',
      ({ verifyTotp }) => {
        let users = 0;
        return {
          verifyTotp: (request, options) => verifyTotp({ ...request, loginHint: `user-${++users}` }, options),
        };
      },
    ],
    [
      'a lock that a right code opens',
      'locks out after too many wrong codes, for a valid one too',
      ({ verifyTotp }) => ({
        async verifyTotp(request, options) {
          if (request.code === '123456') return { status: 'approved', session: {} };
          return verifyTotp(request, options);
        },
      }),
    ],
    [
      'a try for each sending of a code',
      'counts a wrong code once per `actId`, however often it is sent',
      ({ verifyTotp }) => ({
        verifyTotp: (request, { signal }) => verifyTotp(request, { signal, actId: crypto.randomUUID() }),
      }),
    ],
    [
      'a foreign error for a lost connection',
      'reports a lost connection as retryable, and continues after it',
      ({ poll }) => ({
        poll: (...call) => poll(...call).catch(() => Promise.reject(new TypeError('Failed to fetch'))),
      }),
    ],
    [
      'a lost connection that ends the login',
      'reports a lost connection as retryable, and continues after it',
      ({ poll }) => {
        let broken = false;
        return {
          poll: async (...call) => {
            if (broken) return { status: 'expired' };
            return poll(...call).catch((error: unknown) => {
              broken = true;
              throw error;
            });
          },
        };
      },
    ],
    [
      'pending for a malformed answer',
      'rejects a malformed response',
      ({ poll }) => ({ poll: (...call) => poll(...call).catch(() => ({ status: 'pending' })) }),
    ],
    [
      'a wrong code for a fault',
      'does not count an error as a wrong code',
      ({ verifyTotp }) => ({
        verifyTotp: (...call) => verifyTotp(...call).catch(() => ({ status: 'invalidCode' })),
      }),
    ],
    [
      'the code in an error',
      'keeps secrets out of requests and errors',
      ({ verifyTotp }) => ({
        verifyTotp: (request, options) =>
          verifyTotp(request, options).catch(() => Promise.reject(new CibaError('network', codeOf(request)))),
      }),
    ],
    [
      'the id in the cause of an error',
      'keeps secrets out of requests and errors',
      ({ poll }) => ({
        poll: (pending, options) =>
          poll(pending, options).catch(() =>
            Promise.reject(new CibaError('network', 'Failed.', { cause: new Error(`No answer for ${pending.id}`) })),
          ),
      }),
    ],
    [
      'a token in the request',
      'keeps secrets out of requests and errors',
      ({ initiate }) => ({
        initiate: async (...call) => ({ ...(await initiate(...call)), deliveredTo: 'session-secret' }),
      }),
    ],
  ];

  test.each(SABOTAGES)('fails for %s', async (_what, title, sabotage) => {
    expect(await failuresOf(sabotage)).toContain(title);
  });

  test('fails for a call that cannot be aborted', async () => {
    vi.useFakeTimers();
    const never: Sabotage = ({ poll }) => ({
      poll: (pending, options: CallOptions) => poll(pending, { ...options, signal: new AbortController().signal }),
    });
    const failing = failuresOf(never);
    await vi.runAllTimersAsync();
    const failed = await failing;
    expect(failed).toContain('settles at once when a call in transit is aborted');
    expect(failed).toContain('ignores a response that arrives after an abort');
    vi.useRealTimers();
  });

  test('fails where requests are resumable and the harness cannot reload', async () => {
    const outcomes = await runSuite(() => {
      const { reload: _reload, ...harness } = makeHarness();
      return harness;
    });
    expect(outcomes.get('continues a resumable request after a reload')).toBeInstanceOf(Error);
  });

  test('skips what the harness or the adapter cannot do', async () => {
    const outcomes = await runSuite(() => {
      const { adapter, knownHint, approve, deny } = makeHarness();
      const initiate: CibaAdapter['initiate'] = async (...call) => ({
        ...(await adapter.initiate(...call)),
        resumable: false,
      });
      return { adapter: { initiate, poll: adapter.poll }, knownHint, approve, deny };
    });
    const titles = (wanted: Outcome) =>
      [...outcomes].filter(([, outcome]) => outcome === wanted).map(([title]) => title);
    expect(titles('skipped')).toHaveLength(22);
    expect(titles('passed')).toEqual([
      'returns a request that is plain JSON with valid numbers',
      'shows no text as a number',
      'says of the number what a screen can show',
      'keeps two requests separate',
      'stays pending until the user responds',
      'returns the session after an approval',
      'continues with a request that was serialized as JSON',
      'continues a resumable request after a reload',
      'reports a denial, and a late approval does not change it',
      'rejects the ID of an unknown request',
      'does nothing if the signal is already aborted',
    ]);
  });

  test('tears each harness down, also after a failure', async () => {
    const harnesses: ReturnType<typeof makeHarness>[] = [];
    const outcomes = await runSuite(() => {
      const harness = makeHarness(() => ({ poll: () => Promise.reject(new Error('broken')) }));
      harnesses.push(harness);
      return harness;
    });
    expect(harnesses).toHaveLength(outcomes.size);
    for (const { teardown } of harnesses) expect(teardown).toHaveBeenCalledOnce();
  });

  test('uses the global describe and it by default, and says what to do where there are none', () => {
    expect(() => describeAdapter('sample', () => makeHarness())).toThrow(/third argument/);
    const register = vi.fn();
    vi.stubGlobal('describe', (_name: string, define: () => void) => define());
    vi.stubGlobal('it', register);
    describeAdapter('sample', () => makeHarness());
    expect(register).toHaveBeenCalled();
    vi.unstubAllGlobals();
  });
});
