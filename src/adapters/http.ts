import { CibaError } from '../contract/index.js';
import type {
  CallOptions,
  CibaAdapter,
  InitiateRequest,
  PendingApproval,
  TotpRequest,
  TotpResult,
  WatchOptions,
} from '../contract/index.js';
import { readPending, readPollResult, readSession, readTotpResult } from './http-answers.js';
import { sendJson } from './http-request.js';
import type { serverSentEvents } from './http-signals.js';

export { serverSentEvents } from './http-signals.js';

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

/** Seconds before each retry of an initiate. */
const RETRY_PAUSES = [2, 4, 8];
/** A longer `Retry-After` is the user's to wait for. */
const LONGEST_PAUSE = 8;
/** Seconds after the first sending in which a retry may start. The handler repeats its answer for 60; later would ring twice. */
const RETRY_WINDOW = 50;

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
  const { timeout = 15 } = options;
  const basePath = (options.basePath ?? '/api/ciba').replace(/\/+$/, '');
  // Looked up at each call, so that a fetch that is replaced later (tracing, tests) is used.
  const fetchJson: typeof fetch = options.fetch ?? ((...request) => fetch(...request));

  const send = (path: string, body?: Record<string, string | undefined>, signal?: AbortSignal) =>
    sendJson({ url: basePath + path, body, signal }, fetchJson, timeout);

  const watchSignals = options.events?.((signal) =>
    fetchJson(`${basePath}/events`, {
      headers: { 'x-ciba-request': '1' },
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal,
    }),
  );

  return {
    async initiate({ loginHint }: InitiateRequest, { signal, attemptId }) {
      const startedAt = Date.now();
      for (let retry = 0; ; retry++) {
        try {
          return readPending(await send('/initiate', { loginHint, attemptId }, signal));
        } catch (caught) {
          if (signal.aborted || !(caught instanceof CibaError) || !caught.retryable || caught.code === 'offline')
            throw caught;
          const pause = Math.max(RETRY_PAUSES[retry] ?? Infinity, caught.retryAfter ?? 0);
          const elapsed = (Date.now() - startedAt) / 1000;
          if (pause > LONGEST_PAUSE || elapsed + pause > RETRY_WINDOW) throw caught;
          await sleep(pause, signal);
        }
      }
    },

    async poll({ id }, { signal }) {
      return readPollResult<Session>(await send('/poll', { id }, signal));
    },

    ...(watchSignals && {
      watch: ({ interval }: PendingApproval, { signal, onSignal }: WatchOptions) =>
        watchSignals({ onSignal, interval }, signal),
    }),

    async verifyTotp({ loginHint, code, pending }, { signal, attemptId }) {
      return readTotpResult<Session>(await send('/totp', { loginHint, code, id: pending?.id, attemptId }, signal));
    },

    async cancel({ id }, { signal }) {
      await send('/cancel', { id }, signal);
    },

    async session({ signal } = {}) {
      return readSession<Session>(await send('/session', undefined, signal));
    },

    async signOut({ signal } = {}) {
      await send('/logout', {}, signal);
    },
  };
}

function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, seconds * 1000);
    signal.addEventListener('abort', stop, { once: true });
  });
}
