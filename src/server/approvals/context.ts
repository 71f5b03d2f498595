import { CibaError, isCibaError } from '../../contract/index.js';
import type { ApprovalRefusal, InitiateRequest } from '../../contract/index.js';
import { misconfigured } from '../../contract/errors.js';
import { createContext, DEFAULT_LIMITS } from '../context.js';
import type { Context, Outcomes } from '../context.js';
import { expectWebRequest } from '../http/expected-request.js';
import { hash } from '../secrets.js';
import { MAX_USE_SECONDS } from './ask.js';
import type { ApprovalEvent, ApprovalLimits, ApprovalsOptions, Requester } from './types.js';

/** The options with their defaults, and what this process keeps between requests. */
export interface ApprovalContext<Session> extends Context<Session> {
  readonly requester: ApprovalsOptions<Session>['requester'];
  readonly useWithinSeconds: number;
  readonly openPerSubject: { readonly each: number; readonly all: number };
  readonly approvalLimits: Required<ApprovalLimits>;
  readonly auditKey: string | undefined;
  /** Reports an event. `account` is the key of the subject that it is about. */
  readonly report: (event: ApprovalEvent, account?: string) => void;
  /** Aborts when the process shuts down. */
  readonly stopping: AbortController;
  /** The timers of open approvals, which a shutdown clears. */
  readonly endTimers: Set<ReturnType<typeof setTimeout>>;
}

export const DEFAULT_APPROVALS_PATH = '/api/approvals';

/** Above this lifetime, in seconds, a receipt holds no tokens. */
export const TOKEN_SECONDS = 120;

const DEFAULT_APPROVAL_LIMITS: Required<ApprovalLimits> = {
  subject: DEFAULT_LIMITS.user,
  requester: [{ points: 10, duration: 60 }],
};

/** @throws CibaError `misconfigured` for options that cannot work */
export function createApprovalContext<Session, Extra extends InitiateRequest>(
  options: ApprovalsOptions<Session, Extra>,
  outcomes: Outcomes<Session>,
): ApprovalContext<Session> {
  const { adapter, requester, useWithin = TOKEN_SECONDS, openPerSubject, limits } = options;
  const approver = options.approver ?? adapter?.approver?.bind(adapter);
  if (typeof requester !== 'function') {
    throw misconfigured(
      'createApprovals needs `requester`, a function that names who sent a request by your own session, such as `handler.sessionId`.',
    );
  }
  if (!approver) {
    throw misconfigured(
      "createApprovals can't find out who approves: the `adapter` has no `approver`. Use an adapter that has one, or set the option `approver`. AuthSec's admin flow has none, because another user can answer its requests.",
    );
  }
  checkWhole('useWithin', useWithin, MAX_USE_SECONDS);
  const { each = 1, all = 3 } = openPerSubject ?? {};
  checkWhole('openPerSubject.each', each, 100);
  checkWhole('openPerSubject.all', all, 1000);
  const context = naming(() =>
    createContext<Session, InitiateRequest>(
      {
        adapter:
          adapter &&
          new Proxy(adapter, { get: (target, name) => (name === 'approver' ? approver : valueOf(target, name)) }),
        origin: options.origin,
        basePath: options.basePath ?? DEFAULT_APPROVALS_PATH,
        limits: { ...limits } as object,
        // Neither is called: approvals start no login and open no session.
        authRequest: () => null,
        publicSession: () => ({}),
        responseFloor: 0,
        ...pick(options, ['store', 'secrets', 'totp', 'freeDenials', 'displayCode', 'revoke', 'ping', 'auditKey']),
        ...pick(options, ['clientAddress', 'now']),
        ...(options.onEvent && { onEvent: (event) => options.onEvent?.(event as ApprovalEvent) }),
      },
      outcomes,
    ),
  );
  return {
    ...context,
    requester,
    useWithinSeconds: useWithin,
    openPerSubject: { each, all },
    approvalLimits: { ...DEFAULT_APPROVAL_LIMITS, ...limits },
    auditKey: options.auditKey,
    report: context.emit as (event: unknown, account?: string) => void,
    stopping: new AbortController(),
    endTimers: new Set(),
  };
}

function valueOf(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === 'function' ? value.bind(target) : value;
}

function pick<Options extends object, Name extends keyof Options>(options: Options, names: readonly Name[]) {
  const given = names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
  return Object.fromEntries(given) as { [Key in Name]?: NonNullable<Options[Key]> };
}

function checkWhole(name: string, value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  throw misconfigured(`The \`${name}\` of createApprovals is ${value}. Set it to a whole number from 1 to ${most}.`);
}

/** The checks that logins and approvals share speak of the handler. */
function naming<Value>(run: () => Value): Value {
  try {
    return run();
  } catch (caught) {
    if (!isCibaError(caught)) throw caught;
    throw misconfigured(caught.message.replaceAll('createCibaHandler', 'createApprovals'));
  }
}

/** The keys of those who ask, the owner first. */
export type Names = readonly [string, ...string[]];

/**
 * Finds out who asks.
 * @throws CibaError `unauthorized` if no user is signed in
 */
export async function namesOf<Session>(context: ApprovalContext<Session>, requester: Requester): Promise<Names> {
  if (typeof requester !== 'string') expectWebRequest(requester, 'session');
  const given = typeof requester === 'string' ? requester : await context.requester(requester);
  const names = (typeof given === 'string' ? [given] : (given ?? [])).filter(
    (name) => typeof name === 'string' && name !== '',
  );
  const [first, ...others] = names.map((name) => hash('requester', name));
  if (first !== undefined) return [first, ...others];
  throw new CibaError(
    'unauthorized',
    'Nobody is signed in, so there is no one to ask for an approval. Check what `requester` of createApprovals returns.',
  );
}

/** Whether a request may send a push: not one that another site or a prefetch sent. */
export function mayRing(requester: Requester): boolean {
  if (typeof requester === 'string') return true;
  const { headers } = requester;
  const site = headers.get('sec-fetch-site');
  const purpose = headers.get('sec-purpose') ?? headers.get('purpose') ?? '';
  return (site === null || site === 'same-origin') && !purpose.includes('prefetch');
}

const REFUSALS: Record<ApprovalRefusal, string> = {
  used: 'The approval was used already. What it was for may have been done: look at your own records before you ask again.',
  changed:
    'The approval was given for something else: another action, amount, user or text. Build the same ask for both requests.',
  late: 'The time to use this approval is over (`useWithin`). Ask again.',
  undecided: 'The user has not answered yet. Wait for the approval.',
};

/** @param fields those in which the ask of the second request differs from the approved one */
export function refused(reason: ApprovalRefusal, fields: readonly string[] = []): CibaError {
  const differs = fields.length > 0 ? ` They differ in ${fields.map((name) => `\`${name}\``).join(' and ')}.` : '';
  return new CibaError('refused', REFUSALS[reason] + differs, { reason });
}

/** An approval that can't be used, whatever its end was. */
export function refusedWithoutReason(): CibaError {
  return new CibaError(
    'refused',
    'There is no such approval of this requester, or it was denied, canceled or expired.',
  );
}
