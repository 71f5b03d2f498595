// `npm run bench:screens`: measures the first screen of <CibaLogin> and each change of screen, compared with
// @authsignal/react, with production builds in one run in real Chromium. Ratios carry over; milliseconds depend on the
// machine.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';
import { findOrInstallBrowser } from '../../scripts/find-browser.mjs';
import { resolve } from '../bundle.mjs';
import { installLibraries } from '../install.mjs';
import { rounds } from '../rounds.mjs';
import { en } from '../../dist/locales/en.js';

const ROUNDS = rounds(20);
/** Milliseconds that a screen gets for its timers and frames. The login's clock ticks once a second. */
const SETTLE = 150;
const POLL = '/api/ciba/poll';
const VERIFY = 'https://vendor.example/v1/client/verify/totp';
// The first poll comes after the waiting screen was measured.
const PENDING = { id: 'id', expiresIn: 600, interval: 0.5, resumable: true };

const call = (method, ...given) => `window.bench.${method}(${given.map((value) => JSON.stringify(value)).join()})`;
const show = (name) => (page) => page.evaluate(call('show', name));
const press = (text) => (page) => page.evaluate(call('press', text));
const answer = (url, value) => (page) => page.evaluate(call('answer', url, value));
// Inserts the whole text in one event, like a paste or autofill.
const insert = (text) => async (page) => {
  await page.focus('input');
  await page.keyboard.insertText(text);
};
const untilPolled = async (page) => {
  while (!(await page.evaluate(call('isWaiting', POLL)))) await page.waitForTimeout(20);
};
const all =
  (...steps) =>
  async (page) => {
    for (const step of steps) await step(page);
  };
const pause = (page) => page.waitForTimeout(SETTLE);
const toWaiting = all(
  show('react-ciba'),
  pause,
  insert('ada@example.com'),
  press(en['idle.start']),
  pause,
  answer('/api/ciba/initiate', PENDING),
  untilPolled,
);

/** Their field shakes and is cleared again, too quickly to wait for. */
const VERIFIED = 'verified';

/** A screen: the steps before it (not measured), the action of the user or the backend, and the element that identifies it. */
const SCREENS = {
  'react-ciba': [
    ['first screen', async () => undefined, show('react-ciba'), `text=${en['idle.title']}`],
    [
      'first screen, in a dialog',
      all(show('react-ciba in a dialog'), pause),
      press('Open'),
      `dialog[open] >> text=${en['idle.title']}`,
    ],
    [
      'identifier → sending',
      all(show('react-ciba'), pause, insert('ada@example.com')),
      press(en['idle.start']),
      `text=${en['pushing.title']}`,
    ],
    [
      'sending → waiting',
      all(show('react-ciba'), pause, insert('ada@example.com'), press(en['idle.start'])),
      answer('/api/ciba/initiate', PENDING),
      `text=${en['polling.title']}`,
    ],
    ['waiting → reconnecting', toWaiting, answer(POLL, null), `text=${en['polling.reconnecting']}`],
    ['waiting → code', toWaiting, press(en['action.useCode']), `text=${en['totpEntry.title']}`],
    [
      'code → wrong code',
      all(toWaiting, press(en['action.useCode']), pause),
      all(insert('111111'), press(en['totpEntry.submit'])),
      `text=${en['totpEntry.attemptsLeft'](2)}`,
    ],
    [
      'code → approved',
      all(toWaiting, press(en['action.useCode']), pause),
      answer(POLL, { status: 'approved', session: {} }),
      `text=${en['approved.title']}`,
    ],
  ],
  '@authsignal/react': [
    ['first screen', all(show('@authsignal/react'), pause), press('Start'), 'text=Enter the code'],
    [
      'code → methods',
      all(show('@authsignal/react'), press('Start'), pause),
      press('Use another'),
      'text=Select an authentication method',
    ],
    [
      'methods → code',
      all(show('@authsignal/react'), press('Start'), pause, press('Use another'), pause),
      press('Authenticator app'),
      'text=Enter the code',
    ],
    ['code → wrong code', all(show('@authsignal/react'), press('Start'), pause), insert('111111'), VERIFIED],
    [
      'code → approved',
      all(show('@authsignal/react'), press('Start'), pause),
      insert('123456'),
      'body:not(:has([role=dialog][data-state=open]))',
    ],
  ],
};

