import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installExample, installPackages } from './app.js';

/** The size of all files below a folder, in bytes. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name)));
  return (await Promise.all(files)).reduce((sum, { size }) => sum + size, 0);
}

/** The names of the installed packages. */
async function packagesIn(folder: string): Promise<string[]> {
  const lock = JSON.parse(await readFile(join(folder, 'node_modules/.package-lock.json'), 'utf8')) as {
    packages: Record<string, unknown>;
  };
  return Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, ''));
}

test('an app installs few packages, in silence', async () => {
  const app = await installPackages('install', {
    '@tanstack/react-query': '^5.90.0',
    react: '^19.0.0',
    'react-dom': '^19.0.0',
  });
  expect(app.installLog).not.toMatch(/warn|script/i);
  const packages = await packagesIn(app.folder);
  const megabytes = (await sizeOf(join(app.folder, 'node_modules'))) / 1e6;
  console.info(`An app installs ${packages.length} packages, ${megabytes.toFixed(1)} MB.`);
  expect(packages.length).toBeLessThanOrEqual(25);
  expect(megabytes).toBeLessThan(30);
});

test('the hooks work without react-dom: a login in the terminal', async () => {
  const app = await installExample('terminal', 'terminal', {});
  expect(app.installLog).not.toMatch(/warn/i);
  expect(await packagesIn(app.folder)).not.toContain('react-dom');
  const printed = await app.exec('npm', 'start');
  expect(printed).toContain('Check your phone');
  expect(printed).toContain('Signed in as ada@example.com.');
});
