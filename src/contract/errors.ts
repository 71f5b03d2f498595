/** Faults that pass by themselves: trying the same again can help, and the engine goes on polling through them. */
const PASSING = ['offline', 'network', 'timeout', 'rateLimited', 'unavailable', 'badResponse'] as const;

/** Every way in which a login can go wrong that is not an answer of the user. The list is closed. */
export const CIBA_ERROR_CODES = [
  ...PASSING,
  'unauthorized',
  'forbidden',
  'notFound',
  'misconfigured',
  'refused',
  'inReview',
  'sessionRefused',
  'unknownUser',
  'noDevice',
  'unknown',
] as const;

export type CibaErrorCode = (typeof CIBA_ERROR_CODES)[number];

export interface CibaErrorOptions {
  /** Whether trying the same again can help. @default true for offline, network, timeout, rateLimited, unavailable and badResponse */
  retryable?: boolean | undefined;
  /** Seconds to wait before trying again. */
  retryAfter?: number | undefined;
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
  declare readonly code: CibaErrorCode;
  declare readonly retryable: boolean;
  /** Seconds. */
  declare readonly retryAfter?: number;

  constructor(code: CibaErrorCode, message: string, options: CibaErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryable = options.retryable ?? (PASSING as readonly CibaErrorCode[]).includes(code);
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
  return value instanceof Error && value.name === 'CibaError' && CIBA_ERROR_CODES.includes((value as CibaError).code);
}

/** The error for what only a developer or an operator can change: an option, or a setting at the provider. */
export function misconfigured(message: string, options?: CibaErrorOptions): CibaError {
  return new CibaError('misconfigured', message, options);
}

/** Wraps whatever was caught, once: a {@link CibaError} passes unchanged, an abort by the kit itself is the caller's to filter. */
export function toCibaError(caught: unknown): CibaError {
  if (isCibaError(caught)) return caught;
  return new CibaError('unknown', 'The adapter threw no CibaError; `cause` has what it threw.', {
    cause: caught,
  });
}
