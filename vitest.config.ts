import { storybookTest } from '@storybook/addon-vitest/vitest-plugin';
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findBrowser } from './scripts/find-browser.mjs';
import { describeComponents } from './test/docs/component-props.js';
import { aliases } from './vite.config.js';

const resolve = { alias: aliases };
const failOnConsole = './test/setup/console.ts';

// A new object for each project, since Vitest writes the project's name into it.
const chromium = () => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({ launchOptions: findBrowser() }),
  instances: [{ browser: 'chromium' as const }],
});

// Named here, so that Vite prepares them before the first test: one that it met later would reload the page under
// a running test.
const optimizeDeps = {
  include: [
    'react',
    'react/jsx-runtime',
    'react/jsx-dev-runtime',
    'react-dom',
    'react-dom/client',
    '@tanstack/react-query',
    '@xstate/react',
    'radix-ui',
    'xstate',
    'axe-core',
    'vitest-browser-react',
    'storybook/test',
    'otpauth',
    'uqr',
  ],
};

// They go over every story of a login and take a minute and more: `npm run test:measures`, and CI.
const measures = ['test/accessibility/{contrast,controls,motion,reflow}.browser.test.tsx'];

// Logins in other people's pages, every host with every walk: `npm run test:measures`, too.
const hostile = ['test/hostile/*.browser.test.tsx'];

const inChromium = {
  setupFiles: [failOnConsole],
  restoreMocks: true,
};

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [react()],
        resolve,
        test: {
          name: 'unit',
          environment: 'jsdom',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/**/*.browser.test.tsx', 'test/e2e/**', 'test/consumers/**', 'test/storybook/**'],
          setupFiles: [failOnConsole, './test/setup/unit.ts'],
          restoreMocks: true,
        },
      },
      {
        plugins: [react()],
        resolve,
        optimizeDeps,
        test: {
          ...inChromium,
          name: 'browser',
          include: ['test/**/*.browser.test.tsx'],
          exclude: [...measures, ...hostile],
          browser: {
            ...chromium(),
            // What a page cannot find out by itself.
            commands: { describeComponents },
          },
        },
      },
      {
        plugins: [react()],
        resolve,
        optimizeDeps,
        test: { ...inChromium, name: 'measures', include: measures, browser: chromium() },
      },
      {
        plugins: [react()],
        resolve,
        optimizeDeps: { include: [...optimizeDeps.include, 'react-dom/server'] },
        test: { ...inChromium, name: 'hostile', include: hostile, browser: chromium() },
      },
      {
        extends: './vite.config.ts',
        plugins: [storybookTest({ configDir: '.storybook' })],
        optimizeDeps,
        test: {
          name: 'storybook',
          setupFiles: [failOnConsole],
          // The gallery plays every story of a login in one.
          testTimeout: 60_000,
          browser: chromium(),
        },
      },
      {
        resolve,
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          globalSetup: './test/e2e/warm-up.ts',
          // Each file starts the demo and a browser, and then mostly waits for the next poll: all at once, after all the rest.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
