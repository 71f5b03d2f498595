// Installs the dependencies when they are missing or not those of package-lock.json, so that every command works on a
// fresh clone. Needs nothing but Node and npm.
import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')).packages ?? {};
  } catch {
    return null;
  }
}

/** Whether node_modules holds what the lock file asks for. Packages for other systems are never there. */
function isInstalled() {
  const wanted = readPackages('package-lock.json');
  const present = readPackages('node_modules/.package-lock.json');
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
  );
}

/** Runs `npm ci` if it is needed. Ends the process with npm's exit code if that fails. */
export function installIfNeeded() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) {
    console.error(
      `react-ciba is developed on Node 20.19 or newer; this is Node ${process.versions.node}. Install a newer one.`,
    );
    process.exit(1);
  }
  if (isInstalled()) return;
  console.error('The dependencies are missing or out of date: running npm ci.');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed, so nothing else can run. Its own message is above.');
    process.exit(status ?? 1);
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) installIfNeeded();
