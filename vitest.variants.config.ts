import { storybookTest } from '@storybook/addon-vitest/vitest-plugin';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findBrowser } from './scripts/find-browser.mjs';

// What `npm run test:stories-variants` runs: every story with axe, in the looks that `npm test` leaves out.
const variants = [
  { theme: 'dark', direction: 'ltr' },
  { theme: 'light', direction: 'rtl' },
  { theme: 'dark', direction: 'rtl' },
];

export default defineConfig({
  test: {
    projects: variants.map(({ theme, direction }) => ({
      extends: './vite.config.ts',
      plugins: [storybookTest({ configDir: '.storybook' })],
      test: {
        name: `${theme}-${direction}`,
        // Not `define`: Vitest writes that into the environment of the process, where the last project wins.
        env: { STORYBOOK_THEME: theme, STORYBOOK_DIRECTION: direction },
        setupFiles: ['./test/setup/console.ts'],
        // The gallery plays every story of a login in one.
        testTimeout: 60_000,
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          provider: playwright({ launchOptions: findBrowser() }),
          instances: [{ browser: 'chromium' as const }],
        },
      },
    })),
  },
});
