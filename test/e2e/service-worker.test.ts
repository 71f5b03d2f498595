import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { chromium } from 'playwright';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { transformWithOxc } from 'vite';
import { enInbox } from '../../src/locales/en.js';
import { close, listen } from '../../demo/loopback.js';
import { findBrowser } from '../../scripts/find-browser.mjs';

let browser: Browser;
let server: Server;
let context: BrowserContext;
let page: Page;
let origin: string;

beforeAll(async () => {
  const path = new URL('../../src/inbox/service-worker.ts', import.meta.url);
  const { code } = await transformWithOxc(await readFile(path, 'utf8'), 'service-worker.ts');
  const worker = "import { notifyOfRequests } from '/kit.js'; notifyOfRequests();";
  const scripts: Readonly<Record<string, string>> = { '/kit.js': code, '/worker.js': worker };
  server = createServer((request, response) => {
    const script = scripts[request.url ?? ''];
    response.setHeader('content-type', script === undefined ? 'text/html' : 'text/javascript');
    response.end(script ?? '<!doctype html><title>Phone</title>');
  });
  origin = `http://localhost:${await listen(server)}`;
  browser = await chromium.launch(findBrowser());
  context = await browser.newContext();
  await context.grantPermissions(['notifications'], { origin });
  page = await context.newPage();
  await page.goto(`${origin}/phone`);
});

afterAll(async () => {
  await browser?.close();
  if (server) await close(server);
});

/** The notifications that the browser shows for this app. */
const readNotifications = () =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const shown = await registration.getNotifications();
    return shown.map(({ title, body, tag }) => ({ title, body, tag }));
  });

test('Chromium shows one notification for the pushes of one card', async () => {
  const protocol = await context.newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    protocol.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [first] = registrations;
      if (first) resolve(first.registrationId);
    });
  });
  await protocol.send('ServiceWorker.enable');
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/worker.js', { type: 'module' });
    await navigator.serviceWorker.ready;
  });
  const registrationId = await registered;
  const push = (data: string) => protocol.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data });

  const bell = { tag: 'card-1', requester: 'Example Shop', page: '/phone' };
  await push(JSON.stringify(bell));
  await push(JSON.stringify(bell));
  await push(JSON.stringify({ ...bell, tag: 'devices', devices: true }));
  await expect.poll(readNotifications, { timeout: 10_000 }).toEqual(
    expect.arrayContaining([
      { title: 'Example Shop', body: enInbox['inbox.push.request'], tag: 'card-1' },
      { title: 'Example Shop', body: enInbox['inbox.push.devices'], tag: 'devices' },
    ]),
  );
  expect(await readNotifications()).toHaveLength(2);
});
