import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { engineProjects } from './projects.js';

// `npm run test:engines`: the code field in Firefox and in WebKit. Chromium has the same tests in `npm test`.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    projects: engineProjects(['firefox', 'webkit'], {
      test: {
        include: ['test/engines/**/*.browser.test.tsx'],
        setupFiles: ['./test/setup/console.ts'],
        restoreMocks: true,
      },
    }),
  },
});
