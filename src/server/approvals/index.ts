import { APPROVAL_HEADER, ASK_FOR_APPROVAL, CibaError, toCibaError } from '../../contract/index.js';
import type {
  ApprovalAnswer,
  ApprovalOutcome,
  CibaErrorCode,
  InitiateRequest,
  JsonValue,
} from '../../contract/index.js';
import { reserveMount } from '../check-options.js';
import { checkCounted } from '../code/check-code.js';
import type { Attempt, CodeAnswer } from '../code/check-code.js';
import { createCodeCounter, createLockoutReader } from '../code/code-counter.js';
import { idempotent } from '../coordination/idempotent.js';
import { answerErrors } from '../http/answer-errors.js';
import {
  errorResponse,
  jsonResponse,
  MAX_ID_CHARACTERS,
  notFound,
  readBody,
  readCode,
  refusalResponse,
  toResponse,
} from '../http/body-and-response.js';
import { guardApp, guardStream } from '../http/csrf.js';
import { expectWebRequest, explainPath } from '../http/expected-request.js';
import { createHealthCheck } from '../http/health.js';
import { within } from '../timing.js';
import { ownHandlers } from '../http/own-handlers.js';
import { failedEvent } from '../log/events.js';
import type { FailedEvent } from '../log/events.js';
import { openEventStream } from '../login/event-stream.js';
import { takeNotification } from '../login/notifications.js';
import { isRepeated } from '../login/poll-login.js';
import { hash } from '../secrets.js';
import { readyChannel } from '../store/keys.js';
import { checkAsk, digestOf } from './ask.js';
import { createApprovalContext, mayRing, namesOf, refused, refusedWithoutReason } from './context.js';
import type { ApprovalContext, Names } from './context.js';
import { cancelApproval, createApproval } from './create.js';
import { createReceipts, readArea, takeForArea, takeReceipt } from './receipts.js';
import { findApproval, forApproval, outcomeOf, settle } from './record.js';
import type { StoredApproval } from './record.js';
import type { ApprovalAsk, Approvals, ApprovalsOptions, Receipt, Requester } from './types.js';

export type { ApprovalAnswer, ApprovalOutcome, ApprovalRefusal } from '../../contract/index.js';
export type {
  ApprovalAsk,
  ApprovalEvent,
  ApprovalLabel,
  ApprovalLimits,
  Approvals,
  ApprovalsOptions,
  Receipt,
  Requester,
} from './types.js';

/** Milliseconds before `wait` looks again, after a fault, and at least. */
const FAULT_PAUSE_MS = 2000;
const LEAST_PAUSE_MS = 250;

/** What `run` may do. */
type Decision<Session> = { readonly receipt: Receipt<unknown, Session> } | { readonly approval: string | null };

/**
 * Creates the approvals of an app: a user approves one thing on the phone, and your route gets a receipt for exactly that
 * thing, once. It shares the adapters and the store of `createCibaHandler`, sets no cookie, and opens no session.
 *
 * @throws CibaError `misconfigured` for invalid options
 * @example
 * import { createCibaHandler } from 'react-ciba/server';
 * import type { CibaAdapter } from 'react-ciba';
 *
 * declare const adapter: CibaAdapter<{ sub: string }>;
 * declare const handler: ReturnType<typeof createCibaHandler>;
 * const approvals = createApprovals({
 *   adapter,
 *   origin: 'https://shop.example.com',
 *   requester: handler.sessionId,
 *   approver: ({ sub }) => ({ subject: sub }),
 * });
 * // const response = await approvals.protect(request, ask, async ({ data }) => pay(data));
 */
