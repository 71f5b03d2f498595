import { request as httpRequest } from 'node:http';
import { chromium } from 'playwright';
import type { Browser, BrowserContext, Page, Route } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { en } from '../../src/locales/en.js';
import { startDemo } from '../../demo/start.mjs';
import type { Demo } from '../../demo/server.js';
import type { PhoneTotp } from '../../demo/phone-api.js';
import type { PhoneRequest } from '../../demo/provider.js';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { collectProviderSecrets } from './provider-secrets.js';

const ROOT = '[data-scope="ciba-login"][data-part="root"]';

let browser: Browser;
let context: BrowserContext;
let page: Page;
let demo: Demo;
const secrets = collectProviderSecrets();

beforeAll(async () => {
  browser = await chromium.launch(findBrowser());
});

afterAll(async () => {
  await browser?.close();
  secrets.stop();
});

/** Starts a demo for the tests of one `describe`, and a fresh browser profile for each of them. */
function useDemo(options: { interval: number; expiresIn?: number }) {
  beforeAll(async () => {
    demo = await startDemo({ port: 0, watch: false, ...options });
  });
  afterAll(() => demo?.close());
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(`${demo.origin}/?backend=openid`);
  });
  afterEach(() => context?.close());
}

async function start(account: string): Promise<void> {
  await page.getByLabel(en['identifier.email']).fill(account);
  await page.getByRole('button', { name: en['idle.start'], exact: true }).click();
  await reach('polling');
}

const reach = (status: string) => page.locator(`${ROOT}[data-state="${status}"]`).waitFor();
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const signedInAs = (account: string) => page.getByText(`You’re signed in as ${account}.`).waitFor();

async function enterCode(code: string): Promise<void> {
  await page.getByLabel(en['totpEntry.label'](6)).fill(code);
  await press(en['totpEntry.submit']);
}

async function phoneRequest(account: string): Promise<PhoneRequest> {
  const response = await fetch(`${demo.origin}/phone/api/requests`);
  const request = ((await response.json()) as PhoneRequest[]).find((candidate) => candidate.account === account);
  if (!request) throw new Error(`The phone shows no request for ${account}.`);
  return request;
}

async function onPhone(act: 'approve' | 'deny', account: string): Promise<void> {
  const { id } = await phoneRequest(account);
  const response = await fetch(`${demo.origin}/phone/api/requests/${id}/${act}`, { method: 'POST' });
  expect(response.status).toBe(200);
}

async function readTotp(account: string): Promise<PhoneTotp> {
  const response = await fetch(`${demo.origin}/phone/api/totp?account=${encodeURIComponent(account)}`);
  return (await response.json()) as PhoneTotp;
}

/** The screen in words, without what differs from one request to the next. */
async function readScreen(account: string, request?: PhoneRequest): Promise<string> {
  const text = await page.locator(ROOT).innerText();
  const shown = await page.locator(`${ROOT} [data-part="display-code-value"]`).allInnerTexts();
  const withoutCode = [...shown, request?.displayCode ?? '']
    .filter(Boolean)
    .reduce((words, code) => words.replaceAll(code, 'CODE'), text);
  return withoutCode.replaceAll(account, 'ACCOUNT').replaceAll(/\d+( min \d+)? s\b/g, 'TIME');
}

