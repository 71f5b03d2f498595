import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  readonly origin: string;
  close(): Promise<void>;
}

/** A server on a free loopback port; `respond` may be set later. */
export async function listen(respond: () => RequestListener): Promise<Listening> {
  const server = createServer((request, response) => {
    // Keycloak pools connections and does not ask again over one that broke.
    response.setHeader('connection', 'close');
    respond()(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