export function createApprovals<Session, Extra extends InitiateRequest = InitiateRequest>(
  options: ApprovalsOptions<Session, Extra>,
): Approvals<Session, Extra> {
  const context = createApprovalContext(options, createReceipts<Session>());
  const { basePath, origin, stopping } = context;
  const freeMount = reserveMount(origin + basePath, options.store === undefined);
  const pendingRequests = new Set<Promise<unknown>>();

  const routes = new Map<string, (request: Request) => Promise<Response>>([
    [`POST ${basePath}/open`, (request) => openRoute(context, request)],
    [`POST ${basePath}/poll`, (request) => pollRoute(context, request)],
    [`POST ${basePath}/code`, (request) => codeRoute(context, request)],
    [`POST ${basePath}/cancel`, (request) => cancelRoute(context, request)],
  ]);
  if (context.ping) {
    routes.set(`GET ${basePath}/events`, async (request) => {
      guardStream(request);
      return openEventStream(context, request, await namesOf(context, request));
    });
    routes.set(`POST ${basePath}/ping`, async (request) => {
      await takeNotification(context, request);
      return jsonResponse(204, null);
    });
  }
  const checkHealth = createHealthCheck(context);
  const paths = [...routes.keys(), `GET ${basePath}/health`];

  async function handle(request: Request): Promise<Response> {
    const pathname = new URL(request.url).pathname.replace(/\/$/, '');
    if (pathname === `${basePath}/health` && (request.method === 'GET' || request.method === 'HEAD')) {
      const response = await checkHealth(stopping.signal.aborted);
      return request.method === 'GET' ? response : new Response(null, response);
    }
    const route = routes.get(`${request.method} ${pathname}`);
    if (!route) {
      context.emit({ type: 'refused', reason: 'path', message: explainPath(pathname, basePath, paths) });
      return refusalResponse(notFound());
    }
    return answering(pathname.slice(basePath.length + 1) as FailedEvent['during'], () => {
      throwIfStopped();
      return route(request);
    });
  }

  /** Turns what is thrown into a response. */
  async function answering(during: FailedEvent['during'], run: () => Promise<Response>): Promise<Response> {
    const answer = await answerErrors(
      run,
      {
        refused: ({ reason, message }) => context.emit({ type: 'refused', reason, message }),
        failed(error, reference) {
          // Who isn't signed in, who was limited and whose approval can't be used has an event already, or is no fault.
          if (QUIET.has(error.code) || isRepeated(error)) return;
          context.emit({ ...failedEvent(during, error), reference });
        },
      },
      approvalErrorResponse,
    );
    return toResponse(answer);
  }

  function throwIfStopped(): void {
    if (stopping.signal.aborted) {
      throw new CibaError('unavailable', 'This process is stopping. Ask again.', { retryAfter: 1 });
    }
  }

  async function tracked<Value>(run: () => Promise<Value>): Promise<Value> {
    const pending = run();
    pendingRequests.add(pending);
    try {
      return await pending;
    } finally {
      pendingRequests.delete(pending);
    }
  }

  async function find(requester: Requester, id: string): Promise<StoredApproval> {
    throwIfStopped();
    const approval = await findApproval(context, await namesOf(context, requester), String(id));
    if (approval) return approval;
    throw new CibaError('notFound', 'There is no such approval of this requester, or it was forgotten.');
  }

  async function decide(
    requester: Requester,
    ask: unknown,
    approval: string | null | undefined,
  ): Promise<Decision<Session>> {
    throwIfStopped();
    const names = await namesOf(context, requester);
    const checked = checkAsk(ask);
    const digest = digestOf(checked);
    if (approval === undefined || approval === null || approval === ASK_FOR_APPROVAL) {
      const open = await readArea(context, names, checked, digest);
      if (open) return { receipt: open };
      if (approval !== ASK_FOR_APPROVAL || !mayRing(requester)) return { approval: null };
      const byUser = typeof requester !== 'string';
      return { approval: (await createApproval(context, { names, ask: checked, key: undefined, byUser })).id };
    }
    const isId = typeof approval === 'string' && approval.length <= MAX_ID_CHARACTERS;
    const found = isId ? await findApproval(context, names, approval) : null;
    if (!found) throw refusedWithoutReason();
    if (found.record.digest !== digest) throw refused('changed');
    return { receipt: await takeForArea(context, names, found) };
  }

  const approvals = {
    async run<Data, Value>(
      requester: Requester,
      ask: ApprovalAsk<Data, Extra>,
      approval: string | null | undefined,
      run: (receipt: Receipt<Data, Session>) => Value | Promise<Value>,
    ): Promise<ApprovalAnswer<Value>> {
      return tracked(async () => {
        const decision = await decide(requester, ask, approval);
        if ('approval' in decision) return decision;
        return { value: await run(decision.receipt as Receipt<Data, Session>) };
      });
    },

    async protect<Data>(
      request: Request,
      ask: ApprovalAsk<Data, Extra>,
      run: (receipt: Receipt<Data, Session>) => Response | Promise<Response>,
    ): Promise<Response> {
      return tracked(async () => {
        let receipt: Receipt<unknown, Session> | undefined;
        const response = await answering('request', async () => {
          const decision = await decide(request, ask, request.headers.get(APPROVAL_HEADER));
          if ('approval' in decision) return challenge(decision.approval, ask.acrValues);
          ({ receipt } = decision);
          return jsonResponse(204, null);
        });
        // It is called outside of the above, so that its errors reach the framework.
        return receipt ? run(receipt as Receipt<Data, Session>) : response;
      });
    },

    async isOpen(requester: Requester, ask: ApprovalAsk<unknown, Extra>): Promise<boolean> {
      const names = await namesOf(context, requester);
      const checked = checkAsk(ask);
      return (await readArea(context, names, checked, digestOf(checked))) !== null;
    },

    async create(requester: Requester, ask: ApprovalAsk<unknown, Extra>, { key }: { readonly key?: string } = {}) {
      return tracked(async () => {
        throwIfStopped();
        const names = await namesOf(context, requester);
        const byUser = typeof requester !== 'string';
        return createApproval(context, { names, ask: checkAsk(ask), key, byUser });
      });
    },

    async status(requester: Requester, id: string) {
      return tracked(async () => settle(context, await find(requester, id)));
    },

    async wait(requester: Requester, id: string, { signal }: { readonly signal?: AbortSignal } = {}) {
      return waitForEnd(context, () => find(requester, id), signal);
    },

    async consume<Data = unknown>(
      requester: Requester,
      id: string,
      action: string,
      { by }: { readonly by?: string } = {},
    ): Promise<Receipt<Data, Session>> {
      return tracked(async () => {
        const approval = await find(requester, id);
        if (approval.record.ask.action !== action) throw refused('changed');
        return (await takeReceipt(context, approval, by)) as Receipt<Data, Session>;
      });
    },

    async cancel(requester: Requester, id: string) {
      return tracked(async () => cancelApproval(context, await find(requester, id)));
    },

    async stop({ timeout = 30 }: { readonly timeout?: number } = {}) {
      stopping.abort(new CibaError('unavailable', 'This process is stopping. Ask again.', { retryAfter: 1 }));
      freeMount();
      for (const streams of context.streams.values()) for (const close of streams) close();
      await within(timeout, Promise.allSettled(pendingRequests));
      await within(timeout, Promise.allSettled(context.background));
    },
  };

  async function answer(request: Request): Promise<Response> {
    expectWebRequest(request, 'handler');
    return tracked(() => handle(request));
  }

  ownHandlers.set(answer, null);
  return Object.assign(answer, approvals);
}

