import { defineConfig } from 'vitest/config';

// `npm run test:consumers`: the package as it would be published, in apps of its users. Slow, and it asks the registry.
export default defineConfig({
  test: {
    name: 'consumers',
    root: new URL('../..', import.meta.url).pathname,
    environment: 'node',
    include: ['test/consumers/**/*.test.ts'],
    globalSetup: ['test/consumers/pack.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
