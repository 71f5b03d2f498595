import { parseArgs } from 'node:util';
import { storybookTest } from '@storybook/addon-vitest/vitest-plugin';
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import type { TestProjectInlineConfiguration } from 'vitest/config';
import { findBrowser } from './scripts/find-browser.mjs';
import { findKeycloak } from './scripts/find-keycloak.mjs';
import { describeComponents } from './test/docs/component-props.js';
import { engineProject } from './test/engines/projects.js';
import { aliases } from './vite.config.js';

const resolve = { alias: aliases };
const failOnConsole = './test/setup/console.ts';

// Each project needs a new object, because Vitest writes the project's name into it.
const chromium = () => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({ launchOptions: findBrowser() }),
  instances: [{ browser: 'chromium' as const }],
});

// Vite prepares these before the first test. If it found one later, it would reload the page during a test.
const optimizeDeps = {
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
    'storybook/test',
    '@simplewebauthn/browser',
    'otpauth',
    'uqr',
  ],
};

const inChromium = {
  setupFiles: [failOnConsole],
  restoreMocks: true,
  testTimeout: 30_000,
};

/** Measures every login story, theme and own UI. It takes minutes, so `npm test` leaves it out. */
const measures = [
  'test/accessibility/{accents,bad-input,contrast,controls,heights,layout-shift,motion,phone-reflow,reflow}.browser.test.tsx',
  'test/components/custom-ui.browser.test.tsx',
  'test/styles/theming.browser.test.tsx',
];

/** Runs logins in other people's pages, every host with every walk. `npm test` only runs the few in core.browser.test.tsx. */
const hostile = ['test/hostile/{double-clicks,focus,hosts,layout,native}.browser.test.tsx'];

type Project = TestProjectInlineConfiguration;

/** Every story as a test, with axe. `env` selects a look other than the default one. */
const stories = (name: string, env: Record<string, string> = {}): Project => ({
  extends: './vite.config.ts',
  plugins: [storybookTest({ configDir: '.storybook' })],
  optimizeDeps,
  test: {
    name,
    // Not `define`: Vitest writes that into the process's environment, where the last project would win.
    env,
    setupFiles: [failOnConsole],
    // The gallery plays every story of a login in one test.
    testTimeout: 60_000,
    browser: chromium(),
  },
});

const variant = (theme: 'light' | 'dark', direction: 'ltr' | 'rtl') => () =>
  stories(`${theme}-${direction}`, { STORYBOOK_THEME: theme, STORYBOOK_DIRECTION: direction });

/** The code field, and logins in other people's pages, in an engine. Chromium has the same tests in `browser` and `hostile`. */
const inEngine = (engine: 'firefox' | 'webkit') => () =>
  engineProject(engine, {
    ...inChromium,
    name: engine,
    include: ['test/engines/**/*.browser.test.tsx', 'test/hostile/{core,focus}.browser.test.tsx'],
  });

/** The other code field libraries next to ours, for `npm run bench:totp -- --table`. */
const table = (engine: 'chromium' | 'firefox' | 'webkit') => () =>
  engineProject(engine, { name: `table-${engine}`, include: ['bench/totp/table.browser.test.ts'] });

/** A login at the newest Keycloak of a release line, as scripts/find-keycloak.mjs fetched it. */
const keycloak = (line: string) => (): Project => ({
  resolve,
  test: {
    name: `keycloak-${line}`,
    environment: 'node',
    include: ['test/keycloak/**/*.keycloak.ts'],
    setupFiles: [failOnConsole],
    globalSetup: './test/keycloak/server.ts',
    provide: { installedKeycloak: findKeycloak(line) },
    // Keycloak posts every request to one address, where the running file listens.
    fileParallelism: false,
    restoreMocks: true,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});

/** What `npm test` runs. */
const everyday: Record<string, () => Project> = {
  unit: () => ({
    plugins: [react()],
    resolve,
    test: {
      name: 'unit',
      environment: 'jsdom',
      include: ['test/**/*.test.{ts,tsx}'],
      exclude: ['test/**/*.browser.test.tsx', 'test/e2e/**', 'test/consumers/**', 'test/storybook/**'],
      setupFiles: [failOnConsole, './test/setup/unit.ts'],
      restoreMocks: true,
      // No test waits in real time, but a busy machine may be slow.
      testTimeout: 30_000,
      hookTimeout: 30_000,
    },
  }),
  browser: () => ({
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
        // A page can't read the sources of the components.
        commands: { describeComponents },
      },
    },
  }),
  storybook: () => stories('storybook'),
  e2e: () => ({
    resolve,
    test: {
      name: 'e2e',
      environment: 'node',
      include: ['test/e2e/**/*.test.ts'],
      testTimeout: 60_000,
      hookTimeout: 60_000,
      globalSetup: './test/e2e/warm-up.ts',
      // Each file starts the demo and a browser, and then mostly waits for the next poll. They run together, after the rest.
      maxWorkers: 4,
      sequence: { groupOrder: 1 },
    },
  }),
};

