// `npm test`: installs what is missing, finds a browser, and runs the everyday Vitest projects once. Arguments are passed
// to Vitest: `npm test -- --project unit test/machine`.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findOrInstallBrowser } from './find-browser.mjs';
import { installIfNeeded } from './install.mjs';

installIfNeeded();

let browser;
try {
  browser = findOrInstallBrowser();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const child = spawn(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: 'inherit',
  env: { ...process.env, CHROMIUM_PATH: browser.executablePath, STORYBOOK_DISABLE_TELEMETRY: '1' },
});
child.on('exit', (code) => process.exit(code ?? 1));
