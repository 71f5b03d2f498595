// Installs the dependencies if they are missing or don't match package-lock.json, so that every command works on a fresh
// clone. Needs only Node and npm.
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

/** Whether node_modules matches the lock file. Packages for other systems are never installed. */
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
      `Development needs Node 20.19 or newer, and this is Node ${process.versions.node}. Install a newer version.`,
    );
    process.exit(1);
  }
  if (isInstalled()) return;
  console.error('Dependencies are missing or out of date. Running npm ci.');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed, so nothing else can run. See its output above.');
    process.exit(status ?? 1);
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) installIfNeeded();
