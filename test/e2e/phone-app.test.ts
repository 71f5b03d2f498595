import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from 'vite';
import webPush from 'web-push';
import { addPhone } from 'react-ciba/testing';
import { close, listen } from '../../demo/loopback.js';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { aliases } from '../../vite.config.js';

// The page of examples/phone, built as its own configuration says, but for the sources of the package.

const example = fileURLToPath(new URL('../../examples/phone', import.meta.url));
const outDir = mkdtempSync(join(tmpdir(), 'react-ciba-phone-page-'));
let browser: Browser;
let context: BrowserContext;
let page: Page;
let server: Server;
let origin: string;
let invite: () => Promise<{ readonly url: string }>;

beforeAll(async () => {
  await build({
    configFile: join(example, 'vite.config.js'),
    logLevel: 'warn',
    root: example,
    resolve: { alias: aliases },
    build: { outDir, emptyOutDir: true, chunkSizeWarningLimit: 2000 },
  });
  server = createServer();
  origin = `http://localhost:${await listen(server)}`;
  const { publicKey, privateKey } = webPush.generateVAPIDKeys();
  const { createApp } = (await import(`${example}/app.js`)) as {
    createApp: (options: object) => { app: RequestListener; invite: typeof invite };
  };
  const push = { publicKey, privateKey, contact: 'mailto:ops@example.com' };
  const made = createApp({ origin, push, page: outDir });
  ({ invite } = made);
  server.on('request', made.app);
  browser = await chromium.launch(findBrowser());
  context = await browser.newContext();
  await context.grantPermissions(['notifications'], { origin });
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  if (server) await close(server);
  rmSync(outDir, { recursive: true, force: true });
});

test('the phone is added, can be installed, and approves a sign-in', { timeout: 90_000 }, async () => {
  await addPhone(page);
  const response = await page.goto((await invite()).url);
  expect(response?.headers()['content-security-policy']).toContain("frame-ancestors 'none'");
  await page.getByRole('button', { name: 'Create passkey' }).click();
  await page.getByRole('heading', { name: 'No requests' }).waitFor();

  const protocol = await context.newCDPSession(page);
  const { installabilityErrors } = await protocol.send('Page.getInstallabilityErrors');
  // A private window, such as a test's, never installs anything.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);

  const shop = await context.newPage();
  shop.setDefaultTimeout(20_000);
  await shop.goto(origin);
  await shop.getByLabel('Email address').fill('ada@example.com');
  await shop.getByRole('button', { name: 'Send sign-in request', exact: true }).click();
  await shop.getByRole('img', { name: 'QR code that opens this request on your phone.' }).waitFor();
  const number = await shop.locator('[data-part="display-code-value"]').first().innerText();
  await page.getByLabel('4-digit number').fill(number);
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await shop.getByRole('heading', { name: 'Welcome, Ada' }).waitFor();
});

test('its worker shows a notification of a push, and the page closes it when it opens', async () => {
  const protocol = await context.newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    protocol.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [first] = registrations;
      if (first) resolve(first.registrationId);
    });
  });
  await protocol.send('ServiceWorker.enable');
  const data = JSON.stringify({ tag: 'card-1', requester: 'Example Shop', page: '/phone' });
  const registrationId = await registered;
  await protocol.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data });
  const titles = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map(({ title }) => title);
    });
  await expect.poll(titles, { timeout: 10_000 }).toEqual(['Example Shop']);
  await page.reload();
  await expect.poll(titles, { timeout: 10_000 }).toEqual([]);
});
