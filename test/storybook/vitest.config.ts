import { defineConfig } from 'vitest/config';

// `npm run test:storybook`: Storybook as it would be published. Slow, since it builds it.
export default defineConfig({
  test: {
    name: 'storybook-build',
    root: new URL('../..', import.meta.url).pathname,
    environment: 'node',
    include: ['test/storybook/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 300_000,
  },
});
