/** Whether trying the same again can help: faults that pass by themselves, through which the engine goes on polling. */
const RETRYABLE = {
  offline: true,
  network: true,
  timeout: true,
  rateLimited: true,
  unavailable: true,
  badResponse: true,
  unauthorized: false,
  forbidden: false,
  notFound: false,
  misconfigured: false,
  refused: false,
  inReview: false,
  sessionRefused: false,
  unknownUser: false,
  noDevice: false,
  unknown: false,
};

export type CibaErrorCode = keyof typeof RETRYABLE;

/** Every way in which a login can go wrong that is not an answer of the user. The list is closed. */
export const CIBA_ERROR_CODES = Object.keys(RETRYABLE) as readonly CibaErrorCode[];

export interface CibaErrorOptions {
  /** Whether trying the same again can help. @default true for offline, network, timeout, rateLimited, unavailable and badResponse */
  retryable?: boolean;
  /** Seconds to wait before trying again. */
  retryAfter?: number;
  /** What was caught. It stays on the error for logs and is never shown. */
  cause?: unknown;
}

/**
 * The only error that adapters, hooks and the handler throw. The message is for developers: it says what happened,
 * why, and what to do, and holds no session, code or request id. Users read the `messages` entry of its `code`.
 *
 * @example
 * throw new CibaError('rateLimited', 'The provider allows no further request for now.', { retryAfter: 30 });
 */
export class CibaError extends Error {
  override readonly name = 'CibaError';
  readonly code: CibaErrorCode;
  readonly retryable: boolean;
  /** Seconds. */
  declare readonly retryAfter?: number;

  constructor(code: CibaErrorCode, message: string, options: CibaErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? RETRYABLE[code];
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter;
    if (process.env.NODE_ENV !== 'production') {
      // In the stack, which consoles print, and not in the message, which logs and tests go by.
      const page = `${message}\n    Read on: node_modules/react-ciba/docs/errors/${code}.md`;
      this.stack = (this.stack ?? '').replace(message, () => page);
    }
  }
}

/**
 * Whether a value is a {@link CibaError}, also one made by another copy of this package (where `instanceof` fails).
 */
export function isCibaError(value: unknown): value is CibaError {
  return value instanceof Error && value.name === 'CibaError' && Object.hasOwn(RETRYABLE, (value as CibaError).code);
}

/** Wraps whatever was caught, once: a {@link CibaError} passes unchanged, an abort by the kit itself is the caller's to filter. */
export function toCibaError(caught: unknown): CibaError {
  if (isCibaError(caught)) return caught;
  return new CibaError('unknown', 'The adapter threw no CibaError; `cause` has what it threw.', {
    cause: caught,
  });
}
