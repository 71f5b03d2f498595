import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { engineProjects } from '../../test/engines/projects.js';

// The table of test/engines with the other libraries beside ours, in every engine. Run by bench/totp/run.mjs.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    projects: engineProjects(['chromium', 'firefox', 'webkit'], {
      test: { include: ['bench/totp/table.browser.test.ts'] },
    }),
  },
});
