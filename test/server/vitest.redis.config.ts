import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { aliases } from '../../vite.config.js';

// `npm run test:redis`: what needs a redis-server. Each file starts one of its own on a free port.
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
