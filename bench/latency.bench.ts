// @vitest-environment node
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDemo } from '../demo/start.mjs';
import { findBrowser } from '../scripts/find-browser.mjs';
import { isShort, rounds } from './rounds.mjs';

const INTERVAL = 2;
// Four logins for each of the demo's users, because the handler limits each user to five per minute.
const RUNS = ['demo@example.com', 'ann@example.com', 'ben@example.com']
  .flatMap((user) => Array<string>(4).fill(user))
  .slice(0, rounds(12));

let demo: Awaited<ReturnType<typeof startDemo>>;
let browser: Browser;

beforeAll(async () => {
  demo = await startDemo({ port: 0, interval: INTERVAL, watch: false });
  browser = await chromium.launch(findBrowser());
  await signIn('demo@example.com', 0); // Vite prepares the page when it is first loaded.
});

afterAll(async () => {
  await browser.close();
  await demo.close();
});

/** Signs in by approving after a pause. Returns milliseconds. */
async function signIn(user: string, pause: number) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const polls: number[] = [];
  page.on('requestfinished', (request) => {
    if (request.url().endsWith('/poll')) polls.push(request.timing().responseEnd);
  });
  await page.addInitScript(() => {
    new MutationObserver(() => {
      if (document.querySelector('[data-scope="ciba-login"][data-state="approved"]'))
        document.documentElement.dataset['approvedAt'] ??= String(Date.now());
    }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-state'] });
  });
  await page.goto(`${demo.origin}/?backend=openid`);
  await page.getByRole('textbox').fill(user);
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-scope="ciba-login"][data-state="polling"]');
  await sleep(pause);

  const requests = (await (await fetch(`${demo.origin}/phone/api/requests`)).json()) as { id: string }[];
  const approval = await fetch(`${demo.origin}/phone/api/requests/${requests.at(-1)?.id}/approve`, { method: 'POST' });
  if (!approval.ok) throw new Error(`The phone could not approve: ${approval.status}.`);
  const approvedAt = Date.now();
  const shown = await page.waitForFunction(() => document.documentElement.dataset['approvedAt']);
  const latency = Number(await shown.jsonValue()) - approvedAt;
  await context.close();
  return { latency, roundTrip: Math.max(...polls) };
}

test('an approval is on screen after one interval and one round trip', async () => {
  const runs = [];
  // The pauses are spread over the interval, so that approvals arrive at every point of it.
  for (const [index, user] of RUNS.entries()) runs.push(await signIn(user, (index / RUNS.length) * INTERVAL * 1000));
  console.table(
    runs.map(({ latency, roundTrip }) => ({
      'latency (ms)': Math.round(latency),
      'interval + round trip (ms)': Math.round(INTERVAL * 1000 + roundTrip),
    })),
  );
  if (isShort) return;
  // Allows 100 ms for timers, rendering and the two clocks in this measurement.
  for (const { latency, roundTrip } of runs) expect(latency).toBeLessThan(INTERVAL * 1000 + roundTrip + 100);
});
