import { isCompleteCode, TOTP_LENGTH } from '../../contract/code.js';
import { misconfigured } from '../../contract/errors.js';
import type { CibaError, CibaErrorCode, JsonValue } from '../../contract/index.js';
import type { RefusalReason } from '../log/events.js';
import type { HandlerRequest } from './handler-request.js';

/** Largest body that is read, in bytes. A body holds a hint, a code and two IDs at most. */
const MAX_BODY_BYTES = 4096;

/** A request that is refused as invalid, before the handler acts on it. */
export class RefusedRequest extends Error {
  constructor(
    readonly reason: RefusalReason,
    readonly status: number,
    readonly code: CibaErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** The one response to forged, missing and foreign cookies and IDs, and to unknown paths. */
export function notFound(): RefusedRequest {
  return new RefusedRequest(
    'notFound',
    404,
    'notFound',
    'There is no such path, or no such login or session of this browser.',
  );
}

function malformed(message: string): RefusedRequest {
  return new RefusedRequest('malformed', 400, 'misconfigured', message);
}

/**
 * A response with JSON. It becomes a `Response` only if one is needed, because making one takes longer than answering a
 * poll.
 */
export class JsonAnswer {
  constructor(
    readonly status: number,
    readonly body: JsonValue | null,
    readonly cookies: readonly string[] = [],
  ) {}

  get headers(): Readonly<Record<string, string>> {
    return this.body === null ? HEADERS : JSON_HEADERS;
  }

  get text(): string | null {
    return this.body === null ? null : JSON.stringify(this.body);
  }

  toResponse(): Response {
    const response = new Response(this.text, { status: this.status, headers: this.headers });
    // The constructor of happy-dom, in which apps also test their handler, removes cookies as a page's fetch does.
    for (const cookie of this.cookies) response.headers.append('set-cookie', cookie);
    return response;
  }
}

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
const JSON_HEADERS = { ...HEADERS, 'content-type': 'application/json' };

/** What a route answers. */
export type Answer = JsonAnswer | Response;

export function toResponse(answer: Answer): Response {
  return answer instanceof JsonAnswer ? answer.toResponse() : answer;
}

export function jsonResponse(status: number, body: JsonValue | null, cookies: readonly string[] = []): Response {
  return new JsonAnswer(status, body, cookies).toResponse();
}

function tooLarge(maxBytes: number): RefusedRequest {
  return new RefusedRequest('tooLarge', 413, 'misconfigured', `The body is larger than ${maxBytes} bytes.`);
}

export function refusalResponse({ status, code, message }: RefusedRequest): Response {
  const response = jsonResponse(status, { error: code, detail: message });
  if (status === 401) response.headers.set('www-authenticate', 'Bearer');
  return response;
}

const STATUS_OF: Record<CibaErrorCode, number> = {
  offline: 503,
  network: 503,
  timeout: 504,
  rateLimited: 429,
  unavailable: 503,
  badResponse: 502,
  unauthorized: 401,
  forbidden: 403,
  notFound: 404,
  misconfigured: 500,
  refused: 403,
  inReview: 403,
  sessionRefused: 403,
  unknownUser: 500,
  noDevice: 500,
  unknown: 500,
};

/** What the browser gets instead. It must not learn that a user is unknown, nor mistake the server's network for its own. */
const TOLD_AS: Partial<Record<CibaErrorCode, CibaErrorCode>> = {
  offline: 'unavailable',
  network: 'unavailable',
  unknownUser: 'unknown',
  noDevice: 'unknown',
};

/** Seconds to wait if the provider named none. */
const DEFAULT_RETRY_AFTER_SECONDS = 5;

/** Tells the browser the code, the reference in the log and, if waiting helps, the time. The text is only for the server's log. */
export function errorResponse(error: CibaError, reference?: string): Response {
  // A setting that may be right at the next poll must not end the login in the browser, either.
  const code = error.code === 'misconfigured' && error.retryable ? 'unavailable' : (TOLD_AS[error.code] ?? error.code);
  const status = STATUS_OF[code];
  const retryAfter = error.retryAfter ?? (status === 503 || status === 429 ? DEFAULT_RETRY_AFTER_SECONDS : undefined);
  // Whole seconds only. A fraction would vary between real requests and stay the same for decoys.
  const seconds = retryAfter && Math.ceil(retryAfter);
  const response = jsonResponse(status, {
    error: code,
    ...(reference !== undefined && { reference }),
    ...(seconds !== undefined && { retryAfter: seconds }),
  });
  if (seconds !== undefined) response.headers.set('retry-after', String(seconds));
  return response;
}

/**
 * Reads the fields of a JSON body. Only own properties are read, so `__proto__` is a name like any other.
 * @throws RefusedRequest 413, 415 or 400; CibaError `misconfigured` if the body was read before
 */
export async function readBody(request: HandlerRequest, maxBytes: number = MAX_BODY_BYTES): Promise<Body> {
  expectType(request, 'application/json');
  let value: unknown;
  try {
    value = JSON.parse(await readText(request, maxBytes));
  } catch (caught) {
    if (caught instanceof RefusedRequest) throw caught;
    throw malformed('The body is not valid JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('The body must be a JSON object.');
  }
  const fields = new Map(Object.entries(value));
  return {
    text(name, longest) {
      const field: unknown = fields.get(name);
      if (typeof field === 'string' && field.trim() !== '' && field.length <= longest) return field.trim();
      throw malformed(`The body needs "${name}": a string of 1 to ${longest} characters.`);
    },
    object(name) {
      const field: unknown = fields.get(name);
      if (typeof field === 'object' && field !== null && !Array.isArray(field))
        return field as Record<string, JsonValue>;
      throw malformed(`The body needs "${name}": an object.`);
    },
    has: (name) => fields.has(name),
    isNull: (name) => fields.get(name) === null,
  };
}

/** Longest ID that is accepted, in characters. */
export const MAX_ID_CHARACTERS = 200;

/** Reads the `id` of a body that has nothing else to say. @throws as {@link readBody} */
export async function readId(request: HandlerRequest): Promise<string> {
  return (await readBody(request)).text('id', MAX_ID_CHARACTERS);
}

/** Reads the authenticator code of a body. @throws RefusedRequest 400 unless it is a whole one */
export function readCode(body: Body): string {
  const code = body.text('code', MAX_ID_CHARACTERS);
  if (isCompleteCode(code)) return code;
  throw malformed(`"code" must be ${TOTP_LENGTH} digits.`);
}

/** The fields of a request's body. */
export interface Body {
  /** @throws RefusedRequest 400 if the field is missing, not a string, blank or too long */
  text(name: string, longest: number): string;
  /** @throws RefusedRequest 400 if the field is missing or no object */
  object(name: string): Record<string, JsonValue>;
  has(name: string): boolean;
  isNull(name: string): boolean;
}

/**
 * Reads the fields of a form, as OAuth's servers send it.
 * @throws RefusedRequest 413 or 415; CibaError `misconfigured` if the body was read before
 */
export async function readForm(request: HandlerRequest, maxBytes: number): Promise<URLSearchParams> {
  expectType(request, 'application/x-www-form-urlencoded');
  return new URLSearchParams(await readText(request, maxBytes));
}

function expectType(request: HandlerRequest, expected: string): void {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== expected) throw new RefusedRequest('contentType', 415, 'misconfigured', `Send the body as ${expected}.`);
  if (request.bodyUsed || request.body?.locked) {
    throw misconfigured(
      "The request's body was read before the handler got it. Call the handler first, or give what reads it first a `request.clone()`. With a body parser in front of `toNodeListener`, set `body` of the Node request to what it parsed.",
    );
  }
}

const decoder = new TextDecoder();

/** Reads a body as text. @throws RefusedRequest 413 */
export async function readText(request: HandlerRequest, maxBytes: number): Promise<string> {
  const { received } = request;
  if (received) {
    if (received.byteLength > maxBytes) throw tooLarge(maxBytes);
    return decoder.decode(received);
  }
  const reader = request.body?.getReader();
  if (!reader) return '';
  const parts = new TextDecoder();
  let text = '';
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + parts.decode();
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      throw tooLarge(maxBytes);
    }
    text += parts.decode(value, { stream: true });
  }
}
