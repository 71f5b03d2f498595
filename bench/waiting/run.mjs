// `npm run bench:waiting`: what a page costs while it waits for the approval, beside plain React with the same texts and the
// same polls. Production builds in one run in real Chromium, with React's profiler counting commits.
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { servePage } from '../page.mjs';
import { rounds } from '../rounds.mjs';

const SECONDS = rounds(20, 2);
/** Until the screen has come in, and a hidden page has run the last timer of before. */
const SETTLE_MS = 1500;
const call = (method, ...given) => `window.bench.${method}(${given.map((value) => JSON.stringify(value)).join()})`;

const { browser, url, close } = await servePage({
  root: fileURLToPath(new URL('.', import.meta.url)),
  outDir: fileURLToPath(new URL('../../node_modules/.results/waiting', import.meta.url)),
});

try {
  // One after the other, so that they don't share the machine.
  const measured = {
    'plain React': await measure('plain React'),
    '<CibaLogin>': await measure('<CibaLogin>'),
    '<CibaLogin>, hidden': await measure('<CibaLogin>', { hidden: true }),
  };
  const load = loadavg()[0].toFixed(1);
  console.log(`While waiting, per second, over ${SECONDS} s each (load average ${load})`);
  console.table(measured);
  const ratio = measured['<CibaLogin>']['main thread, ms'] / measured['plain React']['main thread, ms'];
  console.log(`Main thread, <CibaLogin> : plain React = ${ratio.toFixed(2)}`);
} finally {
  await close();
}

async function measure(name, { hidden = false } = {}) {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(String(error)));
  await page.goto(url);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  await page.evaluate(call('show', name));
  if (name !== 'plain React') {
    await page.waitForTimeout(SETTLE_MS);
    await page.evaluate(call('start'));
  }
  await page.waitForFunction(call('isWaiting'));
  if (hidden) await page.evaluate(call('hide'));
  await page.waitForTimeout(SETTLE_MS);
  const before = await read(page, cdp);
  await page.waitForTimeout(SECONDS * 1000);
  const after = await read(page, cdp);
  await page.close();
  const perSecond = Object.entries(after).map(([field, value]) => [
    field,
    Number(((value - before[field]) / SECONDS).toFixed(2)),
  ]);
  return Object.fromEntries(perSecond);
}

async function read(page, cdp) {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (wanted) => metrics.find((metric) => metric.name === wanted).value;
  const counted = await page.evaluate(call('read'));
  return {
    'main thread, ms': of('TaskDuration') * 1000,
    'script, ms': of('ScriptDuration') * 1000,
    'style recalcs': of('RecalcStyleCount'),
    commits: counted.commits,
    'timers fired': counted.timersFired,
    'timers set': counted.timersSet,
    polls: counted.polls,
  };
}
