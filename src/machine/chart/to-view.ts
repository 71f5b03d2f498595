import { getStateNodes } from 'xstate';
import type { SnapshotFrom } from 'xstate';
import type { CibaError } from '../../contract/index.js';
import type { LiveRequest } from '../polling/request.js';
import { isOpen } from './login-context.js';
import type { loginMachine } from './login.machine.js';
import { toResendAt } from './resend.js';
import { LOGIN_VERBS } from '../view.js';
import type { Connection, LoginStatus, LoginVerb, LoginView, PushView } from '../view.js';

/** A snapshot of {@link loginMachine}. */
export type LoginSnapshot = SnapshotFrom<typeof loginMachine>;

function toPush({ pending, startedAt, expiresAt }: LiveRequest, connection: Connection): PushView {
  const {
    id: _id,
    expiresIn: _lifetime,
    interval: _interval,
    resumable: _resumable,
    transaction: _transaction,
    codeAllowed: _codeAllowed,
    resendAllowed: _resendAllowed,
    pushed: _pushed,
    ...shown
  } = pending;
  return { startedAt, expiresAt, connection, ...shown };
}

function withPush({ context: { requests, connection } }: LoginSnapshot): { readonly push: PushView | null } {
  const [newest] = requests;
  return { push: newest && newest.pending.pushed !== false ? toPush(newest, connection) : null };
}

type Fields<Status> = Omit<Extract<LoginView, { status: Status }>, 'status' | 'can' | 'loginHint' | 'transaction'>;

/** The fields of each status. The keys are state names of the chart: exactly one of the active states is a status. */
const fieldsOf: { readonly [Status in LoginStatus]: (snapshot: LoginSnapshot) => Fields<Status> } = {
  idle: ({ context }) => ({ after: context.idleAfter }),
  pushing: (snapshot) => ({
    ...withPush(snapshot),
    // Whether an approval takes a code is only known once it is open.
    offersCode: snapshot.context.offersCode && !snapshot.context.once,
    offersResend: !snapshot.context.once,
  }),
  polling({ context: { connection, requests, resends, resendError, once } }) {
    // The chart is in this state only while a request is open.
    const [newest] = requests as readonly [LiveRequest];
    return {
      push: toPush(newest, connection),
      resendAt: toResendAt(newest, resends),
      resendError,
      offersResend: !once,
    };
  },
  totpEntry(snapshot) {
    const { verifying, codeAttempts } = snapshot.context;
    const { wrongCodes, attemptsLeft, problem } = codeAttempts;
    return { ...withPush(snapshot), code: { verifying, problem, wrongCodes, attemptsLeft } };
  },
  lockedOut: (snapshot) => ({ ...withPush(snapshot), retryAt: snapshot.context.codeAttempts.retryAt ?? 0 }),
  approved: (snapshot) => ({ finishing: snapshot.matches({ approved: 'finishing' }) }),
  denied: ({ context }) => ({ reported: context.reported }),
  expired: () => ({}),
  timedOut: withPush,
  failed: ({ context: { error, retryAt, lastError } }) => ({
    error: error as CibaError,
    retryAt,
    again: lastError?.code === error?.code,
  }),
};

/** Converts a snapshot of the chart to a view. Only this function exposes the chart to other layers. It is pure: equal snapshots give equal views. */
export function toView(snapshot: LoginSnapshot): LoginView {
  const { context, machine, value } = snapshot;
  const states = getStateNodes(machine.root, value);
  const status = states.map(({ key }) => key).find((key) => key in fieldsOf) as LoginStatus;
  const can = (verb: LoginVerb) => states.some(({ transitions }) => transitions.has(verb)) && isOpen(verb, context);
  return {
    ...fieldsOf[status](snapshot),
    status,
    can: Object.fromEntries(LOGIN_VERBS.map((verb) => [verb, can(verb)])),
    loginHint: context.loginHint,
    ...(context.transaction && { transaction: context.transaction }),
  } as LoginView;
}

/** Returns whether two views are equal, so that nothing needs to render. Errors and other class instances are compared by identity. */
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
