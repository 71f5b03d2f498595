import { misconfigured } from '../../contract/errors.js';
import { createAuthsignalClient, readBaseUrl } from './client.js';
import type { AuthsignalClient, AuthsignalLocation, ClientAnswer } from './client.js';
import { readToken } from './token.js';

/** A browser's connection to a tenant. */
export interface Connection {
  /** The tenant's ID, from the Authsignal portal. A token of another tenant is rejected before it is sent. */
  readonly tenantId: string;
  /** Sends the requests. @default the global `fetch` */
  readonly fetch?: typeof fetch;
  /** Called when Authsignal says that a token has expired (10 minutes after the track call). */
  readonly onTokenExpired?: () => void;
}

export function connect(options: AuthsignalLocation & Connection): AuthsignalClient {
  // Looked up for each call, so that a `fetch` that is replaced later (tracing, tests) is used.
  return createAuthsignalClient(readBaseUrl(options), options.fetch ?? ((...request) => fetch(...request)));
}

export function readTenantId({ tenantId }: Connection): string {
  if (tenantId) return tenantId;
  throw misconfigured(
    'The option `tenantId` is empty. Set the ID that the Authsignal portal shows under Settings, API keys.',
  );
}

/** Gives better error messages for wrong tokens. Only Authsignal can say whether a token is valid. */
export function checkToken(token: unknown, tenantId: string): asserts token is string {
  if (typeof token !== 'string' || token === '') {
    throw misconfigured('`getToken` returned no token. Return the `token` of the track call, as a string.');
  }
  const { tenantId: own } = readToken(token);
  if (own !== undefined && own !== tenantId) {
    throw misconfigured(
      "The token belongs to another tenant than `tenantId`. Use the server's API secret key and the tenant ID of the same tenant.",
    );
  }
}

export function isTokenExpired(answer: ClientAnswer): boolean {
  return !answer.ok && answer.errorCode === 'expired_token';
}

export function readBody(answer: ClientAnswer): unknown {
  if (answer.ok) return answer.body;
  throw answer.error;
}