/** Errors that an event or the app's own code tells of already. */
const QUIET: ReadonlySet<CibaErrorCode> = new Set(['refused', 'rateLimited', 'unauthorized', 'notFound']);

/** The status of an error, and why an approval can't be used. An app knows its users, so nothing is hidden here. */
function approvalErrorResponse(error: CibaError, reference: string): Response {
  const { code, reason } = error;
  if (code === 'noDevice') return jsonResponse(403, { error: 'noDevice', reference });
  if (code === 'unknownUser') return jsonResponse(403, { error: 'refused', reference });
  if (code === 'refused') return jsonResponse(403, { error: 'refused', ...(reason !== undefined && { reason }) });
  // There is nothing to look up about an error without an event.
  return errorResponse(error, QUIET.has(code) ? undefined : reference);
}

/** The user has to approve first (RFC 9470 §3). */
function challenge(approval: string | null, acrValues: string | undefined): Response {
  const response = jsonResponse(401, { error: 'insufficient_user_authentication', approval });
  const level = acrValues === undefined ? '' : `, acr_values="${acrValues.replace(/[^\w:./ -]/g, '')}"`;
  response.headers.set('www-authenticate', `Bearer error="insufficient_user_authentication"${level}`);
  return response;
}

/** Finds the approval that a page's request is about. Every ID that isn't one of its own gets the same answer. */
async function findOwn<Session>(context: ApprovalContext<Session>, request: Request) {
  guardApp(request, context.origin);
  const body = await readBody(request);
  const names: Names = await namesOf(context, request);
  return { body, names, approval: await findApproval(context, names, body.text('id', MAX_ID_CHARACTERS)) };
}

async function openRoute<Session>(context: ApprovalContext<Session>, request: Request): Promise<Response> {
  const { approval } = await findOwn(context, request);
  if (!approval) throw notFound();
  const { record, login } = approval;
  const { pending, ask, expiresAt, pushed } = record;
  const { displayCode, displayCodeUse, displayCodeUrl, deliveredTo } = pending;
  // After an end, the first poll tells which one.
  const interval = login.ending === null ? login.schedule.interval : 1;
  return jsonResponse(200, {
    id: record.id,
    expiresIn: Math.max(1, Math.ceil((expiresAt - context.now()) / 1000)),
    interval,
    ...(displayCode !== undefined && { displayCode }),
    ...(displayCodeUse !== undefined && { displayCodeUse }),
    ...(displayCodeUrl !== undefined && { displayCodeUrl }),
    ...(deliveredTo !== undefined && { deliveredTo }),
    transaction: ask.transaction as unknown as JsonValue,
    ...(!pushed && { pushed }),
    resumable: true,
    codeAllowed: ask.codeAllowed ?? false,
    resendAllowed: false,
  });
}

