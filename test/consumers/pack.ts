import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { userEnvironment } from './user-environment.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));

declare module 'vitest' {
  interface ProvidedContext {
    /** The package as npm would upload it, and a folder for apps that is deleted afterwards. */
    packed: { readonly tarball: string; readonly folder: string };
  }
}

/** Builds the package and packs it, once for all apps. */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'react-ciba-consumers-'));
  const options = { cwd: repository, env: userEnvironment(), encoding: 'utf8' } as const;
  execFileSync('npm', ['run', '--silent', 'build'], { ...options, stdio: ['ignore', 2, 2] });
  const report = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], options);
  const [{ filename }] = JSON.parse(report) as [{ filename: string }];
  project.provide('packed', { tarball: join(folder, filename), folder });
  return () => rmSync(folder, { recursive: true, force: true });
}
