import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import express from 'express';
import { chromium } from 'playwright';
import type { Browser, Page } from 'playwright';
import type { InboxServer } from 'react-ciba/inbox/server';
import { en, enInbox } from 'react-ciba/locales/en';
import { toNodeListener } from 'react-ciba/server';
import { addPhone } from 'react-ciba/testing';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { aliases } from '../../vite.config.js';
import { openChannel } from './channel.js';
import type { Channel } from './channel.js';
import { listen } from './listen.js';
import type { Listening } from './listen.js';
import { createRealm } from './realm.js';
import type { Realm } from './realm.js';
import { createShop } from './shop.js';
import type { Shop } from './shop.js';

// The page of examples/keycloak in a real browser, with Keycloak behind it and the test as the phone.

const example = fileURLToPath(new URL('../../examples/keycloak', import.meta.url));
const outDir = mkdtempSync(join(tmpdir(), 'react-ciba-keycloak-page-'));
let channel: Channel;
let realm: Realm;
let server: Listening;
let app = express();
let browser: Browser;
let page: Page;
let shop: Shop;
let complaints: string[];
/** What the handler sent to the page, header and body. */
let sent: string[];

beforeAll(async () => {
  channel = await openChannel();
  await build({
    configFile: false,
    logLevel: 'warn',
    root: example,
    plugins: [react()],
    resolve: { alias: aliases },
    build: { outDir, emptyOutDir: true, chunkSizeWarningLimit: 2000 },
  });
  server = await listen(() => app);
  realm = await createRealm();
  browser = await chromium.launch(findBrowser());
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await channel?.close();
  rmSync(outDir, { recursive: true, force: true });
});

beforeEach(async () => {
  complaints = [];
  sent = [];
  shop = createShop(realm, { handler: { origin: server.origin } });
  app = express();
  app.use(
    '/api/ciba',
    toNodeListener(async (request) => {
      const response = await shop.handler(request);
      sent.push(JSON.stringify([...response.headers]));
      if (response.body) sent.push(await response.clone().text());
      return response;
    }),
  );
  app.use(express.static(outDir));
  page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) complaints.push(message.text());
  });
  await page.goto(server.origin);
});

afterEach(async () => {
  await page?.close();
  expect(complaints).toEqual([]);
});

const reach = (status: string) => page.locator(`[data-part="root"][data-state="${status}"]`).waitFor();

async function askToSignIn(address: string): Promise<void> {
  await page.getByLabel(en['identifier.email']).fill(address);
  await page.getByRole('button', { name: en['idle.start'], exact: true }).click();
  await reach('polling');
}

/** Signs in as this user, up to the request on the phone. */
async function ring(address: string) {
  await askToSignIn(address);
  const request = channel.requests.at(-1);
  if (!request) throw new Error('Keycloak told of no request.');
  await page
    .getByText(request.body.binding_message ?? '', { exact: true })
    .first()
    .waitFor();
  return request;
}

test('signs in when the phone approves, stays signed in, and signs out', async () => {
  const request = await ring('ada@example.com');
  expect(await channel.decide(request, 'SUCCEED')).toBe(200);
  await page.getByRole('heading', { name: 'Welcome, Ada Example' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Welcome, Ada Example' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel(en['identifier.email']).waitFor();
  expect(shop.events.filter(({ type }) => type === 'failed' || type === 'refused')).toEqual([]);
});

test('says so when the phone denies', async () => {
  await channel.decide(await ring('bob@example.com'), 'CANCELLED');
  await reach('denied');
});

test('keeps tokens and request IDs away from the page', async () => {
  await channel.decide(await ring('ada@example.com'), 'SUCCEED');
  await page.getByRole('heading', { name: 'Welcome, Ada Example' }).waitFor();
  expect(sent.length).toBeGreaterThan(1);
  // Tokens and the request ID of Keycloak are JWTs.
  expect(sent.join('\n')).not.toContain('eyJ');
});

describe('the phone of the example', () => {
  const phoneOrigin = `http://localhost:${inject('server').channelPort}`;
  let phone: Server;
  let phonePage: Page;

  beforeAll(async () => {
    await channel.close();
    const { createPhone } = (await import(`${example}/phone.js`)) as {
      createPhone: (options: { issuer: string; origin: string; page: string }) => {
        app: express.Express;
        inbox: InboxServer<null>;
      };
    };
    const { app: phoneApp, inbox } = createPhone({ issuer: realm.issuer, origin: phoneOrigin, page: outDir });
    phone = createServer((request, response) => {
      // All test files have the same channel, at a path of its own.
      if (request.url === '/channel') request.url = '/api/inbox/channel/keycloak';
      phoneApp(request, response);
    }).listen(inject('server').channelPort, '127.0.0.1');

    phonePage = await browser.newPage();
    phonePage.setDefaultTimeout(20_000);
    await addPhone(phonePage);
    const { url } = await inbox.invite({ subject: await realm.userId('ada'), name: 'Ada' });
    await phonePage.goto(url);
    await phonePage.getByRole('button', { name: enInbox['inbox.setup.passkey'] }).click();
    await phonePage.getByRole('heading', { name: enInbox['inbox.empty.title'] }).waitFor();
  });

  afterAll(async () => {
    await phonePage?.close();
    phone?.closeAllConnections();
    phone?.close();
  });

  test('takes the number of the shop, and approves', async () => {
    await askToSignIn('ada@example.com');
    const number = await page.locator('[data-part="display-code-value"]').first().innerText();
    await phonePage.getByLabel(enInbox['inbox.number'](4)).fill(number);
    await phonePage.getByRole('button', { name: enInbox['inbox.approve'], exact: true }).click();
    await page.getByRole('heading', { name: 'Welcome, Ada Example' }).waitFor();
    await phonePage.getByRole('button', { name: enInbox['inbox.done'] }).click();
  });

  test('denies', async () => {
    await askToSignIn('ada@example.com');
    await phonePage.getByRole('button', { name: enInbox['inbox.deny'], exact: true }).click();
    await reach('denied');
  });

  test('takes nothing of a caller without a token of Keycloak', async () => {
    // Not by fetch(), whose headers are a page's: those are refused for being one.
    const status = await new Promise((resolve, reject) => {
      const headers = { authorization: 'Bearer abc', 'content-type': 'application/json' };
      const options = { method: 'POST', headers, agent: false };
      httpRequest(`http://127.0.0.1:${inject('server').channelPort}/channel`, options, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end(JSON.stringify({ login_hint: 'ada' }));
    });
    expect(status).toBe(401);
  });
});
