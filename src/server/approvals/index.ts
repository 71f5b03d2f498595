import { APPROVAL_HEADER, ASK_FOR_APPROVAL, CibaError } from '../../contract/index.js';
import type { ApprovalAnswer, InitiateRequest } from '../../contract/index.js';
import { reserveMount } from '../check-options.js';
import { answerErrors } from '../http/answer-errors.js';
import { jsonResponse, MAX_ID_CHARACTERS, notFound, refusalResponse, toResponse } from '../http/body-and-response.js';
import { guardStream } from '../http/csrf.js';
import { expectWebRequest, explainPath } from '../http/expected-request.js';
import { createHealthCheck } from '../http/health.js';
import { within } from '../timing.js';
import { ownHandlers } from '../http/own-handlers.js';
import { failedEvent } from '../log/events.js';
import type { FailedEvent } from '../log/events.js';
import { openEventStream } from '../login/event-stream.js';
import { takeNotification } from '../login/notifications.js';
import { isRepeated } from '../login/poll-login.js';
import { checkAsk, differingFields, digestOf } from './ask.js';
import { createApprovalContext, mayRing, namesOf, refused, refusedWithoutReason } from './context.js';
import { cancelApproval, createApproval } from './create.js';
import { createReceipts, readArea, takeForArea, takeReceipt } from './receipts.js';
import { findApproval, reportRefusal, settle } from './record.js';
import type { StoredApproval } from './record.js';
import { approvalErrorResponse, challenge, QUIET_ERRORS } from './responses.js';
import * as routes from './routes.js';
import type { ApprovalAsk, Approvals, ApprovalsOptions, Receipt, Requester } from './types.js';
import { waitForEnd } from './wait.js';

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

  const handlers = new Map<string, (request: Request) => Promise<Response>>([
    [`POST ${basePath}/open`, (request) => routes.open(context, request)],
    [`POST ${basePath}/poll`, (request) => routes.poll(context, request)],
    [`POST ${basePath}/code`, (request) => routes.code(context, request)],
    [`POST ${basePath}/cancel`, (request) => routes.cancel(context, request)],
  ]);
  if (context.ping) {
    handlers.set(`GET ${basePath}/events`, async (request) => {
      guardStream(request);
      return openEventStream(context, request, await namesOf(context, request));
    });
    handlers.set(`POST ${basePath}/ping`, async (request) => {
      await takeNotification(context, request);
      return jsonResponse(204, null);
    });
  }
  const checkHealth = createHealthCheck(context);
  const paths = [...handlers.keys(), `GET ${basePath}/health`];

  async function handle(request: Request): Promise<Response> {
    const pathname = new URL(request.url).pathname.replace(/\/$/, '');
    if (pathname === `${basePath}/health` && (request.method === 'GET' || request.method === 'HEAD')) {
      const response = await checkHealth(stopping.signal.aborted);
      return request.method === 'GET' ? response : new Response(null, response);
    }
    const route = handlers.get(`${request.method} ${pathname}`);
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
          if (QUIET_ERRORS.has(error.code) || isRepeated(error)) return;
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
    return reportRefusal(context, found, async () => {
      if (found.record.digest !== digest) throw refused('changed', differingFields(found.record.ask, checked));
      return { receipt: await takeForArea(context, names, found) };
    });
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
        return reportRefusal(context, approval, async () => {
          if (approval.record.ask.action !== action) throw refused('changed', ['action']);
          return (await takeReceipt(context, approval, by)) as Receipt<Data, Session>;
        });
      });
    },

    async cancel(requester: Requester, id: string) {
      return tracked(async () => cancelApproval(context, await find(requester, id)));
    },

    async stop({ timeout = 30 }: { readonly timeout?: number } = {}) {
      stopping.abort(new CibaError('unavailable', 'This process is stopping. Ask again.', { retryAfter: 1 }));
      freeMount();
      for (const timer of context.endTimers) clearTimeout(timer);
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
