import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { en } from '../../src/locales/en.js';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { addPhone } from '../../src/testing/inbox-phone/add-phone.js';
import { findPort, openFolder } from './app.js';
import type { Server } from './app.js';

// Follows docs/start.md in an empty folder, and in between the recipe for Playwright of docs/testing-your-login.md: the same
// commands and files, but for ports that are free and the packed package in place of the published one.

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const startPage = read('docs/start.md');
const testingPage = read('docs/testing-your-login.md');
const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: { playwright: string } };

/** The first block of that language after a text of the page. */
function blockAfter(page: string, text: string, language: string): string {
  const from = page.indexOf(text);
  const block = from < 0 ? null : new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page.slice(from));
  if (!block?.[1]) throw new Error(`The page has no block of ${language} after "${text}".`);
  return block[1];
}

const { tarball, folder } = inject('packed');
const shop = openFolder(join(folder, 'shop'));
let pagePort: number;
let serverPort: number;
let browser: Browser;
let page: Page;
let complaints: string[];
let servers: Server[];

const withPorts = (text: string) => text.replaceAll('5173', String(pagePort)).replaceAll('3000', String(serverPort));
const write = (path: string, text: string) => writeFile(join(shop.folder, path), withPorts(text));

let where = openFolder(folder);

/** Runs the lines of a shell block, where the one before it has led. */
async function runLines(block: string): Promise<void> {
  for (const line of block.trim().split('\n')) {
    if (line === 'cd shop') where = shop;
    else {
      const words = line.split(' ').map((word) => (word === 'react-ciba' ? tarball : word));
      await where.exec(words[0] ?? '', ...words.slice(1));
    }
  }
}

// Vite takes a server that Playwright has ended for one that runs, until the system has forgotten its process.
const runVite = () =>
  shop.serve(
    ['node', 'node_modules/vite/bin/vite.js', '--port', String(pagePort), '--strictPort', '--bypass-lock'],
    { NODE_ENV: 'development' },
    pagePort,
  );

const runServer = () =>
  shop.serve(['node', 'server.js'], { NODE_ENV: 'development', ORIGIN: `http://localhost:${pagePort}` }, serverPort);

async function signInByCode(): Promise<void> {
  await page.goto(`http://localhost:${pagePort}`);
  await page.getByLabel(en['identifier.email']).fill('ada@example.com');
  await page.getByRole('button', { name: en['idle.start'], exact: true }).click();
  await page.getByRole('button', { name: en['action.useCode'] }).click();
  await page.getByLabel(en['totpEntry.label'](6)).fill('123456');
  await page.getByRole('button', { name: en['totpEntry.submit'] }).click();
  await page.getByRole('heading', { name: 'Welcome, ada@example.com' }).waitFor();
}

beforeAll(async () => {
  browser = await chromium.launch(findBrowser());
  pagePort = await findPort();
  serverPort = await findPort();
});

afterAll(() => browser?.close());

beforeEach(async () => {
  servers = [];
  complaints = [];
  page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) complaints.push(message.text());
  });
});

afterEach(async () => {
  await page?.context().close();
  await Promise.all(servers.map((server) => server.stop()));
});

test('step 1: a phone without a provider', async () => {
  await runLines(blockAfter(startPage, '## 1.', 'sh'));
  await write('server.js', blockAfter(startPage, '`server.js`', 'js'));
  await write('vite.config.ts', blockAfter(startPage, '`vite.config.ts`', 'ts'));
  await write('src/App.tsx', blockAfter(startPage, '`src/App.tsx` is both pages', 'tsx'));
  await shop.exec('npm', 'run', 'build');
  const server = await runServer();
  servers.push(server, await runVite());
  await expect.poll(() => server.output()).toContain('Add a phone: ');
  const [, invitation = ''] = /Add a phone: (\S+)/.exec(server.output()) ?? [];

  await addPhone(page);
  await page.goto(invitation);
  await page.getByRole('button', { name: 'Create passkey' }).click();
  await page.getByRole('heading', { name: 'No requests' }).waitFor();

  const tab = await page.context().newPage();
  await tab.goto(`http://localhost:${pagePort}`);
  await tab.getByLabel('Email address').fill('ada@example.com');
  await tab.getByRole('button', { name: 'Send sign-in request', exact: true }).click();
  const number = await tab.locator('[data-part="display-code-value"]').first().innerText();
  await page.getByLabel('4-digit number').fill(number);
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await tab.getByRole('heading', { name: 'Welcome, Ada' }).waitFor();
  await tab.reload();
  await tab.getByRole('heading', { name: 'Welcome, Ada' }).waitFor();
  // A browser that is no phone yet gets a 401 by design, which the browser logs.
  expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
});

test('step 2: with a provider', async () => {
  await runLines(blockAfter(startPage, '## 2.', 'sh'));
  const inMemory = /`(createMemoryAdapter\([^`]*\))` from `react-ciba\/adapters\/memory`/.exec(startPage)?.[1];
  const server = blockAfter(startPage.slice(startPage.indexOf('## 2.')), '`server.js`', 'js')
    .replace(/createOidcAdapter\(\{[\s\S]*?\}\),/, `${inMemory},`)
    .replace(
      "import { createOidcAdapter } from 'react-ciba/adapters/oidc'",
      "import { createMemoryAdapter } from 'react-ciba/adapters/memory'",
    );
  await write('server.js', server);
  servers.push(await runServer(), await runVite());
  await signInByCode();
  await page.reload();
  await page.getByRole('heading', { name: 'Welcome, ada@example.com' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel(en['identifier.email']).waitFor();
  expect(complaints).toEqual([]);
});

test("the testing page's recipe for Playwright", async () => {
  await shop.exec('npm', 'install', '--save-dev', `@playwright/test@${devDependencies.playwright}`);
  await write('test-server.js', blockAfter(testingPage, '`test-server.js`:', 'js'));
  const config = blockAfter(testingPage, '`playwright.config.ts`', 'ts');
  // The browser of this machine, in place of the one that Playwright would download.
  const launchOptions = `use: { launchOptions: ${JSON.stringify(findBrowser())},`;
  await write(
    'playwright.config.ts',
    config.replace('use: {', launchOptions).replace('npx vite', `npx vite --port ${pagePort}`),
  );
  await mkdir(join(shop.folder, 'e2e'));
  await write('e2e/sign-in.spec.ts', blockAfter(testingPage, '`e2e/sign-in.spec.ts`', 'ts'));
  expect(await shop.exec('npx', 'playwright', 'test', '--reporter=line')).toMatch(/2 passed/);
});

test('step 3: a login in memory', async () => {
  await write('src/App.tsx', blockAfter(startPage, '## 3.', 'tsx'));
  await shop.exec('npm', 'run', 'build');
  servers.push(await runVite());
  await signInByCode();
  expect(complaints).toEqual([]);
});