describe('a sign-in', { timeout: 40_000 }, () => {
  useDemo({ interval: 1 });

  test('is approved on the phone, survives a reload, and ends with a sign-out', async () => {
    const received: string[] = [];
    page.on('response', (response) => {
      // Bodies of pages that were left meanwhile are gone; those are no answers of the handler.
      if (response.url().includes('/api/'))
        response.text().then(
          (text) => received.push(text),
          () => {},
        );
    });
    page.on('console', (message) => received.push(message.text()));

    await start('demo@example.com');
    const request = await phoneRequest('demo@example.com');
    expect(request.displayCode).toMatch(/^[A-Z0-9-]+$/);
    expect(await page.locator(ROOT).innerText()).toContain(request.displayCode);
    received.push(await page.content());
    await onPhone('approve', 'demo@example.com');
    await signedInAs('demo@example.com');

    await page.reload();
    await signedInAs('demo@example.com');

    received.push(await page.content(), JSON.stringify(await context.storageState()), page.url());
    received.push(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }])));
    expect(secrets.found.size).toBeGreaterThanOrEqual(3);
    for (const secret of secrets.found) expect(received.join('\n').includes(secret)).toBe(false);

    await press('Sign out');
    await page.getByLabel(en['identifier.email']).waitFor();
    await page.reload();
    await page.getByLabel(en['identifier.email']).waitFor();
  });

  test('says that it was denied, and starts again when the user asks for it', async () => {
    await start('ann@example.com');
    await onPhone('deny', 'ann@example.com');
    await reach('denied');
    expect(await page.locator(ROOT).innerText()).toContain(en['denied.title']);
    await press(en['denied.retry']);
    await reach('polling');
    await onPhone('approve', 'ann@example.com');
    await signedInAs('ann@example.com');
  });

  test('takes a code instead, also after a wrong one', async () => {
    await start('demo@example.com');
    await press(en['action.useCode']);
    await reach('totpEntry');
    const { code } = await readTotp('demo@example.com');
    const wrong = code.replace(/^./, (digit) => String((Number(digit) + 5) % 10));
    await enterCode(wrong);
    await page.locator(`${ROOT} [data-part="error"]`, { hasText: en['totpEntry.wrong'] }).waitFor();
    await reach('totpEntry');
    await enterCode((await readTotp('demo@example.com')).code);
    await signedInAs('demo@example.com');
  });

  test('asks again for an approval that was lost on the way', async () => {
    let lost = 0;
    await page.route('**/api/openid/poll', async (route) => {
      const answer = await sendOn(route);
      if (lost === 0 && answer.body.includes('approved')) {
        lost += 1;
        await route.abort('connectionreset');
      } else await route.fulfill(answer);
    });
    await start('ben@example.com');
    await onPhone('approve', 'ben@example.com');
    await signedInAs('ben@example.com');
    expect(lost).toBe(1);
  });

  test('looks the same for an unknown user', async () => {
    await start('ben@example.com');
    const known = await readScreen('ben@example.com', await phoneRequest('ben@example.com'));
    const knownAnswer = page
      .waitForResponse('**/api/openid/poll')
      .then((response) => response.json() as Promise<object>);
    const knownFields = Object.keys(await knownAnswer);

    const stranger = await browser.newContext();
    try {
      page = await stranger.newPage();
      await page.goto(`${demo.origin}/?backend=openid`);
      await start('nobody@example.com');
      expect(await readScreen('nobody@example.com')).toBe(known);
      const answer = await page.waitForResponse('**/api/openid/poll');
      expect(Object.keys((await answer.json()) as object)).toEqual(knownFields);
      await expect(phoneRequest('nobody@example.com')).rejects.toThrow(/no request/);
    } finally {
      await stranger.close();
    }
  });

  test('is approved and denied with the buttons of the phone page', async () => {
    const phone = await context.newPage();
    await phone.goto(`${demo.origin}/simulated-phone`);
    await start('ann@example.com');
    const request = phone.getByRole('listitem').filter({ hasText: 'ann@example.com' });
    await request.getByRole('button', { name: 'Deny' }).click();
    await reach('denied');
    await press(en['denied.retry']);
    await reach('polling');
    await request.getByRole('button', { name: 'Approve' }).click();
    await signedInAs('ann@example.com');
    expect(await phone.getByLabel('Current code').innerText()).toMatch(/^\d{6}$/);
  });
});

describe('a request that nobody answers', { timeout: 40_000 }, () => {
  useDemo({ interval: 1, expiresIn: 3 });

  test('expires, also for an unknown user, and a new one can be approved', async () => {
    await start('demo@example.com');
    await reach('expired');
    const known = await readScreen('demo@example.com');
    expect(known).toContain(en['expired.title']);
    await press(en['expired.retry']);
    await reach('polling');
    await onPhone('approve', 'demo@example.com');
    await signedInAs('demo@example.com');

    await press('Sign out');
    await start('nobody@example.com');
    await reach('expired');
    expect(await readScreen('nobody@example.com')).toBe(known);
  });
});

/** Passes a request on to the server without the browser's cookie jar: what is dropped then, the browser never saw. */
function sendOn(route: Route): Promise<{ status: number; headers: Record<string, string>; body: string }> {
  const request = route.request();
  return request.allHeaders().then(
    (headers) =>
      new Promise((resolve, reject) => {
        const sent = httpRequest(request.url(), { method: request.method(), headers, agent: false }, (response) => {
          let body = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (body += chunk));
          response.on('error', reject);
          response.on('end', () => {
            const entries = Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join('\n')]);
            resolve({
              status: response.statusCode ?? 0,
              headers: Object.fromEntries(entries) as Record<string, string>,
              body,
            });
          });
        });
        sent.on('error', reject);
        sent.end(request.postData() ?? undefined);
      }),
  );
}
