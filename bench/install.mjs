// Installs the libraries that bench/ compares with, if they are missing. They are in bench/package.json, so that only
// the benchmarks need them.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bench = new URL('.', import.meta.url);

function readVersions(path) {
  try {
    return JSON.parse(readFileSync(new URL(path, bench), 'utf8')).packages;
  } catch {
    return {};
  }
}

export function installLibraries() {
  const wanted = readVersions('package-lock.json');
  const present = readVersions('node_modules/.package-lock.json');
  const missing = Object.entries(wanted).some(
    ([path, { version, optional }]) => path !== '' && !optional && present[path]?.version !== version,
  );
  if (!missing) return;
  console.error('The libraries to compare with are missing. Running npm ci in bench/.');
  const { status } = spawnSync('npm', ['ci'], {
    cwd: fileURLToPath(bench),
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('npm ci failed in bench/. See its output above.');
}
