import { chromium } from 'playwright';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { en } from '../../src/locales/en.js';
import type { PhoneTotp } from '../../demo/phone-api.js';
import type { PhoneRequest } from '../../demo/provider.js';
import type { Demo } from '../../demo/server.js';
import { startDemo } from '../../demo/start.mjs';
import { findBrowser } from '../../scripts/find-browser.mjs';

const ACCOUNT = 'demo@example.com';

let browser: Browser;
let demo: Demo;
let page: Page;

beforeAll(async () => {
  browser = await chromium.launch(findBrowser());
  demo = await startDemo({ port: 0, watch: false });
});

afterAll(async () => {
  await browser?.close();
  await demo?.close();
});

beforeEach(async () => {
  page = await browser.newPage();
  page.setDefaultTimeout(20_000);
});

afterEach(() => page?.close());

const reach = (status: string) =>
  page.locator(`[data-scope="ciba-login"][data-part="root"][data-state="${status}"]`).waitFor();
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

async function start(backend: string): Promise<void> {
  await page.goto(demo.origin);
  await page.getByRole('link', { name: backend, exact: true }).click();
  await page.getByLabel(en['identifier.email']).fill(ACCOUNT);
  await press(en['idle.start']);
  await reach('polling');
}

async function answer(act: 'approve' | 'deny'): Promise<void> {
  const requests = (await (await fetch(`${demo.origin}/phone/api/requests`)).json()) as PhoneRequest[];
  const response = await fetch(`${demo.origin}/phone/api/requests/${requests[0]?.id}/${act}`, { method: 'POST' });
  expect(response.status).toBe(200);
}

describe('the demo on AuthSec', { timeout: 60_000 }, () => {
  test('signs in by approval, stays signed in, and signs out', async () => {
    const received: string[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/api/'))
        response.text().then(
          (text) => received.push(text),
          () => {},
        );
    });
    await start('AuthSec');
    await answer('approve');
    await page.getByText(`You’re signed in as ${ACCOUNT}.`).waitFor();
    await page.reload();
    await page.getByText(`You’re signed in as ${ACCOUNT}.`).waitFor();
    // AuthSec's ids end in "=", its tokens begin with "eyJ".
    expect(received.length).toBeGreaterThan(2);
    expect(received.join('\n')).not.toMatch(/eyJ|auth_req_id|[\w-]{43}=/);
    await press('Sign out');
    await page.getByLabel(en['identifier.email']).waitFor();
  });

  test('is denied, and signs in by a code', async () => {
    await start('AuthSec');
    await answer('deny');
    await reach('denied');
    await press(en['action.useCode']);
    const totp = (await (await fetch(`${demo.origin}/phone/api/totp`)).json()) as PhoneTotp;
    await page.getByLabel(en['totpEntry.label'](6)).fill(totp.code);
    await press(en['totpEntry.submit']);
    await page.getByText(`You’re signed in as ${ACCOUNT}.`).waitFor();
  });
});

describe('the demo on the memory adapter', { timeout: 60_000 }, () => {
  test('signs in by the phone in the page', async () => {
    await start('This page alone');
    await press('Approve');
    await page.getByText(`You’re signed in as ${ACCOUNT}.`).waitFor();
  });
});
