import { chromium } from 'playwright';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { installExample } from './app.js';
import type { Server } from './app.js';

// The two examples of a UI of one's own as a reader starts them: installed, compiled, built, served.

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch(findBrowser());
});
afterAll(() => browser?.close());

describe.each(['custom-ui-hooks', 'custom-ui-parts'])('%s', (example) => {
  let server: Server;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    const app = await installExample(example, example, {});
    await app.exec('npm', 'run', 'build');
    server = await app.serve(['node', 'node_modules/vite/bin/vite.js', 'preview', '--host', 'localhost'], {});
  });
  afterAll(() => server?.stop());

  beforeEach(async () => {
    complaints = [];
    page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => complaints.push(message.text()));
    const response = await page.goto(server.origin);
    expect(response?.headers()['content-security-policy']).toBe("default-src 'self'; frame-ancestors 'none'");
  });
  afterEach(async () => {
    await page?.close();
    expect(complaints).toEqual([]);
  });

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const reads = (name: string) => page.getByRole('heading', { name }).waitFor();

  test('signs in by approval after a denial', async () => {
    await page.getByLabel('Email address').fill('ada@example.com');
    await press('Send sign-in request');
    await reads('Check your phone');
    await press('Deny');
    await reads('Request denied');
    await press('Try again');
    await reads('Check your phone');
    await press('Approve');
    await reads('Welcome, ada@example.com');
  });

  test('signs in by a code', async () => {
    await page.getByLabel('Email address').fill('ada@example.com');
    await press('Use authenticator code');
    await page.getByLabel('6-digit code').fill('123456');
    await press('Verify code');
    await reads('Welcome, ada@example.com');
  });
});