async function pollRoute<Session>(context: ApprovalContext<Session>, request: Request): Promise<Response> {
  const { approval } = await findOwn(context, request);
  if (!approval) throw notFound();
  const status = await settle(context, approval);
  if (status === 'approved') return approvedResponse(approval);
  if (status !== 'failed') return jsonResponse(200, { status });
  const { login } = (await findApproval(context, [approval.record.browser], approval.record.id)) ?? approval;
  const { ending } = login;
  const code = ending !== null && ending !== 'over' && ending.status === 'failed' ? ending.code : 'refused';
  throw new CibaError(code, 'The approval failed. This repeats the error that ended it.');
}

function approvedResponse({ record }: StoredApproval): Response {
  return jsonResponse(200, { status: 'approved', session: { id: record.id } });
}

async function cancelRoute<Session>(context: ApprovalContext<Session>, request: Request): Promise<Response> {
  const { approval } = await findOwn(context, request);
  if (approval) await cancelApproval(context, approval);
  return jsonResponse(204, null);
}

async function codeRoute<Session>(context: ApprovalContext<Session>, request: Request): Promise<Response> {
  const { body, approval } = await findOwn(context, request);
  if (!approval) throw notFound();
  const code = readCode(body);
  const actId = body.text('actId', MAX_ID_CHARACTERS);
  const { record, login } = approval;
  if (!record.ask.codeAllowed) throw new CibaError('refused', "This ask doesn't take a code (`codeAllowed`).");
  if (login.ending !== null) {
    if ((await outcomeOf(context, record, login.ending)) === 'approved') return approvedResponse(approval);
    throw refusedWithoutReason();
  }
  const { ask, account } = record;
  const bound = forApproval(context, record);
  const answer = await idempotent<Session, CodeAnswer>(context, hash('code', record.key, actId, code), (keep) => {
    const attempt: Attempt = {
      ...{ request, loginHint: ask.loginHint, code, actId, id: record.id, login, admitted: Promise.resolve() },
      // One count for a subject, however many sessions ask. Strangers at the login have other counts.
      ...{ user: account, account, owner: account, named: true, known: true, browser: hash('approvals') },
      ...{ ask, nobody: false, since: context.now() },
    };
    return checkCounted(bound, attempt, createCodeCounter(bound, attempt, createLockoutReader(bound)), keep);
  });
  if (answer.status === 'approved') return approvedResponse(approval);
  return jsonResponse(200, answer);
}

/** Waits until an approval ends. The channel of its requester wakes it early. */
async function waitForEnd<Session>(
  context: ApprovalContext<Session>,
  find: () => Promise<StoredApproval>,
  signal: AbortSignal | undefined,
): Promise<ApprovalOutcome> {
  const ended = signal ? AbortSignal.any([signal, context.stopping.signal]) : context.stopping.signal;
  let wake = () => undefined as void;
  // A message can come while this looks, and must not be lost.
  let woken = false;
  let unsubscribe: (() => void) | null = null;
  try {
    for (;;) {
      ended.throwIfAborted();
      woken = false;
      let pauseMs = FAULT_PAUSE_MS;
      try {
        const approval = await find();
        const { record, login } = approval;
        if (!unsubscribe) {
          unsubscribe = await context.store.subscribe(readyChannel(record.browser), () => {
            woken = true;
            wake();
          });
          // It may have ended before anyone listened.
          continue;
        }
        const status = await settle(context, approval);
        if (status !== 'pending') return status;
        const { nextPollAt, interval } = login.schedule;
        const untilPollMs = nextPollAt - context.now();
        const untilEndMs = record.expiresAt - context.now();
        pauseMs = Math.max(
          LEAST_PAUSE_MS,
          Math.min(untilPollMs > 0 ? untilPollMs : interval * 1000, Math.max(untilEndMs, 0)),
        );
      } catch (caught) {
        ended.throwIfAborted();
        if (!toCibaError(caught).retryable) throw caught;
      }
      if (woken) continue;
      await new Promise<void>((resolve, reject) => {
        const finish = () => {
          clearTimeout(timer);
          ended.removeEventListener('abort', abort);
        };
        const abort = () => {
          finish();
          reject(ended.reason as Error);
        };
        const timer = setTimeout(() => wake(), pauseMs);
        wake = () => {
          finish();
          resolve();
        };
        ended.addEventListener('abort', abort, { once: true });
      });
    }
  } finally {
    unsubscribe?.();
  }
}
