// `npm start`: a shop with <CibaLogin> and its phone with <CibaInbox>, and other backends, in one process.
// Configure it with PORT (5173), CIBA_EXPIRES_IN (lifetime of a request, in seconds) and CIBA_INTERVAL (seconds between polls).
import { realpathSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createServer as createViteServer } from 'vite';

const repository = fileURLToPath(new URL('..', import.meta.url));

/**
 * Starts the demo and resolves once it accepts requests.
 * @param {import('./server.js').DemoOptions & { watch?: boolean }} options With `watch: false`, changed files are ignored.
 * @returns {Promise<import('./server.js').Demo>}
 */
export async function startDemo({ watch = true, ...options } = {}) {
  const server = createServer();
  const vite = await createViteServer({
    configFile: `${repository}/vite.config.ts`,
    root: `${repository}/demo`,
    cacheDir: `${repository}/node_modules/.vite/demo`,
    appType: 'custom',
    logLevel: 'warn',
    server: {
      middlewareMode: true,
      // Shares our port, because a separate default port would clash if two demos run.
      ws: { server },
      watch: watch ? {} : null,
      fs: { allow: [repository] },
    },
    optimizeDeps: { entries: ['index.html', 'phone.html', 'simulated-phone.html'] },
  });
  try {
    const { serveDemo } = await vite.ssrLoadModule('/server.ts');
    const demo = await serveDemo(server, vite, options);
    return {
      ...demo,
      async close() {
        await Promise.all([demo.close(), vite.close()]);
      },
    };
  } catch (error) {
    await vite.close();
    throw error;
  }
}

/** Reads a number from an environment variable, or undefined if it isn't set. */
function readNumber(name) {
  const text = process.env[name];
  if (!text) return undefined;
  const number = Number(text);
  if (Number.isFinite(number) && number >= 0) return number;
  throw new Error(`${name} must be a number of 0 or more, got "${text}". Set it like ${name}=10.`);
}

async function main() {
  const port = readNumber('PORT');
  const expiresIn = readNumber('CIBA_EXPIRES_IN');
  const interval = readNumber('CIBA_INTERVAL');
  const demo = await startDemo({
    ...(port !== undefined && { port }),
    ...(expiresIn !== undefined && { expiresIn }),
    ...(interval !== undefined && { interval }),
    onEvent: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
  });
  process.stdout.write(`
  The shop    ${demo.origin}         sign in as ${demo.account}
  The phone   ${demo.origin}/phone   approve or deny here

`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void demo.close().then(() => process.exit(0)));
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    const taken = error.code === 'EADDRINUSE';
    process.stderr.write(
      taken ? `Port ${error.port} is already in use. Choose another one: PORT=5174 npm start\n` : `${error.stack}\n`,
    );
    process.exit(1);
  });
}
