import { Authsignal } from '@authsignal/node';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeListener } from '../../../src/server/index.js';
import type { AuthsignalEmulator } from '../../../src/testing/index.js';

export interface Tracked {
  readonly token: string;
  readonly state: string;
  readonly idempotencyKey: string;
}

/** What the app's own server does for the embedded wiring: one track call. */
export async function track(
  authsignal: AuthsignalEmulator,
  { userId = 'user-1', action = 'signIn', ...attributes }: Record<string, unknown> = {},
): Promise<Tracked> {
  const answer = await authsignal.fetch(
    `https://authsignal.test/v1/users/${String(userId)}/actions/${String(action)}`,
    {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${authsignal.apiSecretKey}:`)}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(attributes),
    },
  );
  return (await answer.json()) as Tracked;
}

export async function trackToken(
  authsignal: AuthsignalEmulator,
  attributes?: Record<string, unknown>,
): Promise<string> {
  return (await track(authsignal, attributes)).token;
}

/** The emulator on a real loopback address, for the vendor's Node SDK. */
export async function serveAuthsignal(authsignal: AuthsignalEmulator) {
  const server = createServer(toNodeListener((request) => authsignal.handle(request)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    baseUrl,
    sdk: new Authsignal({ apiSecretKey: authsignal.apiSecretKey, apiUrl: baseUrl, retries: 0 }),
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
