import { changeError } from '../contract/change-error.js';
import { readConnectionFault } from '../contract/connection-fault.js';
import { misconfigured } from '../contract/errors.js';
import { CibaError, toCibaError } from '../contract/index.js';
import type {
  CallOptions,
  CibaAdapter,
  JsonValue,
  PendingApproval,
  PollResult,
  TotpResult,
} from '../contract/index.js';
import {
  DEFAULT_INTERVAL_SECONDS,
  MAX_REQUEST_ID_CHARACTERS,
  PENDING,
  POLL_RESULTS,
  TOTP_RESULTS,
  validateFields,
  validateLink,
  validateResult,
  validateSeconds,
  validateText,
} from '../contract/validate.js';
import type { TotpVerifier } from './code/totp-verifier.js';
import { failedEvent } from './log/events.js';
import type { CibaServerEvent } from './log/events.js';

// Apps write their own adapters and verifiers, and providers can return anything. Every answer is validated once in
// this file, so that all other code can rely on it.

/** The longest interval between two polls that a backend can ask for, in seconds. A longer one would hide the answer. */
export const MAX_INTERVAL_SECONDS = 60;

/** The longest pause that a backend can ask for before one poll, in seconds. */
export const MAX_BACKEND_PAUSE_SECONDS = 300;

/** The longest lifetime of a request, in seconds. A request holds slots that other browsers wait for. */
export const MAX_LIFE_SECONDS = 3600;

/** The lifetime of a request whose backend doesn't name one, in seconds. */
const DEFAULT_LIFE_SECONDS = 120;

/** Longest text and longest address for the screen, in characters. */
const MAX_SHOWN_CHARACTERS = 200;
const MAX_LINK_CHARACTERS = 2000;

/** Largest `serverState` and largest session, as JSON text, in characters. */
const MAX_STATE_CHARACTERS = 16_384;
const MAX_SESSION_CHARACTERS = 262_144;

type Emit = (event: CibaServerEvent) => void;
type Warning = Extract<CibaServerEvent, { type: 'warning' }>;

const upTo = (longest: number) => (value: unknown) => {
  const seconds = validateSeconds(value);
  return seconds === undefined || seconds === 0 ? undefined : Math.min(seconds, longest);
};

const shortText =
  (longest: number, validate: (value: unknown) => string | undefined = validateText) =>
  (value: unknown) => {
    const text = validate(value);
    return text !== undefined && text.length <= longest ? text : undefined;
  };

const BOUNDED_PENDING = {
  ...PENDING,
  id: shortText(MAX_REQUEST_ID_CHARACTERS),
  expiresIn: upTo(MAX_LIFE_SECONDS),
  interval: upTo(MAX_INTERVAL_SECONDS),
  displayCode: shortText(MAX_SHOWN_CHARACTERS),
  displayCodeUrl: shortText(MAX_LINK_CHARACTERS, validateLink),
  bindingMessage: shortText(MAX_SHOWN_CHARACTERS),
  deliveredTo: shortText(MAX_SHOWN_CHARACTERS),
};

const BOUNDED_POLL_RESULTS = {
  ...POLL_RESULTS,
  pending: {
    interval: upTo(MAX_INTERVAL_SECONDS),
    retryAfter: (value: unknown) => boundedWait(value),
  },
};

const ALL_TOTP_RESULTS = {
  ...TOTP_RESULTS,
  approved: { ...TOTP_RESULTS.approved, account: validateText, acr: validateText },
};

/** A wait of 0 seconds or more, up to the longest pause. */
function boundedWait(value: unknown): number | undefined {
  const seconds = validateSeconds(value);
  return seconds === undefined ? undefined : Math.min(seconds, MAX_BACKEND_PAUSE_SECONDS);
}

