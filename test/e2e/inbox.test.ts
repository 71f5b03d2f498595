import { chromium } from 'playwright';
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addPhone } from 'react-ciba/testing';
import type { PhoneTotp } from '../../demo/phone-api.js';
import type { Demo } from '../../demo/server.js';
import { startDemo } from '../../demo/start.mjs';
import { findBrowser } from '../../scripts/find-browser.mjs';

const ROOT = '[data-scope="ciba-login"][data-part="root"]';

let browser: Browser;
let demo: Demo;
let context: BrowserContext;
let page: Page;
let phone: FrameLocator;
let complaints: string[];

beforeAll(async () => {
  browser = await chromium.launch(findBrowser());
  demo = await startDemo({ port: 0, watch: false });
});

afterAll(async () => {
  await browser?.close();
  await demo?.close();
});

/** The shop beside its phone, in a browser of its own. */
async function openShop(): Promise<Page> {
  const shop = await context.newPage();
  shop.setDefaultTimeout(20_000);
  shop.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  shop.on('pageerror', (error) => complaints.push(`error: ${String(error)}`));
  await shop.goto(demo.origin);
  return shop;
}

beforeEach(async () => {
  complaints = [];
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await openShop();
  phone = page.frameLocator('iframe[title="Phone"]');
  await phone.getByRole('heading', { name: 'No requests' }).waitFor();
});

afterEach(() => context?.close());

const press = (name: string, on: Page | FrameLocator = page) => on.getByRole('button', { name, exact: true }).click();
const reach = (status: string) => page.locator(`${ROOT}[data-state="${status}"]`).first().waitFor();
const signedIn = () => page.getByText(`You’re signed in as ${demo.account}.`).waitFor();

async function start(account = demo.account): Promise<string> {
  await page.getByLabel('Email address').fill(account);
  await press('Send sign-in request');
  await reach('polling');
  return page.locator(`${ROOT} [data-part="display-code-value"]`).first().innerText();
}

/** Enters the number of the shop's page on the phone. */
async function approve(number: string, on: Page | FrameLocator = phone): Promise<void> {
  await on.getByLabel('4-digit number').fill(number);
  await press('Approve', on);
}

describe('the demo on the inbox', { timeout: 60_000 }, () => {
  test('signs in by the number, pays without one, and stays signed in', async () => {
    await approve(await start());
    await signedIn();
    await phone.getByRole('heading', { name: 'Request approved' }).waitFor();

    await press('Pay €24.90');
    // An ended card stays until it is closed.
    await press('Done', phone);
    await phone.getByText('€24.90').waitFor();
    await phone.getByText('Example Shop', { exact: false }).first().waitFor();
    await press('Deny', phone);
    await page.getByRole('heading', { name: 'Request denied' }).waitFor();
    await press('Send a new request');
    await press('Done', phone);
    await press('Approve', phone);
    await page.getByRole('heading', { name: 'Paid. Thank you!' }).waitFor();

    await page.reload();
    await page.getByRole('heading', { name: 'Paid. Thank you!' }).waitFor();
    await press('Sign out');
    await page.getByLabel('Email address').waitFor();
    // A browser that is no phone yet, and a payment without an approval, are a 401 by design, which the browser logs.
    expect(complaints.filter((line) => /^(error|warning)/.test(line) && !line.includes('401'))).toEqual([]);
  });

  test('is denied on the phone, and refused after a wrong number until it is right', async () => {
    await start();
    await press('Deny', phone);
    await reach('denied');
    await press('Send a new request');
    await reach('polling');
    await press('Done', phone);
    const number = await page.locator(`${ROOT} [data-part="display-code-value"]`).first().innerText();
    await approve(String((Number(number) + 1) % 10_000).padStart(4, '0'));
    await phone.getByText('That isn’t the number.').first().waitFor();
    await reach('polling');
    await approve(number);
    await signedIn();
  });

  test('takes a code of the phone instead', async () => {
    await start();
    await press('Use authenticator code');
    const totp = (await (await fetch(`${demo.origin}/phone/api/totp`)).json()) as PhoneTotp;
    await page.getByLabel('6-digit code').fill(totp.code);
    await press('Verify code');
    await signedIn();
  });

  test('looks the same for an unknown user and for one without a phone', async () => {
    const screen = async (account: string) => {
      const number = await start(account);
      const text = await page.locator(ROOT).first().innerText();
      return text
        .replaceAll(number, 'NUMBER')
        .replaceAll(account, 'ACCOUNT')
        .replaceAll(/\d+:\d\d/g, 'TIME');
    };
    const known = await screen(demo.account);
    for (const account of ['nobody@example.com', 'ann@example.com']) {
      await press('Cancel');
      await page.getByLabel('Email address').waitFor();
      expect(await screen(account)).toBe(known);
    }
  });

  test('the browser that opened the phone last is the phone', async () => {
    const first = phone;
    const other = await browser.newContext();
    try {
      const second = await other.newPage();
      second.setDefaultTimeout(20_000);
      await second.goto(`${demo.origin}/phone`);
      await second.getByRole('heading', { name: 'No requests' }).waitFor();
      await approve(await start(), second);
      await signedIn();
      await first.getByRole('heading', { name: 'This phone was removed' }).waitFor();
    } finally {
      await other.close();
    }
  });

  test('uses the passkey of this computer, if the user wants that', async () => {
    const tab = await context.newPage();
    tab.setDefaultTimeout(20_000);
    await addPhone(tab);
    await tab.goto(`${demo.origin}/phone`);
    await press('Use your own', tab);
    await press('Create passkey', tab);
    await tab.getByRole('heading', { name: 'No requests' }).waitFor();
    await approve(await start(), tab);
    await signedIn();
  });
});

test('another site can’t take over the phone', async () => {
  for (const origin of ['https://evil.example', undefined]) {
    const response = await fetch(`${demo.origin}/phone/passkey/invitation`, {
      method: 'POST',
      headers: origin === undefined ? {} : { origin },
    });
    expect(response.status).toBe(403);
  }
  await phone.getByRole('heading', { name: 'No requests' }).waitFor();
});
