import type { ApprovalRefusal } from './approvals.js';

/** Transient errors: a retry can succeed, so the poll engine continues after them. */
const TRANSIENT = ['offline', 'network', 'timeout', 'rateLimited', 'unavailable', 'badResponse'] as const;

/** All codes of a {@link CibaError}. The user's own answers, such as a denial, are not errors. */
export const CIBA_ERROR_CODES = [
  ...TRANSIENT,
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
  /** Whether a retry can succeed. @default true for offline, network, timeout, rateLimited, unavailable and badResponse */
  retryable?: boolean | undefined;
  /** Seconds to wait before trying again. */
  retryAfter?: number | undefined;
  /** Whether the login hint may have caused a `misconfigured` error. `createCibaHandler` then treats the user as unknown. @default false */
  maybeHint?: boolean | undefined;
  /** What users tell support, so that it finds the error in the server's log. @default none */
  reference?: string | undefined;
  /** For `refused`: why an approval can't be used. */
  reason?: ApprovalRefusal | undefined;
  /** The original error. It is kept for logs and never shown to the user. */
  cause?: unknown;
}

/**
 * The error that adapters, hooks and the handler throw. The message is for developers: it says what happened, why, and
 * what to do. It contains no session, code or request ID. Users see the `messages` entry for its `code` instead.
 *
 * @example
 * throw new CibaError('rateLimited', 'The provider rejected the request because of its rate limit.', { retryAfter: 30 });
 */
export class CibaError extends Error {
  override readonly name = 'CibaError';
  declare readonly code: CibaErrorCode;
  declare readonly retryable: boolean;
  /** Seconds to wait before trying again. */
  declare readonly retryAfter?: number;
  /** Whether the login hint may have caused the error. */
  declare readonly maybeHint?: boolean;
  /** What users tell support, so that it finds the error in the server's log, such as `K7Q4-MX2P`. */
  declare readonly reference?: string;
  /** Why an approval can't be used. */
  declare readonly reason?: ApprovalRefusal;

  constructor(code: CibaErrorCode, message: string, options: CibaErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryable = options.retryable ?? (TRANSIENT as readonly CibaErrorCode[]).includes(code);
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter;
    if (options.maybeHint) this.maybeHint = true;
    if (options.reference) this.reference = options.reference;
    if (options.reason) this.reason = options.reason;
    if (process.env.NODE_ENV !== 'production') {
      // Consoles print the stack, while logs and tests rely on the message, so only the stack gets the link.
      const page = `${message}\n    Read on: node_modules/react-ciba/docs/errors/${code}.md`;
      this.stack = (this.stack ?? '').replace(message, () => page);
    }
  }
}

/**
 * Returns whether a value is a {@link CibaError}. Unlike `instanceof`, it recognizes errors from another copy of this
 * package.
 *
 * @example
 * const toStatus = (caught: unknown) => (isCibaError(caught) && caught.retryable ? 503 : 500);
 */
export function isCibaError(value: unknown): value is CibaError {
  return value instanceof Error && value.name === 'CibaError' && CIBA_ERROR_CODES.includes((value as CibaError).code);
}

/** Creates the error for something that only a developer or an operator can fix: an option, or a setting at the provider. */
export function misconfigured(message: string, options?: CibaErrorOptions): CibaError {
  return new CibaError('misconfigured', message, options);
}

/** Wraps a caught value in a {@link CibaError} with the `unknown` code, unless it is one already. Callers must handle their own aborts first. */
export function toCibaError(caught: unknown): CibaError {
  if (isCibaError(caught)) return caught;
  return new CibaError('unknown', 'The adapter threw something other than a CibaError. See `cause`.', {
    cause: caught,
  });
}
