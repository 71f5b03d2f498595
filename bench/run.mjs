// `npm run bench`: runs every benchmark, one after another. `--short` runs each as little as it can, to see that it works.
// All of them run, and the summary lists those that failed.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const short = process.argv.includes('--short');
const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'bench'];

const STEPS = {
  build: ['npm', 'run', '--silent', 'build'],
  'in Node': [process.execPath, ...vitest],
  start: [process.execPath, 'bench/start.mjs'],
  polls: [process.execPath, 'bench/polls.mjs'],
  'code fields': [process.execPath, 'bench/totp/run.mjs'],
  screens: [process.execPath, 'bench/screens/run.mjs'],
  waiting: [process.execPath, 'bench/waiting/run.mjs'],
  sizes: [process.execPath, 'bench/sizes.mjs'],
  bundlers: [process.execPath, 'bench/bundlers.mjs'],
  // `npm run check` measures our own sizes, too.
  ...(!short && { 'size limits': ['npm', 'run', '--silent', 'check:size'] }),
};

const results = Object.entries(STEPS).map(([step, [command, ...args]]) => {
  console.log(`\n> ${step}`);
  const start = Date.now();
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...(short && { BENCH_SHORT: '1' }) },
    shell: command === 'npm' && process.platform === 'win32',
  });
  return { step, ok: status === 0, seconds: ((Date.now() - start) / 1000).toFixed(1) };
});

console.log('');
for (const { step, ok, seconds } of results) console.log(`${ok ? 'ok    ' : 'FAILED'} ${step} (${seconds} s)`);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
