import type { SnapshotFrom } from 'xstate';
import type { CibaError } from '../contract/index.js';
import type { LiveRequest } from './live-request.js';
import { isOpen, RESEND_COOL_DOWNS } from './login.machine.js';
import type { LoginContext, loginMachine, LoginMeta } from './login.machine.js';
import { LOGIN_VERBS } from './view.js';
import type { LoginVerb, LoginView, PushView } from './view.js';

export type LoginSnapshot = SnapshotFrom<typeof loginMachine>;

function toPush({ requests, connection }: LoginContext): PushView | null {
  const [newest] = requests;
  if (!newest) return null;
  const { displayCode, deliveredTo } = newest.pending;
  return {
    startedAt: newest.startedAt,
    expiresAt: newest.expiresAt,
    connection,
    ...(displayCode === undefined ? {} : { displayCode }),
    ...(deliveredTo === undefined ? {} : { deliveredTo }),
  };
}

/** When the newest request may be sent again; null when the cap is reached. */
export function toResendAt(request: LiveRequest, resends: number): number | null {
  const coolDown = RESEND_COOL_DOWNS[resends];
  return coolDown === undefined ? null : request.startedAt + coolDown * 1000;
}

/** What the chart's state says of itself. Of the states that are active together only the innermost has a say. */
function toMeta(snapshot: LoginSnapshot): LoginMeta {
  return Object.values(snapshot.getMeta()).find((meta) => meta !== undefined) as LoginMeta;
}

function toFields(snapshot: LoginSnapshot, { status }: LoginMeta): LoginViewFields {
  const { context } = snapshot;
  const push = toPush(context);
  switch (status) {
    case 'idle':
      return { status, after: context.idleAfter };
    case 'polling': {
      // The chart is here only while a request is open.
      const [newest] = context.requests as readonly [LiveRequest, ...LiveRequest[]];
      const { resends, resendError } = context;
      return { status, push: push as PushView, resendAt: toResendAt(newest, resends), resendError };
    }
    case 'totpEntry': {
      const { wrongCodes, attemptsLeft, problem } = context.tries;
      return { status, push, code: { verifying: context.verifying, problem, wrongCodes, attemptsLeft } };
    }
    case 'lockedOut':
      return { status, push, retryAt: context.tries.retryAt ?? 0 };
    case 'approved':
      return { status, finishing: snapshot.matches({ approved: 'finishing' }) };
    case 'denied':
      return { status, reported: context.reported };
    case 'failed':
      return { status, error: context.error as CibaError };
    case 'pushing':
    case 'timedOut':
      return { status, push };
    case 'expired':
      return { status };
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
type LoginViewFields = DistributiveOmit<LoginView, 'can' | 'loginHint' | 'transaction'>;

/** Snapshot → view: the only place that reads the chart for the outside. Pure; the same snapshot gives an equal view. */
export function toView(snapshot: LoginSnapshot): LoginView {
  const { context } = snapshot;
  const meta = toMeta(snapshot);
  const can = Object.fromEntries(
    LOGIN_VERBS.map((verb) => [verb, meta.verbs.includes(verb) && isOpen(verb, context)]),
  ) as Record<LoginVerb, boolean>;
  return {
    ...toFields(snapshot, meta),
    can,
    loginHint: context.loginHint,
    ...(context.transaction ? { transaction: context.transaction } : {}),
  } as LoginView;
}

/** Whether two views show the same: then nobody has to render. Errors and other instances are compared by identity. */
export function sameView(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isPlain(a) || !isPlain(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && sameView(a[key], b[key]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype;
}
