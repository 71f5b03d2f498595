import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright';
import type { Browser, Page } from 'playwright';
import { build, preview } from 'vite';
import type { PluginOption, PreviewServer } from 'vite';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { installPackages } from './app.js';
import type { App } from './app.js';

// docs/theming.md, "Layers and specificity" and "shadcn/ui": a build by Tailwind's own plugin for each order of the sheets.

const MAIN = `
  import { createElement as h } from 'react';
  import { createRoot } from 'react-dom/client';
  import { CibaLogin } from 'react-ciba';
  import { createMemoryAdapter } from 'react-ciba/adapters/memory';

  const login = h(CibaLogin, { adapter: createMemoryAdapter(), className: 'p-[99px]' });
  createRoot(document.getElementById('root')).render(h('div', { className: 'p-4' }, login));
`;

const LAYERS = '@layer theme, base, ciba, components, utilities;';
const KIT = "@import 'react-ciba/styles.css';";
const TAILWIND = "@import 'tailwindcss';";

/** The tokens of a new shadcn app, as much of them as the map takes. */
const SHADCN = `
  :root { --radius: 3px; --card: #fafafa; --card-foreground: #101010; --primary: #7a1fd1; --muted: #eee;
    --muted-foreground: #555; --border: #ddd; --destructive: #b00020; }
  .dark { --card: #121212; --card-foreground: #fafafa; --primary: #b98cff; --muted: #222;
    --muted-foreground: #aaa; --border: #333; --destructive: #ff8a80; }
`;

let app: App;
let browser: Browser;
let tailwindcss: () => PluginOption;
let server: PreviewServer | undefined;
let page: Page;
let map: string;

beforeAll(async () => {
  app = await installPackages('tailwind', {
    '@tailwindcss/vite': '4.3.5',
    '@tanstack/react-query': '^5.90.0',
    react: '^19.0.0',
    'react-dom': '^19.0.0',
    tailwindcss: '4.3.5',
    vite: '^8.0.0',
  });
  const plugin = pathToFileURL(join(app.folder, 'node_modules/@tailwindcss/vite/dist/index.mjs')).href;
  ({ default: tailwindcss } = (await import(plugin)) as { default: () => PluginOption });
  const theming = await readFile(new URL('../../docs/theming.md', import.meta.url), 'utf8');
  map = /^## shadcn\/ui[\s\S]*?^```css\n([\s\S]*?)^```$/m.exec(theming)?.[1] ?? expect.fail('the page has no map');
  browser = await chromium.launch(findBrowser());
});

afterAll(() => browser?.close());

afterEach(async () => {
  await page?.close();
  await server?.close();
});

/** Builds the page with these sheets, imported by the script in this order, and opens it. */
async function open(sheets: readonly string[]): Promise<void> {
  const write = (file: string, text: string) => writeFile(join(app.folder, file), text);
  await Promise.all(sheets.map((sheet, at) => write(`sheet-${at}.css`, sheet)));
  await write('main.js', sheets.map((_, at) => `import './sheet-${at}.css';`).join('\n') + MAIN);
  await write(
    'index.html',
    '<!doctype html><html><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="./main.js"></script></html>',
  );
  const config = { root: app.folder, configFile: false, logLevel: 'silent', mode: 'production' } as const;
  await build({ ...config, plugins: [tailwindcss()], define: { 'process.env.NODE_ENV': '"production"' } });
  server = await preview({ ...config, preview: { port: 0, host: '127.0.0.1' } });
  page = await browser.newPage();
  await page.goto(server.resolvedUrls?.local[0] ?? '');
  await page.locator('[data-part="root"]').waitFor();
}

const styleOf = (selector: string, property: string) =>
  page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${property}`);
/** The hue of an element's background, in degrees of oklch. */
const hueOf = (selector: string) =>
  page.evaluate<string>(`(() => {
    const probe = document.createElement('i');
    probe.style.color = 'oklch(from ' + getComputedStyle(document.querySelector('${selector}')).backgroundColor + ' l c h)';
    document.body.append(probe);
    return getComputedStyle(probe).color.split(' ')[2].replace(')', '');
  })()`);
const BUTTON = '[data-part="root"] button[data-variant="primary"]';
const FIELD = '[data-part="root"] input';

/** What Tailwind's reset would take from a login: the look of buttons, the edge of fields, the size of titles. */
const look = async () =>
  Promise.all([
    styleOf(BUTTON, 'backgroundColor'),
    styleOf(BUTTON, 'borderRadius'),
    styleOf(BUTTON, 'padding'),
    styleOf(FIELD, 'border'),
    styleOf(FIELD, 'font'),
    styleOf('[data-part="title"]', 'font'),
  ]);

test.each([
  ['the kit before Tailwind, in one sheet', [`${KIT}\n${TAILWIND}`], true],
  ['the kit after Tailwind, in one sheet', [`${TAILWIND}\n${KIT}`], false],
  ['the kit before Tailwind, in two sheets', [KIT, TAILWIND], true],
  ['the kit after Tailwind, in two sheets', [TAILWIND, KIT], false],
  ['the kit after Tailwind and after the line of layers', [`${LAYERS}\n${TAILWIND}\n${KIT}`], true],
  ['the kit after Tailwind, and the line of layers in the first of two sheets', [`${LAYERS}\n${TAILWIND}`, KIT], true],
] as [string, string[], boolean][])('%s: no reset in the login', async (_, sheets, utilitiesWin) => {
  await open([KIT]);
  const alone = await look();
  await page.close();
  await server?.close();

  await open(sheets);
  expect(await styleOf('#root > div', 'padding')).toBe('16px');
  expect(await look()).toEqual(alone);
  expect((await styleOf('[data-part="root"]', 'paddingTop')) === '99px').toBe(utilitiesWin);
});

test.each(['light', 'dark'])('the map of shadcn’s tokens, %s', async (theme) => {
  await open([`${TAILWIND}\n${KIT}\n${SHADCN}\n${map}`]);
  await page.evaluate(`document.documentElement.className = '${theme}'`);
  const dark = theme === 'dark';
  expect(await styleOf('[data-part="root"]', 'backgroundColor')).toBe(dark ? 'rgb(18, 18, 18)' : 'rgb(250, 250, 250)');
  // The button is filled with the accent, made darker or lighter where its text asks for it: the hue of violet.
  expect(Number(await hueOf(BUTTON))).toBeCloseTo(300, -1);
  expect(await styleOf(BUTTON, 'borderRadius')).toBe('3px');
  expect(await styleOf('[data-part="title"]', 'color')).toBe(dark ? 'rgb(250, 250, 250)' : 'rgb(16, 16, 16)');
});
