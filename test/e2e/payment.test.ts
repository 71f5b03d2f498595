import { chromium } from 'playwright';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../src/locales/en.js';
import { startDemo } from '../../demo/start.mjs';
import type { Demo } from '../../demo/server.js';
import { findBrowser } from '../../scripts/find-browser.mjs';

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

async function open(width: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  page.setDefaultTimeout(15_000);
  await page.goto(`${demo.origin}/?backend=openid`);
  return page;
}

test('from 900 px on, the phone stands beside the shop: a sign-in, and a payment that is denied and then approved', async () => {
  const page = await open(900);
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  const phone = page.frameLocator('iframe[title="Phone"]');
  const answer = (name: string) => phone.getByRole('button', { name, exact: true }).click();

  await page.getByLabel(en['identifier.email']).fill(demo.account);
  await page.getByRole('button', { name: en['idle.start'], exact: true }).click();
  await answer('Approve');

  const pay = page.getByRole('button', { name: 'Pay €24.90', exact: true });
  await pay.click();
  await phone.getByText('Pay 24.90 EUR to Example Shop?').waitFor();
  await answer('Deny');
  await page.getByRole('heading', { name: en['denied.title'] }).waitFor();
  await page.getByRole('button', { name: en['denied.retry'], exact: true }).click();
  await phone.getByText('Pay 24.90 EUR to Example Shop?').waitFor();
  await answer('Approve');
  await page.getByRole('heading', { name: 'Paid. Thank you!' }).waitFor();

  await page.reload();
  await page.getByRole('heading', { name: 'Paid. Thank you!' }).waitFor();
  await page.getByRole('button', { name: 'Order another one', exact: true }).click();
  await pay.waitFor();
  // A payment without an approval is a 401 by design, which the browser itself logs.
  expect(complaints.filter((line) => /^(error|warning)|Error/.test(line) && !line.includes('401'))).toEqual([]);
});

test('a reload at any moment leaves one request on the phone, which pays once', async () => {
  const page = await open(900);
  const phone = page.frameLocator('iframe[title="Phone"]');
  const approve = phone.getByRole('button', { name: 'Approve', exact: true });
  await page.getByLabel('Email address').fill(demo.account);
  await page.getByRole('button', { name: 'Send sign-in request', exact: true }).click();
  await approve.click();

  const pay = page.getByRole('button', { name: 'Pay €24.90', exact: true });
  const waiting = page.getByRole('heading', { name: 'Check your phone' });
  for (let press = 0; press < 2; press += 1) {
    await pay.click();
    await waiting.waitFor();
    await approve.waitFor();
    expect(await approve.count()).toBe(1);
    await page.reload();
    await pay.waitFor();
    expect(await waiting.count()).toBe(0);
  }
  // The user approves while no page waits, and then presses the button again.
  await approve.click();
  await phone.getByText('Pay 24.90 EUR to Example Shop?').waitFor({ state: 'detached' });
  await pay.click();
  await page.getByRole('heading', { name: 'Paid. Thank you!' }).waitFor();
  expect(await approve.count()).toBe(0);
});

test('in a narrow window the phone opens in another tab, and nothing is cut', async () => {
  const page = await open(375);
  await page.getByLabel(en['identifier.email']).waitFor();
  expect(await page.locator('iframe').count()).toBe(0);
  await page.getByRole('link', { name: 'the phone', exact: true }).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
});

test('only the shop may frame its phone', async () => {
  const response = await fetch(`${demo.origin}/phone`);
  expect(response.headers.get('content-security-policy')).toBe("frame-ancestors 'self'");
});

test('a payment needs a session, and an approval of that session', async () => {
  const pay = (headers: Record<string, string>) =>
    fetch(`${demo.origin}/api/openid/orders/pay`, { method: 'POST', headers: { origin: demo.origin, ...headers } });
  expect((await pay({})).status).toBe(401);
  expect((await pay({ 'x-ciba-approval': 'made-up' })).status).toBe(401);
});
