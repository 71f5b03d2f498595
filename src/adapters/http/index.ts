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
import { sendJson } from './request.js';
import type { HttpCall } from './request.js';
import type { serverSentEvents } from './server-sent-events.js';

export { serverSentEvents } from './server-sent-events.js';

export interface HttpAdapterOptions {
  /** Where `createCibaHandler` is mounted: a path of the page's own origin. @default '/api/ciba' */
  readonly basePath?: string;
  /** Sends the requests. @default the global `fetch` */
  readonly fetch?: typeof fetch;
  /** Seconds to wait for one answer. @default 15 */
  readonly timeout?: number;
  /**
   * `serverSentEvents` where the handler says when polling is worth while, because its provider notifies it (`ping: true`
   * there). Polling then falls back to a slow heartbeat. An app that leaves it out does not load it. @default none
   */
  readonly events?: typeof serverSentEvents;
}

export interface SessionCallOptions {
  readonly signal?: AbortSignal;
}

/** What {@link createHttpAdapter} makes: the adapter, and who is signed in. */
export interface HttpAdapter<Session> extends CibaAdapter<Session> {
  verifyTotp(request: TotpRequest, options: CallOptions): Promise<TotpResult<Session>>;
  cancel(pending: PendingApproval, options: CallOptions): Promise<void>;
  /** The session of this browser, or null where nobody is signed in. */
  session(options?: SessionCallOptions): Promise<Session | null>;
  /** Ends the session of this browser. */
  signOut(options?: SessionCallOptions): Promise<void>;
}

/** Seconds. A longer pause before a retry, such as of a `Retry-After`, is the user's to wait for. */
const LONGEST_PAUSE_SECONDS = 8;
/** Milliseconds after the first sending in which a retry may start. The handler repeats its answer for 60 s; later would ring twice. */
const RETRY_WINDOW_MS = 50_000;

/**
 * Signs in through `createCibaHandler` on the app's own server. Tokens and the provider's ids stay there; the browser
 * holds an HttpOnly cookie and an opaque id. An initiate that met a passing fault is sent again by itself after 2, 4 and
 * 8 s as the same attempt, which rings no second time; nothing else is.
 *
 * Its methods throw `CibaError`, and the signal's own reason when they were aborted.
 *
 * @typeParam Session what the handler's `session` says about a signed-in user
 * @example
 * const adapter = createHttpAdapter<{ name: string }>({ basePath: '/api/ciba' });
 */
export function createHttpAdapter<Session = unknown>(options: HttpAdapterOptions = {}): HttpAdapter<Session> {
  const basePath = (options.basePath ?? '/api/ciba').replace(/\/+$/, '');

  const send = (path: string, body?: HttpCall['body'], signal?: AbortSignal) =>
    sendJson({ ...options, url: basePath + path, body, signal });

  return {
    async initiate({ loginHint }: InitiateRequest, { signal, actId }) {
      const lastStart = Date.now() + RETRY_WINDOW_MS;
      for (let pause = 2; ; pause *= 2) {
        try {
          return readPending(await send('/initiate', { loginHint, actId }, signal));
        } catch (caught) {
          if (signal.aborted) throw caught;
          const { code, retryable, retryAfter = 0 } = caught as CibaError;
          const wait = Math.max(pause, retryAfter);
          const late = wait > LONGEST_PAUSE_SECONDS || Date.now() + wait * 1000 > lastStart;
          if (!retryable || code === 'offline' || late) throw caught;
          await sleep(wait, signal);
        }
      }
    },

    async poll({ id }, { signal }) {
      return readPollResult<Session>(await send('/poll', { id }, signal));
    },

    ...(options.events && { watch: options.events(`${basePath}/events`, options.fetch) }),

    async verifyTotp({ loginHint, code, pending }, { signal, actId }) {
      return readTotpResult<Session>(await send('/code', { loginHint, code, id: pending?.id, actId }, signal));
    },

    async cancel({ id }, { signal }) {
      await send('/cancel', { id }, signal);
    },

    async session({ signal } = {}) {
      return readSession<Session>(await send('/session', undefined, signal));
    },

    async signOut({ signal } = {}) {
      await send('/sign-out', {}, signal);
    },
  };
}

/** Ends early when the signal aborts. */
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