/** The JSON text of a value, or `null` if it can't be written as JSON, is too large, or has too long a text in it. */
function jsonOf(value: unknown, longest: number, longestText = longest): string | null {
  try {
    const text = JSON.stringify(value, (_, part: unknown) => {
      if (typeof part === 'string' && part.length > longestText) throw new RangeError('too long');
      return part;
    }) as string | undefined;
    return text !== undefined && text.length <= longest ? text : null;
  } catch {
    return null;
  }
}

/** Emits one warning for each field that was changed or left out. The event names the field, never its value. */
function warner(emit: Emit, during: Warning['during'], method: string) {
  return (field: string, valid: unknown, given: unknown): void => {
    if (given === undefined) return;
    const what =
      valid === undefined ? 'invalid, so it was ignored' : `out of bounds, so ${JSON.stringify(valid)} was used`;
    emit({
      type: 'warning',
      during,
      message: `The \`${field}\` that ${method} resolved to was ${what}. Check the adapter and the provider.`,
    });
  };
}

type Warn = ReturnType<typeof warner>;

/** Passes on what was given: an optional field that is absent isn't a mistake. */
const against = (warn: Warn, answer: unknown) => (field: string, valid: unknown) =>
  warn(field, valid, (Object(answer) as Record<string, unknown>)[field]);

/** @throws CibaError `misconfigured` for an answer that can't be polled */
function readPending(answer: unknown, warn: Warn): PendingApproval {
  const { id, ...fields } = validateFields(answer, BOUNDED_PENDING, against(warn, answer));
  if (id === undefined) {
    throw misconfigured(
      `The adapter's initiate() resolved to no \`id\`: expected a string of 1 to ${MAX_REQUEST_ID_CHARACTERS} characters. The request can't be polled. Fix the adapter; \`describeAdapter()\` tests for this.`,
    );
  }
  const { serverState } = answer as { readonly serverState?: JsonValue };
  if (serverState !== undefined && jsonOf(serverState, MAX_STATE_CHARACTERS, MAX_REQUEST_ID_CHARACTERS) === null) {
    throw misconfigured(
      `The \`serverState\` that the adapter's initiate() resolved to can't be stored: it must be JSON of at most ${MAX_STATE_CHARACTERS} characters, with no text of more than ${MAX_REQUEST_ID_CHARACTERS}. The request can't be polled.`,
    );
  }
  return {
    expiresIn: DEFAULT_LIFE_SECONDS,
    interval: DEFAULT_INTERVAL_SECONDS,
    resumable: false,
    ...fields,
    id,
    ...(serverState !== undefined && { serverState }),
  };
}

/** Whether a session can be stored. */
export function isStorable(session: unknown): boolean {
  return jsonOf(session, MAX_SESSION_CHARACTERS) !== null;
}

/** An error of the network with its reason, which adapters that also run in browsers leave to this server. */
function withReason(error: CibaError): CibaError {
  if (error.code !== 'network') return error;
  const { message, cause } = error;
  const { code: reason = 'no code', advice } = readConnectionFault(cause, 'the backend');
  if (advice === undefined || message.includes(reason) || message.includes(advice)) return error;
  return changeError(error, { message: `${message} ${advice} (${reason})` });
}

/** An error of the backend, with a `retryAfter` that can be waited for. */
function readError(caught: unknown, signal: AbortSignal): CibaError {
  if (signal.aborted && caught === signal.reason) {
    return new CibaError('timeout', 'The backend did not answer in time.', { cause: caught });
  }
  const error = withReason(toCibaError(caught));
  const retryAfter = boundedWait(error.retryAfter);
  return retryAfter === error.retryAfter ? error : changeError(error, { retryAfter });
}

/** Milliseconds for which an adapter may finish after its signal aborted. */
const SETTLE_GRACE_MS = 5000;

/**
 * Rejects a while after the signal aborts. An adapter that never settles would otherwise keep its lease for ever, and no
 * process could continue the login.
 */
