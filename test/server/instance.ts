import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from 'redis';
import { createOidcAdapter } from '../../src/adapters/oidc/index.js';
import { createCibaHandler, toNodeListener } from '../../src/server/index.js';
import { createRedisStore } from '../../src/server/store/redis.js';

export interface InstanceOptions {
  readonly redis: string;
  readonly issuer: string;
  readonly origin: string;
  readonly ping: boolean;
}

/** Prints its port when it is ready. */
export async function startInstance({ redis, issuer, origin, ping }: InstanceOptions): Promise<void> {
  const client = createClient({ url: redis, socket: { reconnectStrategy: 50 } });
  client.on('error', () => undefined);
  await client.connect();
  const handler = createCibaHandler({
    adapter: createOidcAdapter({ issuer, clientId: 'shop', clientSecret: 'secret' }),
    origin,
    ping,
    authRequest: (loginHint) => ({ loginHint }),
    publicSession: ({ claims, accessToken }) => ({ sub: claims.sub, accessToken }),
    store: createRedisStore({ client, timeout: 0.5 }),
    responseFloor: 0,
  });
  const server = createServer(toNodeListener(handler));
  server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
}
