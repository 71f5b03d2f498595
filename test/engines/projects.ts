import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { webdriverio } from '@vitest/browser-webdriverio';
import type { BrowserProviderOption } from 'vitest/node';
import type { TestProjectInlineConfiguration } from 'vitest/config';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { aliases } from '../../vite.config.js';
import type { MouseCommand } from './driver.js';

// scripts/test-engines.mjs finds the browsers and sets these paths.
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

const engines = {
  chromium: () => ({
    headless: true,
    provider: playwright({ launchOptions: findBrowser() }),
    instances: [{ browser: 'chromium' as const }],
  }),
  firefox: () => ({
    headless: true,
    provider: playwright({ launchOptions: { channel: 'moz-firefox', executablePath: FIREFOX_PATH ?? '' } }),
    instances: [{ browser: 'firefox' as const }],
  }),
  webkit: () => ({ headless: false, provider: webkit(), instances: [{ browser: 'safari' as const }] }),
};

/** The project that runs `test` in an engine. The settings are the same for all engines. */
export function engineProject(
  engine: keyof typeof engines,
  test: TestProjectInlineConfiguration['test'],
): TestProjectInlineConfiguration {
  return {
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
        '@tanstack/react-query',
        '@xstate/react',
        'radix-ui',
        'xstate',
        'axe-core',
        'vitest-browser-react',
        'otpauth',
        'uqr',
      ],
    },
    test: {
      ...test,
      // The clipboard belongs to the whole machine, and WebKit's driver has one session.
      fileParallelism: false,
      // A frame for each file would be a new one each time, whose name Firefox's driver doesn't always get to know.
      isolate: false,
      testTimeout: 30_000,
      browser: { enabled: true, screenshotFailures: false, commands: { mouse }, ...engines[engine]() },
    },
  };
}