function tooLate(signal: AbortSignal): { readonly promise: Promise<never>; readonly stop: () => void } {
  let stop = () => {};
  const promise = new Promise<never>((_, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = () => {
      timer = setTimeout(() => reject(signal.reason), SETTLE_GRACE_MS);
    };
    signal.addEventListener('abort', wait, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wait);
    };
  });
  return { promise, stop };
}

async function call<Answer>(
  { signal }: CallOptions,
  send: () => Promise<Answer>,
  onLate?: (answer: Answer) => void,
): Promise<Answer> {
  const late = tooLate(signal);
  let isLate = false;
  try {
    const answer = send();
    if (onLate) {
      void answer.then(
        (value) => isLate && onLate(value),
        () => undefined,
      );
    }
    return await Promise.race([answer, late.promise]);
  } catch (caught) {
    isLate = true;
    throw readError(caught, signal);
  } finally {
    late.stop();
  }
}

/**
 * Wraps an adapter so that its answers are valid and within bounds. Each mistake is an event, and if possible the login
 * continues.
 */
export function guardAdapter<Session>(
  adapter: CibaAdapter<Session>,
  emit: Emit,
  revoke?: (session: Session) => Promise<void>,
): CibaAdapter<Session> {
  const { verifyTotp } = adapter;
  /** An approval that comes after its browser has stopped waiting is given back. */
  const giveBack = (answer: PollResult<Session> | TotpResult<Session>) => {
    if (answer.status !== 'approved' || !revoke) return;
    void revoke(answer.session).then(
      () => emit({ type: 'revoked' }),
      (caught: unknown) => emit(failedEvent('revoke', caught)),
    );
  };
  const guarded: Partial<CibaAdapter<Session>> = {
    initiate: (request, options) =>
      call(options, async () =>
        readPending(await adapter.initiate(request, options), warner(emit, 'initiate', "the adapter's initiate()")),
      ),
    poll: (pending, options) =>
      call(options, async () => readPollResult<Session>(await adapter.poll(pending, options), emit), giveBack),
    ...(verifyTotp && {
      verifyTotp: (request, options) =>
        call(
          options,
          async () =>
            readTotpResult<Session>(
              await verifyTotp.call(adapter, request, options),
              emit,
              "the adapter's verifyTotp()",
            ),
          giveBack,
        ),
    }),
  };
  return new Proxy(adapter, {
    get(_, name) {
      if (Object.hasOwn(guarded, name)) return Reflect.get(guarded, name) as unknown;
      const value: unknown = Reflect.get(adapter, name);
      return typeof value === 'function' ? (value.bind(adapter) as unknown) : value;
    },
  });
}

/** The same for the app's own verifier. */
export function guardVerifier<Session>(
  verifier: TotpVerifier<Session> | undefined,
  emit: Emit,
): TotpVerifier<Session> | undefined {
  if (!verifier) return undefined;
  return async (request, tools) => readTotpResult<Session>(await verifier(request, tools), emit, '`totp`');
}

/** @throws CibaError `badResponse`, so that the login stays open */
function readPollResult<Session>(answer: unknown, emit: Emit): PollResult<Session> {
  const warn = against(warner(emit, 'poll', "the adapter's poll()"), answer);
  const result = validateResult<PollResult<Session>>(answer, BOUNDED_POLL_RESULTS, warn);
  if (!result) throw new CibaError('badResponse', "The adapter's poll() did not resolve to a PollResult.");
  return result;
}

/** @throws CibaError `misconfigured`, so that it costs no attempt */
function readTotpResult<Session>(answer: unknown, emit: Emit, name: string): TotpResult<Session> {
  const warn = against(warner(emit, 'code', name), answer);
  const result = validateResult<TotpResult<Session>>(answer, ALL_TOTP_RESULTS, warn);
  if (!result)
    throw misconfigured(
      `${name} resolved to something other than a TotpResult, so no code can be checked. Return one of its statuses.`,
    );
  return result;
}
