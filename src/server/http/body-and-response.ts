import type { CibaError, CibaErrorCode, JsonValue } from '../../contract/index.js';
import type { RefusalReason } from '../log/events.js';

/** Largest body that is read, in bytes. Ours have a hint, a code and two ids. */
const MAX_BODY_BYTES = 4096;

/** A request that is refused for what it is, before anything is done for it. */
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

/** Forged, missing and foreign cookies and ids, and paths that are none, all get this one answer. */
export function notFound(): RefusedRequest {
  return new RefusedRequest('notFound', 404, 'notFound', 'Nothing of this browser is here.');
}

function malformed(message: string): RefusedRequest {
  return new RefusedRequest('malformed', 400, 'misconfigured', message);
}

export function jsonResponse(status: number, body: JsonValue | null, cookies: readonly string[] = []): Response {
  const headers = new Headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  if (body === null) return new Response(null, { status, headers });
  headers.set('content-type', 'application/json');
  return new Response(JSON.stringify(body), { status, headers });
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

/** What the browser is told: it may not learn that a user is unknown, and its own network is not ours. */
const TOLD_AS: Partial<Record<CibaErrorCode, CibaErrorCode>> = {
  offline: 'unavailable',
  network: 'unavailable',
  unknownUser: 'unknown',
  noDevice: 'unknown',
};

/** Seconds to wait where the provider named none. */
const DEFAULT_RETRY_AFTER_SECONDS = 5;

/** The code and, where waiting helps, the time; never the text, which is for the server's log. */
export function errorResponse(error: CibaError): Response {
  const status = STATUS_OF[error.code];
  const retryAfter = error.retryAfter ?? (status === 503 || status === 429 ? DEFAULT_RETRY_AFTER_SECONDS : undefined);
  // Whole seconds: a fraction would be another one each time where somebody was asked, and the same one for a decoy.
  const seconds = retryAfter && Math.ceil(retryAfter);
  const response = jsonResponse(status, {
    error: TOLD_AS[error.code] ?? error.code,
    ...(seconds !== undefined && { retryAfter: seconds }),
  });
  if (seconds !== undefined) response.headers.set('retry-after', String(seconds));
  return response;
}

/**
 * The fields of a JSON body. Only its own ones are ever read, so a `__proto__` in it is a name like any other.
 * @throws RefusedRequest 413, 415 or 400
 */
export async function readBody(request: Request): Promise<Body> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new RefusedRequest('contentType', 415, 'misconfigured', 'Send the body as application/json.');
  }
  let value: unknown;
  try {
    value = JSON.parse(await readText(request));
  } catch (caught) {
    if (caught instanceof RefusedRequest) throw caught;
    throw malformed('The body is no JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('The body is no JSON object.');
  }
  const fields = new Map(Object.entries(value));
  return {
    text(name, longest) {
      const field: unknown = fields.get(name);
      if (typeof field === 'string' && field.trim() !== '' && field.length <= longest) return field.trim();
      throw malformed(`The body needs "${name}": a text of 1 to ${longest} characters.`);
    },
    has: (name) => fields.has(name),
  };
}

export interface Body {
  /** @throws RefusedRequest 400 when the field is missing, no text, blank or too long */
  text(name: string, longest: number): string;
  has(name: string): boolean;
}

async function readText(request: Request): Promise<string> {
  const reader = request.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > MAX_BODY_BYTES) {
      await reader.cancel();
      throw new RefusedRequest('tooLarge', 413, 'misconfigured', `The body is larger than ${MAX_BODY_BYTES} bytes.`);
    }
    text += decoder.decode(value, { stream: true });
  }
}
