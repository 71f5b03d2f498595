import type {
  CallOptions,
  CibaAdapter,
  CibaError,
  InitiateRequest,
  PendingApproval,
  TotpRequest,
  TotpResult,
} from '../../contract/index.js';
import { readPending, readPollResult, readSession, readTotpResult } from './answers.js';
import { validateSession } from './session-schema.js';
import type { SessionSchema } from './session-schema.js';
import { connect } from './request.js';
import type { HttpOptions } from './request.js';
import type { serverSentEvents } from './server-sent-events.js';

export { createHttpApprovalAdapter } from './approvals.js';
export type { ApprovedApproval } from '../../contract/approvals.js';
export type { ApprovalAdapter, HttpApprovalAdapterOptions } from './approvals.js';
export { createHttpInboxAdapter } from './inbox.js';
export type { HttpInboxAdapterOptions } from './inbox.js';
export type { HttpOptions } from './request.js';
export type { SessionSchema } from './session-schema.js';
export { serverSentEvents } from './server-sent-events.js';

export interface HttpAdapterOptions<Session = unknown> extends HttpOptions {
  /** Where `createCibaHandler` is mounted: a path of the page's own origin. @default '/api/ciba' */
  readonly basePath?: string;
  /**
   * Validates what the handler's `publicSession` returned, and is the type of the session: a schema of Zod, Valibot, ArkType
   * or another library of Standard Schema 1 (https://standardschema.dev). A session that doesn't match is a `badResponse`.
   * @default none: any session is accepted
   */
  readonly session?: SessionSchema<Session>;
  /**
   * Set it to `serverSentEvents` if the handler has `ping: true`, so that the browser polls when the provider has notified
   * the handler. Polling then slows down to a heartbeat. Apps that don't set it don't bundle it. @default none
   */
  readonly events?: typeof serverSentEvents;
}

export interface SessionCallOptions {
  readonly signal?: AbortSignal;
}

export interface SessionReadOptions extends SessionCallOptions {
  /** Whether the page only looks if the session still exists. It then stays as idle as it is. @default false */
  readonly background?: boolean;
}

/** The adapter that {@link createHttpAdapter} returns, which also knows the session. */
export interface HttpAdapter<Session> extends CibaAdapter<Session> {
  verifyTotp(request: TotpRequest, options: CallOptions): Promise<TotpResult<Session>>;
  cancel(pending: PendingApproval, options: CallOptions): Promise<void>;
  report(pending: PendingApproval, options: CallOptions): Promise<void>;
  /** Returns this browser's session, or null if no user is signed in. */
  session(options?: SessionReadOptions): Promise<Session | null>;
  /** Ends the session of this browser. */
  signOut(options?: SessionCallOptions): Promise<void>;
  /** The path of the handler, which tells tabs apart that use another one. */
  readonly channel: string;
}

/** The longest wait before an automatic retry. If the server asks for more, with a `Retry-After`, the user retries. */
const MAX_RETRY_WAIT_SECONDS = 8;
/** Time after the first attempt in which a retry may start. The handler repeats its response for 60 s; later, a second push would be sent. */
const RETRY_WINDOW_MS = 50_000;

/**
 * Creates an adapter for `createCibaHandler` on your own server. Tokens and the provider's IDs stay there; the browser only
 * holds an HttpOnly cookie and an opaque ID. After a transient error, `initiate` retries after 2, 4 and 8 s as the same act,
 * which sends no second push. Nothing else is retried.
 *
 * Its methods throw `CibaError`, or the signal's own reason when they were aborted.
 *
 * @typeParam Session what the handler's `publicSession` returns for a signed-in user; by default, what `session` validates
 * @example
 * const adapter = createHttpAdapter<{ name: string }>({ basePath: '/api/ciba' });
 */
export function createHttpAdapter<Session = unknown>(options: HttpAdapterOptions<Session> = {}): HttpAdapter<Session> {
  const { basePath, send } = connect(options, '/api/ciba');

  const validate = async (session: Session) => (options.session ? validateSession(session, options.session) : session);

  /** The same result, its session validated. */
  async function withSession<Result extends { readonly status: string }>(result: Result): Promise<Result> {
    if (!('session' in result)) return result;
    return { ...result, session: await validate(result.session as Session) };
  }

  return {
    async initiate({ loginHint }: InitiateRequest, { signal, actId }) {
      // Unlike the device's clock, this one can't be set.
      const lastStart = performance.now() + RETRY_WINDOW_MS;
      for (let pauseSeconds = 2; ; pauseSeconds *= 2) {
        try {
          return readPending(await send('initiate', { loginHint, actId }, { signal }));
        } catch (caught) {
          if (signal.aborted) throw caught;
          const { code, retryable, retryAfter = 0 } = caught as CibaError;
          const waitSeconds = Math.max(pauseSeconds, retryAfter);
          const late = waitSeconds > MAX_RETRY_WAIT_SECONDS || performance.now() + waitSeconds * 1000 > lastStart;
          if (!retryable || code === 'offline' || late) throw caught;
          await sleep(waitSeconds, signal);
        }
      }
    },

    async poll({ id }, { signal }) {
      return withSession(readPollResult<Session>(await send('poll', { id }, { signal })));
    },

    ...(options.events && { watch: options.events(`${basePath}/events`, options.fetch) }),

    async verifyTotp({ loginHint, code, pending }, { signal, actId }) {
      return withSession(
        readTotpResult<Session>(await send('code', { loginHint, code, id: pending?.id, actId }, { signal })),
      );
    },

    async cancel({ id }, { signal }) {
      await send('cancel', { id }, { signal });
    },

    async report({ id }, { signal }) {
      await send('report', { id }, { signal });
    },

    async session({ signal, background } = {}) {
      const headers = background ? { 'x-ciba-background': '1' } : undefined;
      const session = readSession<Session>(await send('session', undefined, { signal, headers }));
      return session === null ? null : validate(session);
    },

    async signOut({ signal } = {}) {
      await send('sign-out', {}, { signal });
    },

    channel: basePath,
  };
}

/** Resolves early if the signal is aborted. */
function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, seconds * 1000);
    signal.addEventListener('abort', end);
  });
}
