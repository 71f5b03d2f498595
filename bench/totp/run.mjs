// `npm run bench:totp`: compares the code field with the other libraries. Measures speed with production builds in real
// Chromium, in one run, and the size of each separately. With `--table`, also records what each does in Chromium, Firefox
// and WebKit, which takes some minutes.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findOrInstallBrowser } from '../../scripts/find-browser.mjs';
import { weigh } from '../bundle.mjs';
import { installLibraries } from '../install.mjs';
import { servePage } from '../page.mjs';
import { rounds } from '../rounds.mjs';

const ROUNDS = rounds(40);
const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const results = fileURLToPath(new URL('../node_modules/.results/', import.meta.url));

/** The import that an app needs for each library's code field. */
const IMPORTS = {
  'react-ciba': "export { TotpInput } from 'react-ciba';",
  'input-otp': "export { OTPInput } from 'input-otp';",
  Radix: "export { unstable_OneTimePasswordField } from 'radix-ui';",
  'Base UI': "export { OTPField } from '@base-ui/react/otp-field';",
  Ark: "export { PinInput } from '@ark-ui/react/pin-input';",
  Mantine: "export { PinInput } from '@mantine/core';",
  'react-otp-input': "export { default } from 'react-otp-input';",
};

installLibraries();
mkdirSync(results, { recursive: true });

const sizes = {};
for (const [name, source] of Object.entries(IMPORTS)) sizes[name] = (await weigh(source)).first;

const speeds = await measureSpeed();
console.log(
  '\nScript time in ms (median of %d), React commits, and gzip size with all dependencies except React',
  ROUNDS,
);
console.table(
  Object.fromEntries(
    Object.entries(speeds).map(([name, speed]) => [name, { ...speed, 'gzip, kB': (sizes[name] / 1000).toFixed(2) }]),
  ),
);
if (process.argv.includes('--table')) printTable();

async function measureSpeed() {
  const { browser, url, close } = await servePage({ root: here, outDir: `${results}app` });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable');
    const scriptTime = async () => {
      const { metrics } = await cdp.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'ScriptDuration').value * 1000;
    };
    const names = await page.evaluate('window.bench.names');

    await page.focus('textarea');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');

    const actions = {
      'six digits': async () => {
        for (const digit of '123456') await page.keyboard.press(digit);
      },
      paste: () => page.keyboard.press('Control+v'),
    };
    const times = {};
    const commits = {};
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const name of names) {
        for (const [action, act] of Object.entries(actions)) {
          await page.evaluate((name) => window.bench.mount(name), name);
          await page.waitForTimeout(60);
          await page.evaluate('window.bench.startCounting()');
          const before = await scriptTime();
          await act();
          // Some libraries continue in timers.
          await page.waitForTimeout(80);
          const after = await scriptTime();
          const read = await page.evaluate('window.bench.read()');
          if (read.value !== '123456')
            throw new Error(`${name}: expected 123456 after ${action}, got ${read.value || 'nothing'}.`);
          ((times[name] ??= {})[action] ??= []).push(after - before);
          (commits[name] ??= {})[action] = read.commits;
        }
      }
    }
    return Object.fromEntries(
      names.map((name) => [
        name,
        {
          'six digits': median(times[name]['six digits']).toFixed(2),
          'commits, six digits': commits[name]['six digits'],
          paste: median(times[name].paste).toFixed(2),
          'commits, paste': commits[name].paste,
        },
      ]),
    );
  } finally {
    await close();
  }
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Prints a Markdown table for each engine. A cell is “ok”, or the actual result. */
function printTable() {
  const projects = ['chromium', 'firefox', 'webkit'].map((engine) => `--project=table-${engine}`);
  spawnSync(process.execPath, [`${root}scripts/test-engines.mjs`, '--reporter=dot', ...projects], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, CHROMIUM_PATH: findOrInstallBrowser().executablePath },
  });
  for (const engine of ['chromium', 'firefox', 'safari']) {
    const cells = JSON.parse(readFileSync(`${results}table-${engine}.json`, 'utf8'));
    const names = [...new Set(cells.map(({ library }) => library))];
    const rows = groupByRow(cells);
    console.log(`\n| ${engine} | ${names.join(' | ')} |\n|${'---|'.repeat(names.length + 1)}`);
    for (const [row, line] of rows) {
      const mark = line[0].dispatched ? `${row} (dispatched)` : row;
      console.log(
        `| ${mark} | ${line.map(({ ok, observed }) => (ok ? 'ok' : `**${observed || 'nothing'}**`)).join(' | ')} |`,
      );
    }
  }
}

function groupByRow(cells) {
  const rows = new Map();
  for (const cell of cells) rows.set(cell.row, [...(rows.get(cell.row) ?? []), cell]);
  return rows;
}
