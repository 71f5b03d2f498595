// @vitest-environment node
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

let demo: ChildProcess | undefined;

afterEach(async () => {
  if (!demo || demo.exitCode !== null) return;
  demo.kill('SIGTERM');
  await once(demo, 'exit');
});

test('npm start says where the shop and the phone are, and warns of nothing', async () => {
  const start = fileURLToPath(new URL('../../demo/start.mjs', import.meta.url));
  // As a shell starts it: Vitest's own mode is not the user's.
  const { NODE_ENV: _, ...env } = process.env;
  demo = spawn('node', [start], { env: { ...env, PORT: '0' }, stdio: 'pipe' });
  let said = '';
  let complained = '';
  demo.stderr?.on('data', (text) => (complained += String(text)));
  await new Promise<void>((resolve, reject) => {
    demo?.once('exit', (code) => reject(new Error(`It ended with ${code}: ${complained}`)));
    demo?.stdout?.on('data', (text) => {
      said += String(text);
      if (said.includes('/phone')) resolve();
    });
  });
  const [, shop = '', phone = ''] = /The shop +(\S+).*\n +The phone +(\S+)/.exec(said) ?? [];
  expect((await fetch(shop)).status).toBe(200);
  expect((await fetch(phone)).status).toBe(200);
  expect(complained).toBe('');
});
