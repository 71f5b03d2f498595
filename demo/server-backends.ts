import { startAuthSecBackend } from './authsec-backend.js';
import { startAuthsignalBackend } from './authsignal-backend.js';
import { startInboxBackend } from './inbox-backend.js';
import { startOpenIdBackend } from './openid-backend.js';
import type { Authenticator } from './provider.js';
import type { ServerBackend, ServerBackendOptions } from './server-backend.js';

/** Starts each backend in `backends.ts` that has a `basePath`, by its ID. */
export const SERVER_BACKENDS: Readonly<Record<string, (options: ServerBackendOptions) => Promise<ServerBackend>>> = {
  inbox: startInboxBackend,
  openid: startOpenIdBackend,
  authsec: startAuthSecBackend,
  authsignal: startAuthsignalBackend,
};

/** A single simulated phone for all backends that need one. */
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
