import fc from 'fast-check';
import { CibaError } from '../../src/contract/index.js';
import type { CibaAdapter, CibaErrorCode, PendingApproval, PollResult, TotpResult } from '../../src/contract/index.js';
import { createLogin, createResume, LOGIN_STATUSES } from '../../src/machine/index.js';
import type { LoginController, LoginStatus } from '../../src/machine/index.js';
import { createFakeEnvironment } from '../support/fake-environment.js';
import { findSecrets } from '../support/find-secrets.js';

// A random walk: a user, a backend and a world that do whatever they like, in any order, and the rules that must hold all
// the same. The walk is data, so that fast-check can shrink one that breaks a rule.

const TOKEN = 'token-5f1e';
const CODES = { right: '123456', wrong: '654321' };

const TRANSIENT = ['network', 'timeout', 'rateLimited', 'unavailable', 'badResponse', 'offline'] as const;
const DEFINITE = ['forbidden', 'refused', 'notFound', 'unauthorized'] as const;

/** What the backend does with its next call. `honest`: what the phone decided, or the code is. */
type Mood =
  | { readonly kind: 'honest'; readonly latency: number }
  | { readonly kind: 'fault'; readonly code: CibaErrorCode; readonly retryAfter?: number | undefined }
  | { readonly kind: 'slowDown' | 'retryAfter' | 'lostReply' | 'throwsString' | 'throwsAtOnce' | 'nonsense' | 'hangs' };

type Step =
  | { readonly do: 'start' | 'useCode' | 'changeUser'; readonly user: string }
  | { readonly do: 'resend' | 'backToPush' | 'keepWaiting' | 'retry' | 'report' | 'cancel' | 'doubleStart' }
  | { readonly do: 'submitCode'; readonly right: boolean }
  | { readonly do: 'guessCodes' }
  | { readonly do: 'phone'; readonly answer: 'approve' | 'deny'; readonly older: boolean }
  | { readonly do: 'wait' | 'sleep'; readonly seconds: number }
  | { readonly do: 'setClock'; readonly hours: number }
  | { readonly do: 'world'; readonly visible: boolean; readonly online: boolean }
  | { readonly do: 'mood'; readonly mood: Mood }
  | { readonly do: 'reload' | 'openTab' | 'closeTab' };

export interface Walk {
  readonly steps: readonly Step[];
  readonly interval: number;
  readonly expiresIn: number;
  readonly resumable: boolean;
  readonly repeats: boolean;
  readonly approvalTimeout: number;
  readonly timeoutAction: 'ask' | 'code';
  readonly offersCode: boolean;
  readonly inspect: boolean;
  /** Whether the browser has BroadcastChannel. */
  readonly channel: boolean;
}

const latency = fc.constantFrom(0, 0, 0, 1, 7);
const mood: fc.Arbitrary<Mood> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('honest' as const), latency }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      code: fc.constantFrom<CibaErrorCode>(...TRANSIENT, ...DEFINITE, 'unknown'),
      retryAfter: fc.constantFrom(undefined, 3, 40, 1e9),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('slowDown', 'retryAfter', 'lostReply', 'throwsString', 'throwsAtOnce', 'nonsense', 'hangs'),
    }),
  },
);
const user = fc.constantFrom('ada', 'grace');
const seconds = fc.constantFrom(0, 1, 4, 5, 6, 11, 30, 31, 61, 130);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('start', 'start', 'useCode', 'changeUser'), user }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('resend', 'backToPush', 'keepWaiting', 'retry', 'report', 'cancel', 'doubleStart'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('submitCode' as const), right: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('guessCodes' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('phone' as const),
      answer: fc.constantFrom('approve', 'approve', 'deny'),
      older: fc.boolean(),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({ do: fc.constantFrom('wait', 'wait', 'wait', 'sleep'), seconds }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('setClock' as const), hours: fc.constantFrom(3, -3, 0.01, -0.01) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('world' as const), visible: fc.boolean(), online: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('mood' as const), mood }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('reload', 'openTab', 'closeTab') }) },
);

