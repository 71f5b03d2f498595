import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser } from '../../scripts/find-browser.mjs';

interface Entry {
  readonly id: string;
  readonly type: 'docs' | 'story';
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'react-ciba-storybook-'));
/** Not the root of the server: the built files may lie anywhere. */
const PATH = '/deep/down/';
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

let server: Server;
let origin: string;
let browser: Browser;
let entries: Record<string, Entry>;

beforeAll(async () => {
  const storybook = join(root, 'node_modules/storybook/dist/bin/dispatcher.js');
  await promisify(execFile)(process.execPath, [storybook, 'build', '--output-dir', folder, '--quiet'], { cwd: root });
  entries = (JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { entries: Record<string, Entry> })
    .entries;
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    // Browsers ask for it by themselves.
    if (pathname === '/favicon.ico') return response.writeHead(204).end();
    try {
      if (!pathname.startsWith(PATH)) throw new Error('Outside of the folder.');
      const file = readFileSync(join(folder, pathname.slice(PATH.length) || 'index.html'));
      return response.writeHead(200, { 'content-type': TYPES[extname(pathname) || '.html'] ?? '' }).end(file);
    } catch {
      return response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await chromium.launch(findBrowser());
});

afterAll(async () => {
  await browser?.close();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a page of it and returns it with everything that it complained of, and asked of anybody else. */
async function open(path: string) {
  const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('request', (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && !url.startsWith(origin)) complaints.push(`It asked for ${url}.`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`There is no ${response.url()}.`);
  });
  await page.goto(`${origin}${PATH}${path}`);
  return { page, complaints };
}

test('it opens from any folder, at the page for designers', async () => {
  const { page, complaints } = await open('');
  const first = page.frameLocator('#storybook-preview-iframe').locator('#storybook-docs h1');
  await first.waitFor();
  expect(await first.textContent()).toBe('For designers');
  expect(complaints).toEqual([]);
  await page.close();
});

test('every page of the documentation stands alone, fits a phone and leads nowhere but to other pages', async () => {
  const found: Record<string, string[]> = {};
  for (const { id, type } of Object.values(entries)) {
    if (type !== 'docs') continue;
    const { page, complaints } = await open(`iframe.html?viewMode=docs&id=${id}`);
    await page.locator('#storybook-docs h1').first().waitFor();
    const links = await page
      .locator('#storybook-docs a')
      .evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''));
    for (const link of links) {
      const target = /path=\/(?:docs|story)\/([\w-]+)/.exec(link)?.[1];
      const known = target === undefined ? /^(https?:|otpauth:|#)/.test(link) : target in entries;
      if (!known) complaints.push(`${link} leads nowhere.`);
    }
    const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
    if (scrollWidth > clientWidth) complaints.push(`It is ${scrollWidth} px wide on a screen of ${clientWidth} px.`);
    if (complaints.length > 0) found[id] = complaints;
    await page.close();
  }
  expect(found).toEqual({});
}, 300_000);

test('the gallery of all states needs no network', async () => {
  const { page, complaints } = await open('iframe.html?viewMode=story&id=overview-all-states--all-states');
  await page.locator('[data-story="TimedOut"] [data-part="root"][data-state="timedOut"]').waitFor();
  expect(complaints).toEqual([]);
  await page.close();
});

test('a link to a theme opens the Theme Builder with it', async () => {
  const args = 'accent:!hex(0f766e);light:!hex(fffdf7);dark:!hex(16181d);radius:2;font:serif;density:compact';
  const { page, complaints } = await open(`iframe.html?viewMode=story&id=themes-theme-builder--builder&args=${args}`);
  await page.locator('[data-screen="waiting"] [data-part="root"][data-state="polling"]').first().waitFor();
  expect(await page.getByLabel('Accent').inputValue()).toBe('#0f766e');
  expect(await page.locator('textarea[aria-labelledby="builder-link"]').inputValue()).toContain(args);
  expect(complaints).toEqual([]);
  await page.close();
});