/** What each of our screens is compared with: their equivalent screen, or else their change from one screen to another. */
const COUNTERPART = {
  'first screen': 'first screen',
  'first screen, in a dialog': 'first screen',
  'identifier → sending': 'code → methods',
  'sending → waiting': 'code → methods',
  'waiting → reconnecting': 'code → methods',
  'waiting → code': 'methods → code',
  'code → wrong code': 'code → wrong code',
  'code → approved': 'code → approved',
};

installLibraries();
const measured = await measure();
const rows = measured['react-ciba'].map(([screen, ours]) => {
  const [, theirs] = measured['@authsignal/react'].find(([name]) => name === COUNTERPART[screen]);
  return {
    screen,
    'script, ms': ours.script.toFixed(1),
    'rendering, ms': ours.rendering.toFixed(1),
    'style and layout, ms': ours.layout.toFixed(1),
    commits: ours.commits,
    'beside their': COUNTERPART[screen],
    'their script, ms': theirs.script.toFixed(1),
    'their rendering, ms': theirs.rendering.toFixed(1),
    'their style and layout, ms': theirs.layout.toFixed(1),
    'their commits': theirs.commits,
    'script, ratio': (ours.script / theirs.script).toFixed(2),
    'rendering, ratio': (ours.rendering / theirs.rendering).toFixed(2),
  };
});
console.log(`Medians of ${ROUNDS} in one run, production builds; <CibaLogin> compared with @authsignal/react`);
console.table(rows);

async function measure() {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const outDir = fileURLToPath(new URL('../node_modules/.results/screens', import.meta.url));
  rmSync(outDir, { recursive: true, force: true });
  const config = {
    root: here,
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    plugins: [react()],
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: {
      ...resolve,
      alias: [...resolve.alias, { find: /^react-dom\/client$/, replacement: 'react-dom/profiling' }],
    },
    build: { outDir, emptyOutDir: true },
    preview: { port: 0, host: '127.0.0.1' },
  };
  await build(config);
  const server = await preview(config);
  const browser = await chromium.launch(findOrInstallBrowser());
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(String(error)));
    await page.goto(server.resolvedUrls.local[0]);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable');
    const readTimes = async () => {
      const { metrics } = await cdp.send('Performance.getMetrics');
      const of = (wanted) => metrics.find(({ name }) => name === wanted).value * 1000;
      return { script: of('ScriptDuration'), layout: of('LayoutDuration') + of('RecalcStyleDuration') };
    };

    const samples = new Map();
    // The first round of each isn't counted, because it warms up the engine.
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [library, screens] of Object.entries(SCREENS)) {
        for (const [screen, before, act, mark] of screens) {
          await page.evaluate(call('clear'));
          await before(page);
          await pause(page);
          await page.evaluate(call('startCounting'));
          const from = await readTimes();
          await act(page);
          await pause(page);
          const to = await readTimes();
          const sample = await page.evaluate(call('read'));
          const came =
            mark === VERIFIED
              ? await page.evaluate(call('wasAsked', VERIFY))
              : await page.locator(mark).first().isVisible();
          if (!came) {
            throw new Error(`${library}, ${screen}: ${mark} did not appear.`);
          }
          const key = JSON.stringify([library, screen]);
          if (round === 0) samples.set(key, []);
          else samples.get(key).push({ ...sample, script: to.script - from.script, layout: to.layout - from.layout });
        }
      }
    }
    const medianOf = (key) => (field) => median(samples.get(key).map((sample) => sample[field]));
    return Object.fromEntries(
      Object.entries(SCREENS).map(([library, screens]) => [
        library,
        screens.map(([screen]) => {
          const of = medianOf(JSON.stringify([library, screen]));
          const fields = ['script', 'layout', 'rendering', 'commits'];
          return [screen, Object.fromEntries(fields.map((field) => [field, of(field)]))];
        }),
      ]),
    );
  } finally {
    await browser.close();
    await server.close();
  }
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
