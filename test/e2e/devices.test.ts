import { chromium } from 'playwright';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../src/locales/en.js';
import { startDemo } from '../../demo/start.mjs';
import type { Demo } from '../../demo/server.js';
import type { PhoneRequest } from '../../demo/provider.js';
import { findBrowser } from '../../scripts/find-browser.mjs';

const ACCOUNT = 'demo@example.com';
let browser: Browser;
let demo: Demo;

beforeAll(async () => {
  browser = await chromium.launch(findBrowser());
  demo = await startDemo({ port: 0, watch: false, interval: 1 });
});

afterAll(async () => {
  await browser?.close();
  await demo?.close();
});

/** A device: a browser profile of its own. */
async function openDevice(userAgent?: string): Promise<Page> {
  const context = await browser.newContext(userAgent === undefined ? {} : { userAgent });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(`${demo.origin}/?backend=openid`);
  return page;
}

const signedIn = (page: Page) => page.getByText(`You’re signed in as ${ACCOUNT}.`).waitFor();
const isSignedOut = (page: Page) => page.getByLabel(en['identifier.email']).waitFor();

/** Approves on the phone, once it shows the request. */
async function approve(): Promise<void> {
  const api = `${demo.origin}/phone/api/requests`;
  const waiting = async () => ((await (await fetch(api)).json()) as PhoneRequest[])[0]?.id;
  await expect.poll(waiting, { timeout: 10_000 }).toBeDefined();
  const response = await fetch(`${api}/${await waiting()}/approve`, { method: 'POST' });
  expect(response.status).toBe(200);
}

async function askToSignIn(page: Page): Promise<void> {
  await page.getByLabel(en['identifier.email']).fill(ACCOUNT);
  await page.getByRole('button', { name: en['idle.start'], exact: true }).click();
}

test('another device is listed and signed out, and other tabs of this one follow a sign-out at once', async () => {
  const laptop = await openDevice();
  await askToSignIn(laptop);
  await approve();
  await signedIn(laptop);

  const phone = await openDevice(
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  );
  await askToSignIn(phone);
  await approve();
  await signedIn(phone);

  await laptop.getByRole('link', { name: 'Your devices' }).click();
  await laptop.getByRole('heading', { name: 'Your devices' }).waitFor();
  await expect.poll(() => laptop.locator('[data-scope="ciba-sessions"][data-part="device"]').count()).toBe(2);
  await laptop.getByRole('button', { name: 'Sign out Safari on iPhone' }).click();
  await expect.poll(() => laptop.locator('[data-scope="ciba-sessions"][data-part="device"]').count()).toBe(1);
  await phone.reload();
  await isSignedOut(phone);

  const tab = await laptop.context().newPage();
  await tab.goto(`${demo.origin}/?backend=openid`);
  await signedIn(tab);
  await tab.getByRole('button', { name: 'Sign out', exact: true }).click();
  await isSignedOut(tab);
  await isSignedOut(laptop);
});
