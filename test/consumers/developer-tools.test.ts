import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright';
import type { Browser, Page } from 'playwright';
import { build, preview } from 'vite';
import type { PreviewServer } from 'vite';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { en } from '../../src/locales/en.js';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { installPackages } from './app.js';
import type { App } from './app.js';

const TOKEN = 'access-token-9f3b77';
const CODE = '482913';
const WRONG_CODE = '771204';
const SECRETS = [TOKEN, CODE, WRONG_CODE];

// The tools as a developer sets them up. `/production` is the same panel, in a build as well.
const SOURCE = `
  import { createInspector } from '@statelyai/inspect';
  import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
  import { ReactQueryDevtools } from '@tanstack/react-query-devtools/production';
  import { createElement as h } from 'react';
  import { createRoot } from 'react-dom/client';
  import { CibaLogin, useCibaSession } from 'react-ciba';
  import { createMemoryAdapter } from 'react-ciba/adapters/memory';
  import 'react-ciba/styles.css';

  const memory = createMemoryAdapter({
    interval: 0.2,
    session: () => ({ token: '${TOKEN}' }),
    totp: { codes: ['${CODE}'] },
  });
  // Each call waits here, so that the panel can be looked at meanwhile.
  let letGo;
  const held = (method) => async (...given) => {
    await new Promise((resolve) => { letGo = resolve; });
    return memory[method](...given);
  };
  const adapter = { ...memory, initiate: held('initiate'), verifyTotp: held('verifyTotp') };
  let user = null;
  const source = { session: async () => user, signOut: async () => { user = null; } };
  const inspected = [];
  // At once, as on the way to another window: what an event refers to is emptied later.
  const inspector = createInspector({ send: (event) => inspected.push(JSON.parse(JSON.stringify(event))) });
  let handedOver = 0;
  Object.assign(window, { phone: memory.phone, letGo: () => letGo(), inspected, handedOver: () => handedOver });

  function SignIn() {
    const { session } = useCibaSession(source);
    if (session) return h('h1', null, 'Welcome, ' + session.name);
    return h(CibaLogin, {
      adapter,
      loginHint: 'ada@example.com',
      inspect: inspector.inspect,
      onApproved: ({ token }) => { handedOver += token === '${TOKEN}' ? 1 : 0; user = { name: 'Ada' }; },
    });
  }

  createRoot(document.getElementById('root')).render(
    h(QueryClientProvider, { client: new QueryClient() }, h(SignIn), h(ReactQueryDevtools, { initialIsOpen: true })),
  );
`;

let app: App;
let server: PreviewServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  app = await installPackages('developer-tools', {
    react: '^19.0.0',
    'react-dom': '^19.0.0',
    '@tanstack/react-query': '^5.90.0',
    '@tanstack/react-query-devtools': '^5.90.0',
    '@statelyai/inspect': '^0.7.2',
  });
  await writeFile(join(app.folder, 'main.js'), SOURCE);
  const html =
    '<!doctype html><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="./main.js"></script>';
  await writeFile(join(app.folder, 'index.html'), html);
  const config = { root: app.folder, configFile: false, logLevel: 'silent', mode: 'production' } as const;
  await build({ ...config, define: { 'process.env.NODE_ENV': '"production"' } });
  server = await preview({ ...config, preview: { port: 0, host: '127.0.0.1' } });
  browser = await chromium.launch(findBrowser());
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1000, height: 1600 } });
  page.setDefaultTimeout(10_000);
  await page.goto(server.resolvedUrls?.local[0] ?? '');
});

const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();
const letGo = () => page.evaluate('letGo()');
/** A row of the panel. */
const row = (key: string) => page.locator('code', { hasText: key });

/** Where the page, the panel or the inspector has what nobody may see. */
async function leaks(): Promise<string[]> {
  // The panel shows texts as fields to edit.
  const fields = 'Array.from(document.querySelectorAll(".tsqd-parent-container input"), ({ value }) => value).join()';
  const places = {
    page: await page.content(),
    fields: await page.evaluate<string>(fields),
    inspected: await page.evaluate<string>('JSON.stringify(inspected)'),
  };
  return Object.entries(places).flatMap(([place, text]) =>
    SECRETS.filter((secret) => text.includes(secret)).map((secret) => `${place}: ${secret}`),
  );
}

test("TanStack Query's devtools show the user's acts while they run and who is signed in, and no secret", async () => {
  await page.getByText('Mutations', { exact: true }).click();
  await press(en['idle.start']);
  await row('["react-ciba","initiate"]').click();
  expect(await leaks()).toEqual([]);
  await letGo();
  await page.locator('[data-part="root"][data-state="polling"]').waitFor();
  await row('["react-ciba","initiate"]').waitFor({ state: 'detached' });

  await press(en['action.useCode']);
  for (const code of [WRONG_CODE, CODE]) {
    await page.getByLabel(en['totpEntry.label'](6)).fill(code);
    await press(en['totpEntry.submit']);
    await row('["react-ciba","verify"]').click();
    expect(await leaks()).toEqual([]);
    await letGo();
    await row('["react-ciba","verify"]').waitFor({ state: 'detached' });
    expect(await leaks()).toEqual([]);
  }
  await page.getByRole('heading', { name: 'Welcome, Ada' }).waitFor();
  expect(await page.evaluate('handedOver()')).toBe(1);

  await page.getByText('Queries', { exact: true }).click();
  await row('["react-ciba","session"]').click();
  await page.waitForFunction(
    'Array.from(document.querySelectorAll(".tsqd-parent-container input"), ({ value }) => value).includes("Ada")',
  );
  expect(await leaks()).toEqual([]);
});

test("XState's inspector sees the charts, their events and states, and no secret", async () => {
  await press(en['idle.start']);
  await letGo();
  await page.locator('[data-part="root"][data-state="polling"]').waitFor();
  await press(en['action.useCode']);
  await page.getByLabel(en['totpEntry.label'](6)).fill(WRONG_CODE);
  await press(en['totpEntry.submit']);
  await letGo();
  await page.getByText('2 attempts left').first().waitFor();
  await page.evaluate('phone.approve()');
  await page.getByRole('heading', { name: 'Welcome, Ada' }).waitFor();

  const names = await page.evaluate<string[]>('inspected.filter(({ name }) => name).map(({ name }) => name)');
  expect(names).toEqual(expect.arrayContaining(['login', 'poller', 'totp']));
  const events = await page.evaluate<string[]>(
    "inspected.filter(({ type }) => type === '@xstate.event').map(({ event }) => event.type)",
  );
  expect(events).toEqual(expect.arrayContaining(['start', 'useCode', 'submitCode']));
  expect(await leaks()).toEqual([]);
});

test("the devtools' offline switch is the login's network, too", async () => {
  await press(en['idle.start']);
  await letGo();
  await page.locator('[data-part="root"][data-state="polling"]').waitFor();
  await press('Mock offline behavior');
  await page.getByText(en['error.offline.title']).first().waitFor();
  await press('Unset offline mocking behavior');
  await page.getByText(en['error.offline.title']).first().waitFor({ state: 'hidden' });
});
