// `npm run bench:screens`: measures the first screen of <CibaLogin> and each change of screen, compared with
// @authsignal/react, with production builds in one run in real Chromium. Ratios carry over; milliseconds depend on the
// machine.
import { fileURLToPath } from 'node:url';
import { installLibraries } from '../install.mjs';
import { servePage } from '../page.mjs';
import { rounds } from '../rounds.mjs';
import { en } from '../../dist/locales/en.js';

const ROUNDS = rounds(7);
/** As slow as a cheap phone beside this machine, and in fewer rounds. */
const THROTTLE = 4;
const THROTTLED_ROUNDS = rounds(3);
/** New pages, each of which shows one first screen. */
const COLD_ROUNDS = rounds(3);
/** Milliseconds that a screen gets for its timers and frames. The login's clock ticks once a second. */
const SETTLE = rounds(150, 60);
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
  'plain React': [
    ['first screen', async () => undefined, show('plain React'), `text=${en['idle.title']}`],
    [
      'identifier → sending',
      all(show('plain React'), pause, insert('ada@example.com')),
      press(en['idle.start']),
      `text=${en['pushing.title']}`,
    ],
    [
      'sending → waiting',
      all(show('plain React'), pause, insert('ada@example.com'), press(en['idle.start'])),
      press(en['action.close']),
      `text=${en['polling.title']}`,
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
const { warm, cold, throttled } = await measure();

function compare(measured) {
  const find = (library, screen) => measured[library].find(([name]) => name === screen)?.[1];
  return measured['react-ciba'].map(([screen, ours]) => {
    const theirs = find('@authsignal/react', COUNTERPART[screen]);
    const plain = find('plain React', screen);
    const of = (sample, field) => sample?.[field].toFixed(1) ?? '';
    return {
      screen,
      'script, ms': of(ours, 'script'),
      'rendering, ms': of(ours, 'rendering'),
      'style and layout, ms': of(ours, 'layout'),
      commits: ours.commits,
      'beside their': COUNTERPART[screen],
      'their script, ms': of(theirs, 'script'),
      'their rendering, ms': of(theirs, 'rendering'),
      'their style and layout, ms': of(theirs, 'layout'),
      'their commits': theirs.commits,
      'script, ratio': (ours.script / theirs.script).toFixed(2),
      'rendering, ratio': (ours.rendering / theirs.rendering).toFixed(2),
      'plain React: script, ms': of(plain, 'script'),
      'plain React: rendering, ms': of(plain, 'rendering'),
    };
  });
}

console.log(`Warm: medians of ${ROUNDS} in one run, production builds; <CibaLogin> compared with @authsignal/react`);
console.table(compare(warm));
console.log(`Cold: the first screen of a new page, before the engine has compiled anything, medians of ${COLD_ROUNDS}`);
console.table(compare(cold));
console.log(`Throttled: the same with a CPU that is ${THROTTLE} times slower, medians of ${THROTTLED_ROUNDS}`);
console.table(compare(throttled));

async function measure() {
  const { browser, url, close } = await servePage({
    root: fileURLToPath(new URL('.', import.meta.url)),
    outDir: fileURLToPath(new URL('../node_modules/.results/screens', import.meta.url)),
  });
  try {
    const openPage = async () => {
      const page = await browser.newPage();
      page.on('pageerror', (error) => console.error(String(error)));
      await page.goto(url);
      const cdp = await page.context().newCDPSession(page);
      await cdp.send('Performance.enable');
      return { page, cdp };
    };

    async function readTimes({ cdp }) {
      const { metrics } = await cdp.send('Performance.getMetrics');
      const of = (wanted) => metrics.find(({ name }) => name === wanted).value * 1000;
      return { script: of('ScriptDuration'), layout: of('LayoutDuration') + of('RecalcStyleDuration') };
    }

    /** What one change of screen costs. */
    async function measureScreen(opened, library, [screen, before, act, mark]) {
      const { page } = opened;
      await page.evaluate(call('clear'));
      await before(page);
      await pause(page);
      await page.evaluate(call('startCounting'));
      const from = await readTimes(opened);
      await act(page);
      await pause(page);
      const to = await readTimes(opened);
      const counted = await page.evaluate(call('read'));
      const came =
        mark === VERIFIED
          ? await page.evaluate(call('wasAsked', VERIFY))
          : await page.locator(mark).first().isVisible();
      if (!came) throw new Error(`${library}, ${screen}: ${mark} did not appear.`);
      return { ...counted, script: to.script - from.script, layout: to.layout - from.layout };
    }

    /** Some screens of every library, `count` times. */
    async function sample(count, screensOf, open) {
      const samples = Object.fromEntries(
        Object.entries(SCREENS).map(([library, screens]) => [
          library,
          screensOf(screens).map(([screen]) => [screen, []]),
        ]),
      );
      for (let round = 0; round < count; round += 1) {
        for (const [library, screens] of Object.entries(SCREENS)) {
          for (const [place, screen] of screensOf(screens).entries()) {
            samples[library][place][1].push(await measureScreen(await open(), library, screen));
          }
        }
      }
      return medians(samples);
    }

    const cold = await sample(COLD_ROUNDS, ([first]) => [first], openPage);
    const opened = await openPage();
    const all = (screens) => screens;
    const same = async () => opened;
    // It warms up the engine.
    if (ROUNDS > 1) await sample(1, all, same);
    const warm = await sample(ROUNDS, all, same);
    await opened.cdp.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE });
    const throttled = await sample(THROTTLED_ROUNDS, all, same);
    return { cold, warm, throttled };
  } finally {
    await close();
  }
}

/** The median of each field of each screen. */
function medians(samples) {
  const fields = ['script', 'layout', 'rendering', 'commits'];
  const ofScreen = ([screen, all]) => [
    screen,
    Object.fromEntries(fields.map((field) => [field, median(all.map((one) => one[field]))])),
  ];
  return Object.fromEntries(Object.entries(samples).map(([library, screens]) => [library, screens.map(ofScreen)]));
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
