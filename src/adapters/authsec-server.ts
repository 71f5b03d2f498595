import { CibaError } from '../contract/index.js';

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

const HOSTED = { production: 'https://api.authsec.dev', development: 'https://dev.api.authsec.dev' };

/** Origins that nobody can listen to on the way. */
const SAFE = /^https:|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|$)/;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

export function misconfigured(message: string): CibaError {
  return new CibaError('misconfigured', message);
}

/**
 * The address that every path of the flow starts with, without a slash at its end.
 * @throws CibaError `misconfigured`
 */
export function readRoot(connection: AuthSecConnection): string {
  const { environment, clientId, pathPrefix, generation = 'tenant' } = connection;
  if (clientId !== undefined && !UUID.test(clientId)) {
    throw misconfigured('`clientId` must be a UUID: "tenant_abc123" of AuthSec’s documentation is none.');
  }
  const address = connection.baseUrl ?? (environment && HOSTED[environment]) ?? '';
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !SAFE.test(url.origin) || url.origin + url.pathname !== url.href) {
    throw misconfigured('Set `environment`, or `baseUrl` to a plain https address (http on loopback alone).');
  }
  const base = trimSlashes(url.href);
  const prefix = trimSlashes(pathPrefix ?? 'authsec/uflow/auth');
  const complete = base.endsWith('/uflow/auth');
  return [base, !complete && prefix, clientId !== undefined && generation].filter(Boolean).join('/');
}

function trimSlashes(text: string): string {
  return text.replace(/^\/+|\/+$/g, '');
}

/**
 * An e-mail address as AuthSec keeps it; empty where it cannot be one. The end users' endpoints lower-case it
 * themselves, the admin ones do not.
 */
export function toEmail(loginHint: string): string {
  const email = loginHint.trim().toLowerCase();
  return /^[^\s@]+@[^\s@]+$/.test(email) ? email : '';
}
