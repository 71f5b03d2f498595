import type { CustomFetch } from 'openid-client';
import { unlessAborted } from '../../contract/unless-aborted.js';
import { MAX_ANSWER_BYTES } from '../shared/limited-fetch.js';

/** What a request carries. All values are plain, so that any `fetch` takes them. */
export interface OidcFetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly redirect: 'manual';
  readonly signal?: AbortSignal;
}

/** The part of a `Response` that is read. */
export interface OidcFetchResponse {
  readonly status: number;
  readonly headers: { forEach(callback: (value: string, name: string) => void): void };
  /** A stream of bytes. If it can't be iterated, `text` is called instead. */
  readonly body?: unknown;
  text(): Promise<string>;
}

/** A `fetch`: the global one, or one that uses a client certificate, a private CA or a proxy. */
export type OidcFetch = (url: string, init: OidcFetchInit) => Promise<OidcFetchResponse>;

/** One answer of the provider, read whole. */
export interface ProviderAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined if it is longer than this adapter reads. */
  readonly text: string | undefined;
  /** The body, if it is a JSON object. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
  /** The OAuth error that the body names (RFC 6749 §5.2), whatever the status and the headers say. */
  readonly error: { readonly name: string; readonly description: string } | undefined;
}

/** What happened to the last request that was sent. */
export interface Exchange {
  answer?: ProviderAnswer;
  /** What `fetch` threw, and whether its signal had aborted. */
  failure?: { readonly caught: unknown; readonly timedOut: boolean };
}

/** Corrects the members of a successful answer that openid-client would reject. */
export type Correction = (json: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/**
 * Makes the `fetch` that openid-client calls. It notes what happened in `exchange`, reads a limited number of bytes, and
 * passes on a `Response` of this realm, since a foreign `fetch` returns another class.
 */
export function recordingFetch(send: OidcFetch, exchange: Exchange, correct: Correction): CustomFetch {
  return async (url, { method, headers, body, signal }) => {
    delete exchange.answer;
    delete exchange.failure;
    const init: OidcFetchInit = {
      method,
      headers,
      // A redirect is followed by no one: it could lead the client's secret elsewhere.
      redirect: 'manual',
      // openid-client sends forms only.
      ...((typeof body === 'string' || body instanceof URLSearchParams) && { body: body.toString() }),
      ...(signal && { signal }),
    };
    try {
      // A `fetch` that ignores its signal must not hold up the logins that share this request.
      exchange.answer = await unlessAborted((async () => readAnswer(await send(url, init)))(), signal);
    } catch (caught) {
      exchange.failure = { caught, timedOut: signal?.aborted === true };
      throw caught;
    }
    return toResponse(exchange.answer, correct);
  };
}

async function readAnswer(response: OidcFetchResponse): Promise<ProviderAnswer> {
  const headers = new Headers();
  response.headers.forEach((value, name) => headers.append(name, value));
  const text = await readText(response);
  const json = parseObject(text);
  return { status: response.status, headers, text, json, error: readError(json) };
}

async function readText(response: OidcFetchResponse): Promise<string | undefined> {
  const { body } = response;
  if (typeof body !== 'object' || body === null || !(Symbol.asyncIterator in body)) {
    const text = await response.text();
    return text.length > MAX_ANSWER_BYTES ? undefined : text;
  }
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (size > MAX_ANSWER_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parseObject(text = ''): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function readError(json: ProviderAnswer['json']): ProviderAnswer['error'] {
  const name = json?.['error'];
  if (typeof name !== 'string' || name === '') return undefined;
  const description = json?.['error_description'];
  return { name, description: typeof description === 'string' ? description : '' };
}

/** Statuses of a `Response` that must not have a body (Fetch Standard, "null body status"). */
const WITHOUT_BODY = new Set([204, 205, 304]);

function toResponse({ status, headers, text, json, error }: ProviderAnswer, correct: Correction): Response {
  const copied = new Headers(headers);
  // They describe the bytes in transit, not the text.
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) copied.delete(name);
  // A provider may add a challenge to every error. What its body says counts.
  if (error) copied.delete('www-authenticate');
  // openid-client repeats a request with the provider's nonce if the challenge asks for it.
  if (error?.name === 'use_dpop_nonce') copied.set('www-authenticate', 'DPoP error="use_dpop_nonce"');
  if (WITHOUT_BODY.has(status)) return new Response(null, { status, headers: copied });
  const isSuccess = status === 200 && !error;
  return new Response(isSuccess && json ? JSON.stringify(correct(json)) : (text ?? ''), {
    // An error is an error, even if its status is 200. A status outside of HTTP comes from a broken `fetch`.
    status: error && status < 400 ? 400 : status >= 200 && status <= 599 ? status : 502,
    headers: copied,
  });
}