/** Slow projects, and projects that need more than a browser. Each has its own command in package.json. */
const onRequest: Record<string, () => Project> = {
  measures: () => ({
    plugins: [react()],
    resolve,
    optimizeDeps,
    test: { ...inChromium, name: 'measures', include: measures, browser: chromium() },
  }),
  hostile: () => ({
    plugins: [react()],
    resolve,
    optimizeDeps,
    test: { ...inChromium, name: 'hostile', include: hostile, browser: chromium() },
  }),
  // The oldest React that is supported, in the same hosts.
  'hostile-react-18': () => ({
    plugins: [react()],
    resolve: {
      alias: [
        ...aliases,
        { find: /^react(?=$|\/)/, replacement: 'react-18' },
        { find: /^react-dom(?=$|\/)/, replacement: 'react-dom-18' },
      ],
    },
    optimizeDeps: {
      include: optimizeDeps.include.map((name) => name.replace(/^(react|react-dom)(?=$|\/)/, '$1-18')),
    },
    test: {
      ...inChromium,
      name: 'hostile-react-18',
      include: ['test/hostile/{focus,hosts,native}.browser.test.tsx'],
      browser: chromium(),
    },
  }),
  'dark-ltr': variant('dark', 'ltr'),
  'light-rtl': variant('light', 'rtl'),
  'dark-rtl': variant('dark', 'rtl'),
  firefox: inEngine('firefox'),
  webkit: inEngine('webkit'),
  // Each file starts its own redis-server on a free port.
  redis: () => ({
    resolve,
    test: {
      name: 'redis',
      environment: 'node',
      include: ['test/server/**/*.redis.ts'],
      setupFiles: [failOnConsole],
      restoreMocks: true,
      testTimeout: 30_000,
      hookTimeout: 30_000,
    },
  }),
  'keycloak-26.5': keycloak('26.5'),
  'keycloak-26': keycloak('26'),
  // The packed package in the apps of its users. It asks the registry.
  consumers: () => ({
    test: {
      name: 'consumers',
      environment: 'node',
      include: ['test/consumers/**/*.test.ts'],
      globalSetup: ['test/consumers/pack.ts'],
      // Each file installs and builds in folders of its own, and mostly waits for the disk and for one core.
      maxWorkers: 2,
      testTimeout: 120_000,
      hookTimeout: 300_000,
    },
  }),
  // Storybook as it would be published. It builds Storybook first.
  'storybook-build': () => ({
    test: {
      name: 'storybook-build',
      environment: 'node',
      include: ['test/storybook/**/*.test.ts'],
      testTimeout: 60_000,
      hookTimeout: 300_000,
    },
  }),
  // The latency is measured in real time.
  bench: () => ({
    plugins: [react()],
    resolve,
    test: {
      name: 'bench',
      environment: 'jsdom',
      include: ['bench/**/*.bench.{ts,tsx}'],
      setupFiles: [failOnConsole, './test/setup/unit.ts'],
      fileParallelism: false,
      // The memory of many logins is measured after a garbage collection.
      execArgv: ['--expose-gc'],
      testTimeout: 300_000,
    },
  }),
  'table-chromium': table('chromium'),
  'table-firefox': table('firefox'),
  'table-webkit': table('webkit'),
};

// Vitest builds every project before it applies `--project`, and those with Storybook take seconds.
const { values } = parseArgs({ strict: false, options: { project: { type: 'string', multiple: true } } });
const named = Object.entries({ ...everyday, ...onRequest }).filter(([name]) => values.project?.includes(name));
const projects =
  named.length > 0 ? named.map(([, create]) => create()) : Object.values(everyday).map((create) => create());

export default defineConfig({ test: { projects } });
