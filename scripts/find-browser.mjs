// Finds a Chromium for the tests, or installs one. The Vitest configuration, the end-to-end tests and `npm test` use it.
// `node scripts/find-browser.mjs` prints its path. Needs only Node, so that it runs on a fresh clone.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const ADVICE =
  'No Chromium was found, and none could be installed. Install Chromium or Google Chrome, or set CHROMIUM_PATH to the executable.';

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

const SYSTEM_PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

// These flags turn off the background traffic of a fresh profile. Chromium can't run its sandbox as root, which is the
// usual user in containers and CI jobs.
const ARGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  ...(process.platform === 'linux' ? ['--no-sandbox'] : []),
];

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function fromEnvironment() {
  const path = process.env.CHROMIUM_PATH;
  if (!path) return null;
  if (!isExecutable(path))
    throw new Error(
      `CHROMIUM_PATH is set to ${path}, which isn't an executable file. Set it to a Chromium or Google Chrome.`,
    );
  return path;
}

function fromPlaywright() {
  try {
    const path = createRequire(import.meta.url)('playwright-core').chromium.executablePath();
    return isExecutable(path) ? path : null;
  } catch {
    return null; // Not installed yet, or Playwright has no build for this system.
  }
}

function fromSystem() {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/snap/bin'].filter(Boolean);
  const candidates = [...folders.flatMap((folder) => SYSTEM_NAMES.map((name) => join(folder, name))), ...SYSTEM_PATHS];
  return candidates.find(isExecutable) ?? null;
}

function run(command, args, options = {}) {
  console.error(`> ${command} ${args.join(' ')}`);
  try {
    execFileSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
    return true;
  } catch {
    return false;
  }
}

function installWithApt() {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version') || process.getuid?.() !== 0) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '-q', '--no-install-recommends', 'chromium'];
  if (!run('apt-get', install, { env }) && run('apt-get', ['update', '-q'], { env })) run('apt-get', install, { env });
}

function installWithPlaywright() {
  const cli = join(root, 'node_modules', 'playwright', 'cli.js');
  if (existsSync(cli)) run(process.execPath, [cli, 'install', 'chromium']);
}

/**
 * Finds the Chromium to test with, and its flags: `CHROMIUM_PATH`, Playwright's, or the system's.
 * @returns {{ executablePath: string, args: string[] }}
 * @throws Error if there is none. The message says what to install.
 */
export function findBrowser() {
  const executablePath = fromEnvironment() ?? fromPlaywright() ?? fromSystem();
  if (!executablePath) throw new Error(ADVICE);
  return { executablePath, args: ARGS };
}

/** Like {@link findBrowser}, but installs a missing browser first: with apt as root on Debian, otherwise with Playwright. */
export function findOrInstallBrowser() {
  for (const install of [installWithApt, installWithPlaywright]) {
    if (fromEnvironment() ?? fromPlaywright() ?? fromSystem()) break;
    install();
  }
  return findBrowser();
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    console.log(findOrInstallBrowser().executablePath);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
