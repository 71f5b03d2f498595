import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { close, listen } from '../../demo/loopback.js';
import { userEnvironment } from './user-environment.js';

const run = promisify(execFile);
const examples = fileURLToPath(new URL('../../examples', import.meta.url));

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

/** An app in a folder of its own, with everything that it depends on. */
export interface App {
  readonly folder: string;
  /** What npm said while it installed. */
  readonly installLog: string;
  /** Runs a command of the app and returns what it printed; rejects when it fails. */
  exec(command: string, ...args: readonly string[]): Promise<string>;
  /** Starts a server of the app, on a port of its choice or ours (PORT), and resolves with its origin as soon as it answers. */
  serve(command: readonly string[], env: Readonly<Record<string, string>>, port?: number): Promise<Server>;
}

export interface Server {
  readonly origin: string;
  /** What it has printed. */
  output(): string;
  stop(): Promise<void>;
}

/** Copies an example, and installs it with the packed package in place of the published one. */
export function installExample(
  example: string,
  name: string,
  versions: Readonly<Record<string, string>>,
): Promise<App> {
  return install(name, async (folder) => {
    const from = join(examples, example);
    await cp(from, folder, {
      recursive: true,
      filter: (path) => !/\/(node_modules|dist|build|\.next|\.react-router)$/.test(path),
    });
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
    for (const list of [manifest.dependencies, manifest.devDependencies]) {
      for (const dependency of Object.keys(list)) list[dependency] = versions[dependency] ?? list[dependency] ?? '';
    }
    // npm's own package of Node: a framework that needs a newer one than runs here gets it for its scripts.
    if (versions['node']) manifest.devDependencies['node'] = versions['node'];
    return manifest;
  });
}

/** An app of nothing but dependencies. */
export function installPackages(name: string, versions: Readonly<Record<string, string>>): Promise<App> {
  return install(name, async () => ({ dependencies: { 'react-ciba': '', ...versions }, devDependencies: {} }));
}

async function install(name: string, fill: (folder: string) => Promise<Manifest>): Promise<App> {
  const { tarball, folder: parent } = inject('packed');
  const folder = join(parent, name);
  await mkdir(folder);
  const manifest = await fill(folder);
  manifest.dependencies['react-ciba'] = `file:${tarball}`;
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', ...manifest }));

  const app = openFolder(folder);
  return { ...app, installLog: await app.exec('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline') };
}

/** A folder as a user's shell has it. */
export function openFolder(folder: string): Omit<App, 'installLog'> {
  const exec = async (command: string, ...args: readonly string[]) => {
    const output = ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr;
    const options = { cwd: folder, env: userEnvironment(), maxBuffer: 1e8 };
    return run(command, args, options).then(output, (failed: { stdout: string; stderr: string }) => {
      throw new Error(`${command} ${args.join(' ')} failed:\n${output(failed)}`, { cause: failed });
    });
  };
  return { folder, exec, serve: (...how) => serve(folder, ...how) };
}

/** A port that nobody listens on. */
export async function findPort(): Promise<number> {
  const probe = createServer();
  const port = await listen(probe);
  await close(probe);
  return port;
}

async function serve(
  cwd: string,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  givenPort?: number,
): Promise<Server> {
  const port = givenPort ?? (await findPort());
  const origin = `http://localhost:${port}`;
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    cwd,
    env: userEnvironment({ NODE_ENV: 'production', PORT: String(port), ORIGIN: origin, ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => lines.push(String(chunk)));

  // The server is another process: asking until it answers is the one way to know that it is up.
  for (let tries = 0; ; tries++) {
    if (child.exitCode !== null || tries > 300) {
      child.kill();
      throw new Error(`${command.join(' ')} did not come up:\n${lines.join('')}`);
    }
    const answered = await fetch(origin).then(
      ({ status }) => status < 500,
      () => false,
    );
    if (answered) return { origin, output: () => lines.join(''), stop: () => end(child) };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
