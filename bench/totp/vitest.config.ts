import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { engineProjects } from '../../test/engines/projects.js';

// Runs the table in test/engines for the other libraries and ours, in every engine. Started by bench/totp/run.mjs.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    projects: engineProjects(['chromium', 'firefox', 'webkit'], {
      test: { include: ['bench/totp/table.browser.test.ts'] },
    }),
  },
});
