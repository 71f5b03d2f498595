import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CibaServerEvent, CibaStore } from 'react-ciba/server';
import { startAuthSecBackend } from './authsec-backend.js';
import { startAuthsignalBackend } from './authsignal-backend.js';
import { startOpenIdBackend } from './openid-backend.js';
import type { Authenticator } from './provider.js';
import type { DemoAccount } from './users.js';

export interface ServerBackendOptions {
  readonly origin: string;
  /** Where the handler answers. */
  readonly basePath: string;
  readonly accounts: readonly DemoAccount[];
  readonly store: CibaStore;
  /** Life of a request in seconds. */
  readonly expiresIn?: number;
  /** Least seconds between two polls. */
  readonly interval?: number;
  readonly onEvent?: (event: CibaServerEvent) => void;
}

/** A backend with this app's handler in front of it. */
export interface ServerBackend {
  /** The phone that it rings. */
  readonly authenticator: Authenticator;
  /** Answers everything below its `basePath`. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

/** What starts each choice of `backends.ts` that has a `basePath`, by its id. */
export const SERVER_BACKENDS: Readonly<Record<string, (options: ServerBackendOptions) => Promise<ServerBackend>>> = {
  openid: startOpenIdBackend,
  authsec: startAuthSecBackend,
  authsignal: startAuthsignalBackend,
};

/** One phone for every backend. */
export function joinAuthenticators(authenticators: readonly Authenticator[]): Authenticator {
  async function decide(act: 'approve' | 'deny', id: string): Promise<boolean> {
    const owner = authenticators.find((one) => one.requests().some((request) => request.id === id));
    return owner ? owner[act](id) : false;
  }
  return {
    requests: () => authenticators.flatMap((one) => one.requests()).toSorted((a, b) => a.startedAt - b.startedAt),
    approve: (id) => decide('approve', id),
    deny: (id) => decide('deny', id),
  };
}
