import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createHttpAdapter } from '../../src/adapters/http/index.js';
import { createBrowserFetch } from '../adapters/loopback.js';
import { findPort, installPackages } from './app.js';
import type { App, Server } from './app.js';

// The mounts of docs/server.md that need a framework or a runtime of their own. test/server/mounts.test.ts has the others.

const page = new URL('../../docs/server.md', import.meta.url);

/** What the page's blocks take as given: the handler, whose phone approves at once. */
const HANDLER = `
  import { createMemoryAdapter } from 'react-ciba/adapters/memory';
  import { createCibaHandler } from 'react-ciba/server';

  export const handler = createCibaHandler({
    adapter: createMemoryAdapter({ phone: 'approve', after: 0, interval: 1, resumable: true }),
    origin: process.env.ORIGIN,
    authRequest: (loginHint) => ({ loginHint }),
    publicSession: ({ name }) => ({ name }),
  });
`;

const APP_MODULE = `
  import 'reflect-metadata';
  import { Module } from '@nestjs/common';

  export class AppModule {}
  Module({})(AppModule);
`;

let app: App;
let server: Server | undefined;
let mounts: string;

/** The block of the page below the line that begins with this name. */
function mountOf(name: string): string {
  const from = mounts.indexOf(`\n**${name}`);
  const block = from < 0 ? null : /^```ts\n([\s\S]*?)^```$/m.exec(mounts.slice(from));
  if (!block?.[1]) throw new Error(`The page has no mount for ${name}.`);
  return block[1];
}

beforeAll(async () => {
  mounts = await readFile(page, 'utf8');
  app = await installPackages('mounts', {
    '@astrojs/node': '9.5.5',
    '@nestjs/common': '12.5.1',
    '@nestjs/core': '12.5.1',
    '@nestjs/platform-express': '12.5.1',
    '@tanstack/react-query': '^5.90.0',
    astro: '5.18.2',
    bun: '1.4.5',
    deno: '2.9.6',
    express: '4.22.3',
    koa: '3.3.0',
    react: '^19.0.0',
    'reflect-metadata': '0.2.2',
    rxjs: '7.8.2',
    workerd: '1.20261117.1',
  });
  await write('ciba.mjs', HANDLER);
  await write('app.module.mjs', APP_MODULE);
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const write = (file: string, text: string) => writeFile(join(app.folder, file), text);

/** Writes the mount as a module, with the handler that it takes as given. */
async function writeMount(file: string, name: string, handler = './ciba.mjs'): Promise<void> {
  const code = mountOf(name)
    .replace("'@/app.module'", "'./app.module.mjs'")
    .replaceAll('3000', 'Number(process.env.PORT)');
  await write(file, `import { handler } from '${handler}';\n${code}`);
}

/** Signs in by push and out again, as the page's adapter does in a browser. */
async function signInAndOut({ origin }: Server): Promise<void> {
  const adapter = createHttpAdapter({ basePath: `${origin}/api/ciba`, fetch: createBrowserFetch(origin) });
  const call = { signal: new AbortController().signal, actId: crypto.randomUUID() };
  const pending = await adapter.initiate({ loginHint: 'ada@example.com' }, call);
  await expect
    .poll(() => adapter.poll(pending, call), { timeout: 10_000, interval: 500 })
    .toEqual({ status: 'approved', session: { name: 'ada@example.com' } });
  expect(await adapter.session()).toEqual({ name: 'ada@example.com' });
  await adapter.signOut();
  expect(await adapter.session()).toBeNull();
  const elsewhere = await fetch(`${origin}/api/ciba/nothing`);
  expect(elsewhere.status).toBe(404);
}

test.each([
  ['Express 5 and 4', ['node', 'mount.mts']],
  ['NestJS 12', ['node', 'mount.mts']],
  ['Koa 3', ['node', 'mount.mts']],
  ['Bun', ['node_modules/.bin/bun', 'mount.mts']],
  ['Deno', ['node_modules/.bin/deno', 'run', '--allow-all', '--no-check', 'mount.mts']],
] as [string, string[]][])('%s', async (name, command) => {
  const [runtime = '', ...rest] = command;
  const file = runtime === 'node' ? 'mount.mjs' : 'mount.mts';
  await writeMount(file, name);
  server = await app.serve([runtime, ...rest.map((part) => (part === 'mount.mts' ? file : part))], {});
  await signInAndOut(server);
});

test('Astro', async () => {
  await mkdir(join(app.folder, 'src/pages/api/ciba'), { recursive: true });
  await writeMount('src/pages/api/ciba/[act].ts', 'Astro', '../../../../ciba.mjs');
  await write(
    'astro.config.mjs',
    `import node from '@astrojs/node';
    export default { output: 'server', adapter: node({ mode: 'standalone' }), telemetry: false };`,
  );
  await app.exec('node', 'node_modules/astro/astro.js', 'build');
  server = await app.serve(['node', 'dist/server/entry.mjs'], { HOST: 'localhost' });
  await signInAndOut(server);
});

test('Cloudflare Workers', async () => {
  const port = await findPort();
  const origin = `http://localhost:${port}`;
  await writeMount('worker.mts', 'Cloudflare Workers');
  await build({
    root: app.folder,
    configFile: false,
    logLevel: 'silent',
    mode: 'production',
    resolve: { conditions: ['workerd', 'worker', 'browser', 'module'] },
    define: { 'process.env.ORIGIN': JSON.stringify(origin), 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: 'worker',
      target: 'es2022',
      lib: { entry: join(app.folder, 'worker.mts'), formats: ['es'], fileName: 'worker' },
      rolldownOptions: { external: /^node:/, output: { entryFileNames: 'worker.js' } },
    },
  });
  const configure = (settings: string) =>
    write(
      'worker/config.capnp',
      `using Workerd = import "/workerd/workerd.capnp";
      const config :Workerd.Config = (
        services = [(name = "main", worker = (
          modules = [(name = "worker.js", esModule = embed "worker.js")],
          ${settings},
        ))],
        sockets = [(name = "http", address = "localhost:${port}", http = (), service = "main")],
      );`,
    );
  // Older Workers have none of Node's modules without the flag. Newer ones have them.
  await configure('compatibilityDate = "2024-01-01"');
  const troubleshooting = await readFile(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8');
  const named = /No such module "node:[^"]+"/;
  const refusal = app.exec('node_modules/.bin/workerd', 'serve', 'worker/config.capnp');
  await expect(refusal).rejects.toThrow(named);
  expect(troubleshooting).toMatch(named);

  await configure('compatibilityDate = "2026-11-01", compatibilityFlags = ["nodejs_compat"]');
  server = await app.serve(['node_modules/.bin/workerd', 'serve', 'worker/config.capnp'], {}, port);
  await signInAndOut(server);
});
