import { misconfigured } from '../../contract/errors.js';
import { isHttpsOrLoopback } from '../../contract/loopback.js';

/** How to reach AuthSec. The sign-in adapter and the enrollment of authenticator apps share these options. */
export interface AuthSecConnection {
  /**
   * Where AuthSec is. `production` is https://api.authsec.dev and `development` is https://dev.api.authsec.dev. Your own
   * server is an https URL, or http on loopback; it may include a path in front of the endpoints.
   */
  readonly baseUrl: 'production' | 'development' | `https://${string}` | `http://${string}` | URL;
  /** The path in front of the endpoints. Hosted gateways may need '/uflow/auth'. @default '/authsec/uflow/auth' */
  readonly pathPrefix?: string;
  /** The UUID of your application, for its end users. Without it, the admin flow signs in users of the AuthSec platform. */
  readonly clientId?: string;
  /** The server's API generation: the paths of end users are below `tenant` or, from about May 2026 on, `workspace`. @default 'tenant' */
  readonly generation?: 'tenant' | 'workspace';
  /** Sends the requests. @default the global `fetch` */
  readonly fetch?: typeof fetch;
  /** Seconds to wait for one response. @default 15 */
  readonly timeout?: number;
}

const HOSTED: Readonly<Record<string, string>> = {
  production: 'https://api.authsec.dev',
  development: 'https://dev.api.authsec.dev',
};

/** A path is added to the URL, and error messages quote it, so it may have no user, query or fragment. */
const PLAIN = /^https?:\/\/[^\s\\@?#]+$/i;

/** Tells a UUID from other names. AuthSec itself refuses anything that only looks like one. */
const UUID = /^[\da-f-]{36}$/i;

/**
 * Returns the URL that all paths of the flow start with, with a trailing slash.
 * @throws CibaError `misconfigured`
 */
export function readRoot(connection: AuthSecConnection): string {
  const { clientId, pathPrefix = '/authsec/uflow/auth', generation = 'tenant' } = connection;
  if (clientId !== undefined && !UUID.test(clientId)) {
    throw misconfigured('`clientId` must be a UUID.');
  }
  const address = `${HOSTED[String(connection.baseUrl)] ?? connection.baseUrl}/`;
  if (!PLAIN.test(address) || !URL.canParse(address) || !isHttpsOrLoopback(new URL(address))) {
    throw misconfigured('`baseUrl` must be a plain https URL.');
  }
  const prefix = address.includes('/uflow/auth/') ? '' : pathPrefix;
  // Parts may be empty or have their own slashes.
  return `${address}${prefix}/${clientId ? generation : ''}/`.replace(/([^:]\/)\/+/g, '$1');
}

/**
 * Returns an email address as AuthSec stores it, or an empty string if the hint can't be one. The endpoints of end users
 * lower-case it themselves, the admin ones don't.
 */
export function toEmail(loginHint: string): string {
  const email = loginHint.trim().toLowerCase();
  return /^[^\s@]+@[^\s@]+$/.test(email) ? email : '';
}