export const walks: fc.Arbitrary<Walk> = fc.record({
  steps: fc
    .array(step, { minLength: 3, maxLength: 16 })
    .map((rest) => [{ do: 'start' as const, user: 'ada' }, ...rest]),
  interval: fc.constantFrom(1, 5, 5, 0, -1, Number.NaN),
  expiresIn: fc.constantFrom(12, 60, 120, 300),
  resumable: fc.boolean(),
  repeats: fc.boolean(),
  approvalTimeout: fc.constantFrom(20, 180, Infinity),
  timeoutAction: fc.constantFrom('ask', 'code'),
  offersCode: fc.boolean(),
  inspect: fc.nat(40).map((one) => one === 0),
  channel: fc.nat(4).map((one) => one > 0),
});

interface RequestRecord {
  decision: 'pending' | 'approve' | 'deny';
  redeemed: boolean;
  readonly expiresAt: number;
  /** The least span that the backend allows, in milliseconds, and the earliest moment. */
  interval: number;
  notBefore: number;
  lastSentAt: number;
  inFlight: number;
}

const ACTIVE: ReadonlySet<LoginStatus> = new Set(['pushing', 'polling', 'totpEntry', 'lockedOut', 'timedOut']);

/** Walks one walk, notes the statuses that it reached, and throws with a sentence where a rule is broken. */
export async function takeWalk(walk: Walk, reached: Set<LoginStatus>): Promise<void> {
  const world = createFakeEnvironment();
  if (!walk.channel) {
    Object.assign(world.environment, { openChannel: () => null });
  }
  const { clock } = world.environment;
  const requests = new Map<string, RequestRecord>();
  let moods: Mood = { kind: 'honest', latency: 0 };
  let ids = 0;
  let cancels = 0;

  // Kept, not thrown: the engine would take what an adapter throws for one more fault.
  const broken: string[] = [];
  function check(holds: boolean, rule: string): void {
    if (!holds) broken.push(rule);
  }

  /** The tab that is talking: an adapter call must belong to one whose login is alive and in a state that makes it. */
  interface Tab {
    readonly login: LoginController;
    approvals: number;
    handedOver: number;
    ringing: number;
    initiates: number;
    over: boolean;
  }
  const tabs: Tab[] = [];

  function sleep(secondsLong: number, signal: AbortSignal): Promise<void> {
    if (secondsLong === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = clock.setTimeout(resolve, secondsLong * 1000);
      signal.addEventListener('abort', () => {
        clock.clearTimeout(timer);
        reject(new CibaError('network', 'aborted'));
      });
    });
  }

  /** Takes the mood of the moment; afterwards the backend is honest again. */
  async function meet<T>(signal: AbortSignal, honest: () => T): Promise<T> {
    const now = moods;
    moods = { kind: 'honest', latency: now.kind === 'honest' ? now.latency : 0 };
    switch (now.kind) {
      case 'honest':
        await sleep(now.latency, signal);
        return honest();
      case 'fault':
        throw new CibaError(now.code, 'scripted', now.retryAfter === undefined ? {} : { retryAfter: now.retryAfter });
      case 'throwsString':
      case 'throwsAtOnce':
        return Promise.reject('a string' as unknown as Error);
      case 'nonsense':
        return { status: 'whatever', expiresIn: -1 } as T;
      case 'hangs':
        return new Promise<T>(() => {});
      case 'lostReply':
        honest();
        throw new CibaError('network', 'the reply was lost');
      default:
        return honest();
    }
  }

  function openTab(): Tab {
    /** An approval counts when it leaves the backend for somebody who still listens. */
    async function deliver<T extends PollResult<{ token: string }> | TotpResult<{ token: string }>>(
      signal: AbortSignal,
      honest: () => T,
    ): Promise<T> {
      const answer = await meet(signal, honest);
      if (answer.status === 'approved' && !signal.aborted) tab.approvals += 1;
      return answer;
    }
    const adapter: CibaAdapter<{ token: string }> = {
      initiate: (_request, { signal }) => {
        tab.initiates += 1;
        check(!tab.over, 'an initiate after the end');
        // The view follows in the same task.
        queueMicrotask(() => check(tab.login.getView().status !== 'idle', 'an initiate without an act'));
        return meet(signal, () => {
          const id = `request-${(ids += 1)}`;
          const { interval, expiresIn, resumable } = walk;
          const inForce = interval > 0 ? interval : 5;
          requests.set(id, {
            decision: 'pending',
            redeemed: false,
            expiresAt: world.now() + expiresIn * 1000,
            interval: inForce * 1000,
            notBefore: 0,
            lastSentAt: world.now(),
            inFlight: 0,
          });
          return { id, interval, expiresIn, resumable } satisfies PendingApproval;
        });
      },
      async poll({ id }, { signal }) {
        const request = requests.get(id);
        if (!request) throw new Error('a poll for a request that was never made');
        const now = world.now();
        check(!tab.over, 'a poll after the end');
        check(ACTIVE.has(tab.login.getView().status), `a poll while ${tab.login.getView().status}`);
        check(request.inFlight === 0, 'two polls in flight for one request');
        const sooner = Math.min(request.lastSentAt, now) + request.interval;
        const early = Math.max(sooner, request.notBefore) - now;
        // Tabs that cannot talk to each other can only keep from polling at once.
        check(early <= 0 || (!walk.channel && tabs.length > 1), `a poll ${early} ms too soon`);
        request.lastSentAt = now;
        request.inFlight += 1;
        const land = () => {
          request.inFlight = 0;
        };
        signal.addEventListener('abort', land);
        const { kind } = moods;
        // A definite no ends the request; only a passing fault says when to come back.
        const passing = moods.kind === 'fault' && !(DEFINITE as readonly string[]).includes(moods.code);
        const wait = moods.kind === 'fault' && passing ? (moods.retryAfter ?? 0) : 0;
        try {
          return await deliver<PollResult<{ token: string }>>(signal, () => {
            if (signal.aborted) return { status: 'pending' };
            if (request.decision === 'approve' && (walk.repeats || !request.redeemed)) {
              request.redeemed = true;
              return { status: 'approved', session: { token: TOKEN } };
            }
            if (request.decision === 'deny') return { status: 'denied' };
            if (request.redeemed || world.now() >= request.expiresAt + 15_000) return { status: 'expired' };
            if (kind === 'slowDown') {
              request.interval += 5_000;
              return { status: 'pending', interval: request.interval / 1000 };
            }
            if (kind === 'retryAfter') {
              request.notBefore = world.now() + 20_000;
              return { status: 'pending', retryAfter: 20 };
            }
            return { status: 'pending' };
          });
        } finally {
          signal.removeEventListener('abort', land);
          land();
          request.notBefore = Math.max(request.notBefore, now + wait * 1000);
        }
      },
      async cancel(_pending, { signal }) {
        cancels += 1;
        try {
          await meet(signal, () => undefined);
        } finally {
          cancels -= 1;
        }
      },
    };
    if (walk.offersCode) {
      adapter.verifyTotp = ({ code }, { signal }) => {
        check(!tab.over, 'a code after the end');
        queueMicrotask(() => check(ACTIVE.has(tab.login.getView().status), 'a code checked outside the entry'));
        return deliver<TotpResult<{ token: string }>>(signal, () =>
          code === CODES.right ? { status: 'approved', session: { token: TOKEN } } : { status: 'invalidCode' },
        );
      };
    }
    const tab: Tab = { approvals: 0, handedOver: 0, ringing: 0, initiates: 0, over: false } as Tab;
    const { resumable, approvalTimeout, timeoutAction } = walk;
    const login = createLogin<{ token: string }>({
      adapter,
      environment: world.environment,
      resume: resumable ? createResume(world.environment) : undefined,
      approvalTimeout,
      timeoutAction,
      onApproved: ({ token }) => {
        check(token === TOKEN, 'another session than the one approved');
        tab.handedOver += 1;
      },
      ...(walk.inspect
        ? {
            inspect: ({ actorRef: _actorRef, ...record }) => {
              check(
                findSecrets(record, [TOKEN, ...Object.values(CODES)]).length === 0,
                'a secret in an inspection record',
              );
            },
          }
        : {}),
    });
    Object.assign(tab, { login });
    tabs.push(tab);
    return tab;
  }

  function close(tab: Tab): void {
    tab.over = true;
    tab.login.stop();
  }

  function live(): Tab {
    return tabs.findLast((tab) => !tab.over) ?? openTab();
  }

  async function guess(login: LoginController): Promise<void> {
    login.useCode();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      login.submitCode(CODES.wrong);
      await world.settle();
    }
  }

  function act(next: Step): Promise<void> | void {
    const tab = live();
    const { login } = tab;
    const { status, can } = login.getView();
    switch (next.do) {
      case 'start':
        if (can.start) tab.ringing += 1;
        return login.start(next.user);
      case 'doubleStart':
        if (can.start && login.getView().loginHint !== '') tab.ringing += 1;
        login.start();
        return login.start();
      case 'useCode':
        return login.useCode(next.user);
      case 'changeUser':
        tab.approvals = 0;
        tab.handedOver = 0;
        return login.actorRef.send({ type: 'changeUser', loginHint: next.user });
      case 'resend':
      case 'retry':
        if (can[next.do]) {
          tab.ringing += 1;
          if (next.do === 'retry') tab.approvals = tab.handedOver;
        }
        return login[next.do]();
      case 'backToPush': {
        const push = 'push' in login.getView() ? (login.getView() as { push: unknown }).push : null;
        if (can.backToPush && push === null) tab.ringing += 1;
        return login.backToPush();
      }
      case 'keepWaiting':
      case 'report':
        return login[next.do]();
      case 'cancel':
        // An approval that the user cancelled is dropped, and it is the only one.
        if (ACTIVE.has(status)) tab.approvals = tab.handedOver;
        return login.cancel();
      case 'submitCode':
        return login.submitCode(next.right ? CODES.right : CODES.wrong);
      case 'guessCodes':
        return guess(login);
      case 'phone': {
        const open = [...requests.values()].filter(({ decision }) => decision === 'pending');
        const asked = next.older ? open[0] : open.at(-1);
        if (asked) asked.decision = next.answer;
        return undefined;
      }
      case 'wait':
        return world.advance(next.seconds * 1000);
      case 'sleep':
        world.jump(next.seconds * 1000);
        return world.advance(0);
      case 'setClock':
        return world.setDeviceClock(next.hours * 3_600_000);
      case 'world':
        return world.change({ visible: next.visible, online: next.online });
      case 'mood':
        moods = next.mood;
        return undefined;
      case 'reload':
        close(tab);
        openTab();
        return undefined;
      case 'openTab':
        if (tabs.filter(({ over }) => !over).length < 2) openTab();
        return undefined;
      case 'closeTab':
        close(tab);
        return undefined;
    }
  }

  openTab();
  try {
    for (const next of walk.steps) {
      await act(next);
      await world.settle();
      for (const tab of tabs) {
        if (tab.over) continue;
        const { status } = tab.login.getView();
        check(LOGIN_STATUSES.includes(status), `no such status: ${status}`);
        reached.add(status);
        check(tab.initiates <= tab.ringing, `${tab.initiates} initiates for ${tab.ringing} acts of the user`);
        check(tab.handedOver <= 1 || tab.handedOver <= tab.ringing + 1, 'a session handed over twice');
        check(tab.handedOver <= tab.approvals, 'approved, but the adapter never said so');
        if (status === 'approved') check(tab.handedOver > 0, 'approved without a session');
        const settled = tab.approvals > tab.handedOver ? status : 'approved';
        check(settled === 'approved', `an approval was dropped; the status is ${status}`);
      }
      report(broken);
    }
  } finally {
    for (const tab of tabs) if (!tab.over) close(tab);
  }
  await world.settle();
  const left = world.leftovers();
  // A cancel that is out is let finish: nobody waits for it, and the request should end.
  check(left.timers === 0 || cancels > 0, `${left.timers} timers are left`);
  check(left.listeners === 0 && left.channels === 0, 'listeners or channels are left');
  await world.advance(600_000);
  check(world.leftovers().locks === 0 || walk.steps.some(({ do: what }) => what === 'mood'), 'locks are left');
  report(broken);
}

function report(broken: readonly string[]): void {
  if (broken.length > 0) throw new Error([...new Set(broken)].join('; '));
}
