import { CibaError } from '../../contract/index.js';

/** Where AuthSec is: one of its two hosted servers, or one of your own. */
export type AuthSecServer =
  | {
      /** `production` is https://api.authsec.dev, `development` is https://dev.api.authsec.dev. */
      readonly environment: 'production' | 'development';
      /** The server's address in place of the hosted one; https, or http on loopback. A path in front of the endpoints may be part of it. */
      readonly baseUrl?: string;
    }
  | {
      readonly environment?: 'production' | 'development';
      readonly baseUrl: string;
    };

/** How the server is spoken to: what the login and the enrolment of codes have in common. */
export type AuthSecConnection = AuthSecServer & {
  /** The path in front of the endpoints; hosted gateways may want '/uflow/auth'. @default '/authsec/uflow/auth' */
  readonly pathPrefix?: string;
  /** The UUID of your application, for its end users. Left out: the admin flow, for users of the AuthSec platform itself. */
  readonly clientId?: string;
  /** The server's API generation: whether the paths of end users are below `tenant` or, from about May 2026 on, `workspace`. @default 'tenant' */
  readonly generation?: 'tenant' | 'workspace';
  /** Sends the requests. @default the global `fetch` */
  readonly fetch?: typeof fetch;
  /** Seconds to wait for one answer. @default 15 */
  readonly timeout?: number;
};

const HOSTED: Readonly<Record<string, string>> = {
  production: 'https://api.authsec.dev',
  development: 'https://dev.api.authsec.dev',
};

/** An address that nobody can listen to on the way (http on loopback alone), without a user, a query or a fragment. */
const PLAIN = /^(https:\/\/[^/]|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/])[^\s@?#]*$/i;

/** Enough to tell a UUID from other names; AuthSec itself refuses what only looks like one. */
const UUID = /^[\da-f-]{36}$/i;

export function misconfigured(message: string): CibaError {
  return new CibaError('misconfigured', message);
}

/**
 * The address that every path of the flow starts with, with a slash at its end.
 * @throws CibaError `misconfigured`
 */
export function readRoot(connection: AuthSecConnection): string {
  const { environment = '', clientId, pathPrefix = '/authsec/uflow/auth', generation = 'tenant' } = connection;
  if (clientId !== undefined && !UUID.test(clientId)) {
    throw misconfigured('`clientId` must be a UUID.');
  }
  const address = `${connection.baseUrl ?? HOSTED[environment]}/`;
  if (!PLAIN.test(address)) throw misconfigured('Set `environment`, or a plain https `baseUrl`.');
  const prefix = address.includes('/uflow/auth/') ? '' : pathPrefix;
  // Parts may be empty, or bring slashes of their own.
  return `${address}${prefix}/${clientId ? generation : ''}/`.replace(/([^:]\/)\/+/g, '$1');
}

/**
 * An e-mail address as AuthSec keeps it; empty where it cannot be one. The end users' endpoints lower-case it
 * themselves, the admin ones do not.
 */
export function toEmail(loginHint: string): string {
  const email = loginHint.trim().toLowerCase();
  return /^[^\s@]+@[^\s@]+$/.test(email) ? email : '';
}
