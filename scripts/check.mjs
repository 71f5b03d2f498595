// `npm run check`: runs every check that isn't a test. Each step is also a separate script, such as `npm run check:lint`.
// All steps run, and the summary lists those that failed.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { installIfNeeded } from './install.mjs';

const STEPS = ['check:types', 'check:lint', 'check:format', 'check:unused', 'check:package', 'check:size'];

installIfNeeded();

const results = STEPS.map((step) => {
  console.log(`\n> npm run ${step}`);
  const start = Date.now();
  const { status } = spawnSync('npm', ['run', '--silent', step], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return { step, ok: status === 0, seconds: ((Date.now() - start) / 1000).toFixed(1) };
});

console.log('');
for (const { step, ok, seconds } of results) console.log(`${ok ? 'ok    ' : 'FAILED'} ${step} (${seconds} s)`);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
