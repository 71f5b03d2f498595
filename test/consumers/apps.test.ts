import { chromium } from 'playwright';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDemoProvider } from '../../demo/provider.js';
import type { DemoProvider } from '../../demo/provider.js';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { installExample } from './app.js';
import type { App, Server } from './app.js';

const REACT_18 = { react: '18.3.1', 'react-dom': '18.3.1', '@types/react': '^18.3.0', '@types/react-dom': '^18.3.0' };
const REACT_19 = { react: '^19.0.0', 'react-dom': '^19.0.0' };
const USER = { id: 'user-1', email: 'ada@example.com', name: 'Ada Example' };

let browser: Browser;
let context: BrowserContext;
let page: Page;
let provider: DemoProvider;
/** What the console said that a developer would have to look at. */
let complaints: string[];

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

const reach = (status: string) => page.locator(`[data-part="root"][data-state="${status}"]`).waitFor();

async function start(): Promise<void> {
  await page.getByLabel('Email address').fill(USER.email);
  await page.getByRole('button', { name: 'Send sign-in request', exact: true }).click();
  await reach('polling');
}

async function approveAtProvider(): Promise<void> {
  const [request] = provider.authenticator.requests();
  expect(request?.account).toBe(USER.email);
  expect(await provider.authenticator.approve(request?.id ?? '')).toBe(true);
}

const welcome = (name: string) => page.getByRole('heading', { name: `Welcome, ${name}` }).waitFor();

/** Installs an example, builds it and serves it, for the tests of one `describe`. */
function useApp(example: string, name: string, versions: Readonly<Record<string, string>>, serve: readonly string[]) {
  let app: App;
  let server: Server;
  beforeAll(async () => {
    app = await installExample(example, name, versions);
    await app.exec('npm', 'run', 'build');
    const { issuer, clientId, clientSecret } = provider;
    const env = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret };
    server = await app.serve(serve, env);
  });
  afterAll(() => server?.stop());

  test('installs without a complaint about peers', async () => {
    expect(app.installLog).not.toMatch(/ERESOLVE|peer/i);
    await expect(app.exec('npm', 'ls', '--all')).resolves.not.toMatch(/invalid|UNMET DEPENDENCY/);
  });
  return { origin: () => server.origin };
}

describe.each([
  ['React 18.3', 'vite-react-18', { ...REACT_18, typescript: '5.8.3' }],
  ['React 19', 'vite-react-19', { ...REACT_19, typescript: '7.0.2' }],
])('Vite and Express, %s', (_react, name, versions) => {
  const { origin } = useApp('vite-express', name, versions, ['node', 'server.js']);

  test("signs in through the handler, under default-src 'self' and without a word on the console", async () => {
    const response = await page.goto(origin());
    expect(response?.headers()['content-security-policy']).toBe("default-src 'self'; frame-ancestors 'none'");
    await start();
    await page.reload();
    await reach('polling');
    await approveAtProvider();
    await welcome(USER.name);
    await page.reload();
    await welcome(USER.name);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Email address').waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('Next, App Router, React 19', () => {
  const { origin } = useApp('next-app', 'next-app', REACT_19, ['node', 'node_modules/next/dist/bin/next', 'start']);

  test('sends the whole form, hydrates it in silence, and signs in', async () => {
    const html = await (await fetch(origin())).text();
    expect(html).toContain('data-state="idle"');
    expect(html).toContain('Email address');
    expect(html).not.toMatch(/ style="/);

    await page.goto(origin());
    await start();
    await approveAtProvider();
    await welcome(USER.name);
    await page.reload();
    await welcome(USER.name);
    expect(complaints).toEqual([]);
  });
});

describe('an adapter of the app’s own, React 19', () => {
  const { origin } = useApp('own-adapter', 'own-adapter', REACT_19, ['node', 'server.js']);

  test.each(['Approve', 'Deny'])('%s on the phone page ends the login', async (answer) => {
    await page.goto(origin());
    await start();
    const phone = await context.newPage();
    await phone.goto(`${origin()}/phone`);
    await phone.getByRole('button', { name: answer }).click();
    await (answer === 'Approve' ? welcome(USER.email) : reach('denied'));
    expect(complaints).toEqual([]);
  });
});
