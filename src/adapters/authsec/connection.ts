import { misconfigured } from '../../contract/errors.js';
import { isHttpsOrLoopback } from '../../contract/loopback.js';

/** How to reach AuthSec. The sign-in adapter, the enrollment of authenticator apps and the phone's side share these options. */
export interface AuthSecConnection {
  /**
   * Where AuthSec is. `production` is https://prod.api.authsec.ai, as in AuthSec's SDKs since 4.1.3, and `development` is
   * https://dev.api.authsec.dev, as in 4.0 and 4.1.0. Your own server is an https URL, or http on loopback; it may include
   * a path in front of the endpoints.
   */
  readonly baseUrl: 'production' | 'development' | `https://${string}` | `http://${string}` | URL;
  /** The path in front of the endpoints. @default '/uflow/auth' for `development`, otherwise '/authsec/uflow/auth' */
  readonly pathPrefix?: string;
  /**
   * The UUID of your application, for its end users. Without it, the admin flow signs in users of the AuthSec platform. It
   * can't prove who approved: on servers of the first generation, any user's token answers the request.
   */
  readonly clientId?: string;
  /**
   * The server's API generation: the paths of end users are below `tenant` or, since May 2026, below `workspace`.
   * @default found out: `tenant`, and `workspace` if the server has no such path. That sends no push
   */
  readonly generation?: 'tenant' | 'workspace';
  /** Sends the requests. @default the global `fetch` */
  readonly fetch?: typeof fetch;
  /** Seconds to wait for one response. @default 10, for polls 15 */
  readonly timeout?: number;
}

/** A path is added to the URL, and error messages quote it, so it may have no user, query or fragment. */
const PLAIN = /^https?:\/\/[^\s\\@?#]+$/i;

/** Tells a UUID from other names. AuthSec itself refuses anything that only looks like one. */
const UUID = /^[\da-f-]{36}$/i;

/**
 * Returns the URL that all paths start with, with a trailing slash.
 * @throws CibaError `misconfigured`
 */
export function readRoot({ baseUrl, clientId, pathPrefix }: AuthSecConnection): string {
  if (clientId !== undefined && !UUID.test(clientId)) {
    throw misconfigured('`clientId` must be a UUID.');
  }
  const isDevelopment = baseUrl === 'development';
  const hosted = isDevelopment ? 'https://dev.api.authsec.dev' : 'https://prod.api.authsec.ai';
  const address = `${isDevelopment || baseUrl === 'production' ? hosted : baseUrl}/`;
  if (!PLAIN.test(address) || !URL.canParse(address) || !isHttpsOrLoopback(new URL(address))) {
    throw misconfigured('`baseUrl` must be a plain https URL.');
  }
  const ownPrefix = isDevelopment ? '/uflow/auth' : '/authsec/uflow/auth';
  const prefix = address.includes('/uflow/auth/') ? '' : (pathPrefix ?? ownPrefix);
  // Parts may be empty or have their own slashes.
  return `${address}${prefix}/`.replace(/([^:]\/)\/+/g, '$1');
}

/**
 * Returns an email address as AuthSec stores it, or an empty string if the hint can't be one. The endpoints of end users
 * lower-case it themselves, the admin ones don't.
 */
export function toEmail(loginHint: string): string {
  const email = loginHint.trim().toLowerCase();
  return /^[^\s@]+@[^\s@]+$/.test(email) ? email : '';
}
