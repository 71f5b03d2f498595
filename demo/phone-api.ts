import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticator } from './provider.js';
import { findAccount, totpOf } from './users.js';
import type { DemoAccount } from './users.js';

/** `GET /phone/api/totp`: the account in the phone's authenticator app and its current code. */
export interface PhoneTotp {
  readonly account: string;
  readonly code: string;
  /** Base32, to type into an authenticator app that can't scan a QR code. */
  readonly secret: string;
  /** The same secret as an otpauth: URI, for a QR code. */
  readonly uri: string;
  /** Seconds until the next code. */
  readonly validFor: number;
}

export interface PhoneApiOptions {
  readonly authenticator: Authenticator;
  readonly accounts: readonly [DemoAccount, ...DemoAccount[]];
}

/**
 * Serves the simulated phone as a JSON API, for the phone page and for scripts:
 * `GET /phone/api/requests`, `POST /phone/api/requests/:id/approve`, `POST …/deny`, and `GET /phone/api/totp`
 * (`?account=` selects an account other than the first one).
 */
export function createPhoneApi({ authenticator, accounts }: PhoneApiOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    // Otherwise a page on another site could approve its own request.
    if (request.headers['sec-fetch-site'] === 'cross-site') return send(response, 403, { error: 'cross-site' });

    if (request.method === 'GET' && url.pathname === '/phone/api/requests') {
      return send(response, 200, authenticator.requests());
    }
    if (request.method === 'GET' && url.pathname === '/phone/api/totp') {
      const account = findAccount(accounts, url.searchParams.get('account') ?? accounts[0].email);
      return account ? send(response, 200, readTotp(account)) : send(response, 404, { error: 'unknown account' });
    }
    const [, id, act] = /^\/phone\/api\/requests\/([\w-]+)\/(approve|deny)$/.exec(url.pathname) ?? [];
    if (request.method === 'POST' && id !== undefined && act !== undefined) {
      const done = act === 'approve' ? await authenticator.approve(id) : await authenticator.deny(id);
      return done ? send(response, 200, { done }) : send(response, 404, { error: 'no such request is waiting' });
    }
    return send(response, 404, { error: 'not found' });
  };
}

function readTotp(account: DemoAccount): PhoneTotp {
  const totp = totpOf(account);
  return {
    account: account.email,
    code: totp.generate(),
    secret: account.totpSecret,
    uri: totp.toString(),
    validFor: Math.ceil(totp.remaining() / 1000),
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
