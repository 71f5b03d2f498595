// `npm run docs:pictures`: takes the README's pictures of a login in real Chromium, with a clock that stands still between
// two frames, so that the pictures only change with the design.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { animate } from './animated-png.mjs';
import { findOrInstallBrowser } from './find-browser.mjs';

const fromRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const EMAIL = 'ada@example.com';

const server = await createServer({ configFile: fromRoot('vite.config.ts'), root: fromRoot('scripts/pictures') });
await server.listen(0);
const [address] = server.resolvedUrls.local;
const browser = await chromium.launch(findOrInstallBrowser());

/** Opens the login, waiting for an email address. */
async function open({ colorScheme, scale }) {
  const context = await browser.newContext({ colorScheme, deviceScaleFactor: scale, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForSelector('input');
  await page.evaluate(() => document.fonts.ready);
  return page;
}

const pass = (page, seconds) => page.evaluate((by) => window.pass(by), seconds);
const shoot = (page) => page.locator('body').screenshot({ animations: 'disabled', caret: 'hide' });

async function sendRequest(page) {
  await page.fill('input', EMAIL);
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-state="polling"]');
}

for (const colorScheme of ['light', 'dark']) {
  const page = await open({ colorScheme, scale: 2 });
  await sendRequest(page);
  await pass(page, 14);
  const name = colorScheme === 'light' ? 'waiting' : 'waiting-dark';
  await writeFile(fromRoot(`docs/images/${name}.png`), await shoot(page));
}

const page = await open({ colorScheme: 'light', scale: 1.5 });
const frames = [];
const hold = async (milliseconds) => frames.push({ png: await shoot(page), milliseconds });
await hold(1200);
await page.fill('input', EMAIL);
await hold(1000);
await sendRequest(page);
for (let seconds = 0; seconds < 21; seconds += 7) {
  await hold(1000);
  await pass(page, 7);
}
await page.waitForSelector('[data-state="approved"]');
await hold(2500);
await writeFile(fromRoot('docs/images/sign-in.png'), animate(frames));

await browser.close();
await server.close();
