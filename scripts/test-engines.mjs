// `npm run test:engines`: runs the code field, and logins in other people's pages, in Firefox and in WebKit. Finds Debian's Firefox and
// WebKitGTK, installs them with apt as root on Debian, or says what to install. Arguments are passed to Vitest; use
// `--project firefox` or `--project webkit` to run only one of them.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installIfNeeded } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const PACKAGES = ['firefox-esr', 'webkit2gtk-driver', 'xvfb', 'xauth'];

function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Its folder is named after the machine's architecture. */
function findMiniBrowser() {
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib') : [];
  return folders.map((folder) => `/usr/lib/${folder}/webkit2gtk-4.1/MiniBrowser`).find((path) => existsSync(path));
}

function findEngines() {
  const found = {
    firefox: process.env.FIREFOX_PATH ?? onPath('firefox-esr'),
    driver: onPath('WebKitWebDriver'),
    screen: onPath('xvfb-run'),
    webkit: findMiniBrowser(),
  };
  return Object.values(found).every(Boolean) ? found : null;
}

function installEngines() {
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) return;
  const apt = (...args) => {
    console.error(`> apt-get ${args.join(' ')}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', args, { stdio: ['ignore', 2, 2], env });
  };
  const install = ['install', '-y', '-q', '--no-install-recommends', ...PACKAGES];
  try {
    apt(...install);
  } catch {
    try {
      apt('update', '-q');
      apt(...install);
    } catch {
      // The check below reports what is missing.
    }
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function untilListening(port) {
  for (let round = 0; round < 100; round += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/status`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('WebKitWebDriver did not start within 10 seconds. Run `xvfb-run -a WebKitWebDriver` to see why.');
}

installIfNeeded();
let engines = findEngines();
if (!engines) {
  installEngines();
  engines = findEngines();
}
if (!engines) {
  console.error(
    `Firefox or WebKitGTK is missing. On Debian, install them as root: apt-get install ${PACKAGES.join(' ')}`,
  );
  process.exit(1);
}

const port = await freePort();
// A separate process group, so that the virtual screen ends with the driver.
const driver = spawn(engines.screen, ['-a', engines.driver, `--port=${port}`, '--host=127.0.0.1'], {
  stdio: 'ignore',
  detached: true,
});
process.on('exit', () => {
  try {
    process.kill(-driver.pid);
  } catch {
    // It has already ended.
  }
});
await untilListening(port);

const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const given = process.argv.slice(2);
const projects = given.some((argument) => argument.startsWith('--project'))
  ? []
  : ['--project=firefox', '--project=webkit'];
const child = spawn(process.execPath, [vitest, 'run', ...projects, ...given], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    FIREFOX_PATH: engines.firefox,
    WEBKIT_DRIVER_PORT: String(port),
    WEBKIT_BROWSER_PATH: engines.webkit,
  },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
