import { readFile } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { InboxEvent } from 'react-ciba/inbox/server';
import { createMemoryStore } from 'react-ciba/server';
import type { CibaServerEvent } from 'react-ciba/server';
import type { ViteDevServer } from 'vite';
import { BACKENDS } from './backends.js';
import { close, listen } from './loopback.js';
import { createPhoneApi } from './phone-api.js';
import type { ServerBackend, ServerBackendOptions } from './server-backend.js';
import { joinAuthenticators, SERVER_BACKENDS } from './server-backends.js';
import { createAccounts } from './users.js';

export interface DemoOptions {
  /** The port; 0 picks a free one. @default 5173 */
  readonly port?: number;
  /** Lifetime of a request, in seconds. @default 120 */
  readonly expiresIn?: number;
  /** Minimum seconds between two polls. @default 2 */
  readonly interval?: number;
  readonly onEvent?: (event: CibaServerEvent | InboxEvent) => void;
}

export interface Demo {
  /** The app's origin, for example `http://localhost:5173`. */
  readonly origin: string;
  /** The first demo user's email address. */
  readonly account: string;
  close(): Promise<void>;
}

const PAGES: Readonly<Record<string, string>> = {
  '/': 'index.html',
  '/phone': 'phone.html',
  '/simulated-phone': 'simulated-phone.html',
};

/** Protects the phone's secrets from other sites, which could point their own host name at the loopback address. */
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1)(:\d+)?$/;

/** Serves the shop, the phone and the app's own backend from one port on the loopback interface. */
export async function serveDemo(server: Server, vite: ViteDevServer, options: DemoOptions): Promise<Demo> {
  const { port = 5173, ...backendOptions } = options;
  const host = `localhost:${await listen(server, port)}`;
  const origin = `http://${host}`;
  const accounts = createAccounts();
  // Requests that arrive while the backends are starting wait for them.
  const starting = startBackends({ origin, accounts, ...backendOptions }).then((backends) => {
    const authenticator = joinAuthenticators(backends.flatMap((backend) => backend.authenticator ?? []));
    return { backends, phoneApi: createPhoneApi({ authenticator, accounts }) };
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { backends, phoneApi } = await starting;
    const { pathname: path, search } = new URL(request.url ?? '/', origin);
    const handle = backends.map((backend) => findRoute(backend, path)).find((found) => found !== undefined);
    const page = PAGES[path.replace(/(?!^)\/$/, '')];
    if (!LOOPBACK_HOST.test(request.headers.host ?? '')) response.writeHead(403).end();
    else if (handle) handle(request, response);
    else if (path.startsWith('/phone/api/')) await phoneApi(request, response);
    else if (page === undefined) vite.middlewares(request, response);
    // The app's cookies and its handler belong to one origin, so 127.0.0.1 redirects to localhost.
    else if (request.headers.host !== host) response.writeHead(302, { location: origin + path + search }).end();
    else {
      const html = await readFile(new URL(page, import.meta.url), 'utf8');
      // The shop frames its phone. Another site could otherwise lay something over its buttons.
      const headers = {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "frame-ancestors 'self'",
      };
      response.writeHead(200, headers);
      response.end(await vite.transformIndexHtml(`/${page}`, html));
    }
  }

  server.on('request', (request, response) => {
    respond(request, response).catch((error: Error) => {
      vite.config.logger.error(`${request.method} ${request.url} failed: ${error.stack ?? error.message}`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });

  const { backends } = await starting;
  return {
    origin,
    account: accounts[0].email,
    async close() {
      await Promise.all([close(server), ...backends.map((backend) => backend.close())]);
    },
  };
}

/** What handles a path at a backend. */
function findRoute({ basePath, handle, routes = {} }: ServerBackend & { readonly basePath: string }, path: string) {
  const all = Object.entries({ ...routes, [basePath]: handle });
  return all.find(([start]) => path.startsWith(`${start}/`))?.[1];
}

/** All listed backends that have a server side, each under its own path. */
function startBackends(
  options: Omit<ServerBackendOptions, 'basePath' | 'payments' | 'store'>,
): Promise<(ServerBackend & { readonly basePath: string })[]> {
  const starts = BACKENDS.flatMap(({ id, basePath, payments = '' }) => {
    const start = SERVER_BACKENDS[id];
    return start && basePath !== undefined ? [{ start, basePath, payments }] : [];
  });
  return Promise.all(
    starts.map(async ({ start, basePath, payments }) => {
      // Each backend is a separate app, so a user who switches backends isn't signed in there yet.
      const backend = await start({ ...options, basePath, payments, store: createMemoryStore() });
      return { ...backend, basePath };
    }),
  );
}
