import { chromium } from 'playwright';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { en } from '../../src/locales/en.js';
import { startDemoProvider } from '../../demo/provider.js';
import type { DemoProvider } from '../../demo/provider.js';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { installExample } from './app.js';
import type { App, Server } from './app.js';

// A user in Chromium who signs in to an example, and the OpenID provider that rings their phone. For all tests of a file.

export const USER = { id: 'user-1', email: 'ada@example.com', name: 'Ada Example' };

let browser: Browser;
export let context: BrowserContext;
export let page: Page;
export let provider: DemoProvider;
/** What the console said that a developer would have to look at. */
export let complaints: string[];

beforeAll(async () => {
  browser = await chromium.launch(findBrowser());
  provider = await startDemoProvider({ users: [USER], interval: 1 });
});

afterAll(async () => {
  await browser?.close();
  await provider?.close();
});

beforeEach(async () => {
  complaints = [];
  context = await browser.newContext();
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) complaints.push(message.text());
  });
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(complaints.join('\n'));
  await context?.close();
});

export const reach = (status: string) => page.locator(`[data-part="root"][data-state="${status}"]`).waitFor();

export async function start(): Promise<void> {
  await page.getByLabel(en['identifier.email']).fill(USER.email);
  await page.getByRole('button', { name: en['idle.start'], exact: true }).click();
  await reach('polling');
}

export async function approveAtProvider(): Promise<void> {
  const [request] = provider.authenticator.requests();
  expect(request?.account).toBe(USER.email);
  expect(await provider.authenticator.approve(request?.id ?? '')).toBe(true);
}

export const welcome = (name: string) => page.getByRole('heading', { name: `Welcome, ${name}` }).waitFor();

/** The variables by which the examples find the provider. */
export function providerVariables(): Record<string, string> {
  const { issuer, clientId, clientSecret } = provider;
  return { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret };
}

/** Installs an example, builds it and serves it, for the tests of one `describe`. */
export function useApp(
  example: string,
  name: string,
  versions: Readonly<Record<string, string>>,
  serve: readonly string[],
) {
  let app: App;
  let server: Server;
  beforeAll(async () => {
    app = await installExample(example, name, versions);
    await app.exec('npm', 'run', 'build');
    server = await app.serve(serve, providerVariables());
  });
  afterAll(() => server?.stop());

  test('installs without a complaint about peers', async () => {
    expect(app.installLog).not.toMatch(/ERESOLVE|peer/i);
    await expect(app.exec('npm', 'ls', '--all')).resolves.not.toMatch(/invalid|UNMET DEPENDENCY/);
  });
  return { app: () => app, origin: () => server.origin };
}

/** Starts, approves, reloads and signs out of a page that its server renders. */
export async function signInToRenderedPage(origin: string, path = '/'): Promise<void> {
  const html = await (await fetch(origin + path)).text();
  expect(html).toContain('data-state="idle"');
  expect(html).toContain(en['identifier.email']);
  expect(html).not.toMatch(/ style="/);

  await page.goto(origin + path);
  await start();
  await approveAtProvider();
  await welcome(USER.name);
  const response = await page.reload();
  const rendered = (await response?.text()) ?? '';
  expect(rendered).toMatch(/<h1>Welcome, (<!-- -->)?Ada Example<\/h1>/);
  // Neither a token nor the name of one.
  expect(rendered).not.toMatch(/eyJ|access_?token|id_?token/i);
}
