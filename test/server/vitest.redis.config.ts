import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { aliases } from '../../vite.config.js';

// `npm run test:redis` runs the tests that need a redis-server. Each file starts its own on a free port.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  resolve: { alias: aliases },
  test: {
    name: 'redis',
    environment: 'node',
    include: ['test/server/**/*.redis.ts'],
    setupFiles: ['./test/setup/console.ts'],
    restoreMocks: true,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
