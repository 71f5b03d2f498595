import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { webdriverio } from '@vitest/browser-webdriverio';
import type { BrowserProviderOption } from 'vitest/node';
import type { TestProjectInlineConfiguration } from 'vitest/config';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { aliases } from '../../vite.config.js';
import type { MouseCommand } from './driver.js';

// scripts/test-engines.mjs finds the browsers and says here where they are.
const { FIREFOX_PATH, WEBKIT_DRIVER_PORT, WEBKIT_BROWSER_PATH } = process.env;

/** WebKitGTK's own driver knows its browser by another name than Safari, which Vitest would ask it for. */
function webkit(): BrowserProviderOption {
  const safari = webdriverio({ hostname: '127.0.0.1', port: Number(WEBKIT_DRIVER_PORT), path: '/' });
  const capabilities = {
    browserName: 'MiniBrowser',
    'wdio:enforceWebDriverClassic': true,
    'webkitgtk:browserOptions': { binary: WEBKIT_BROWSER_PATH, args: ['--automation'] },
  };
  return {
    ...safari,
    providerFactory: (project) =>
      Object.assign(safari.providerFactory(project), { buildCapabilities: () => capabilities }),
  };
}

const mouse: MouseCommand = async (context, from, to) => {
  if (context.provider.name === 'webdriverio') {
    const at = ({ x, y }: typeof from) => ({ x: Math.round(x), y: Math.round(y), origin: 'viewport' as const });
    await context.browser.action('pointer').move(at(from)).down().move(at(to)).up().perform();
    return;
  }
  await context.page.mouse.move(from.x, from.y);
  await context.page.mouse.down();
  await context.page.mouse.move(to.x, to.y);
  await context.page.mouse.up();
};

const engines = [
  {
    name: 'chromium',
    path: process.env.CHROMIUM_PATH,
    browser: () => ({
      headless: true,
      provider: playwright({ launchOptions: findBrowser() }),
      instances: [{ browser: 'chromium' as const }],
    }),
  },
  {
    name: 'firefox',
    path: FIREFOX_PATH,
    browser: () => ({
      headless: true,
      provider: playwright({ launchOptions: { channel: 'moz-firefox', executablePath: FIREFOX_PATH ?? '' } }),
      instances: [{ browser: 'firefox' as const }],
    }),
  },
  {
    name: 'webkit',
    path: WEBKIT_DRIVER_PORT,
    browser: () => ({ headless: false, provider: webkit(), instances: [{ browser: 'safari' as const }] }),
  },
];

/** One project for each engine that was found, with the same tests and settings. */
export function engineProjects(
  names: readonly string[],
  { test, optimizeDeps }: Pick<TestProjectInlineConfiguration, 'test' | 'optimizeDeps'>,
): TestProjectInlineConfiguration[] {
  const found = engines.filter(({ name, path }) => names.includes(name) && path);
  return found.map(({ name, browser }) => ({
    plugins: [react()],
    resolve: { alias: aliases, dedupe: ['react', 'react-dom'] },
    optimizeDeps: {
      include: [
        'react',
        'react/jsx-runtime',
        'react/jsx-dev-runtime',
        'react-dom',
        'react-dom/client',
        'react-dom/server',
        'axe-core',
        'vitest-browser-react',
        ...(optimizeDeps?.include ?? []),
      ],
    },
    test: {
      ...test,
      name,
      // The clipboard is the whole machine's, and the driver of WebKit has one session.
      fileParallelism: false,
      testTimeout: 30_000,
      browser: { enabled: true, screenshotFailures: false, commands: { mouse }, ...browser() },
    },
  }));
}
