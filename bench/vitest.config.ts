import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { aliases } from '../vite.config.js';

// `npm run bench`. Not part of the test suite, because the latency is measured in real time.
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [react()],
  resolve: { alias: aliases },
  test: {
    include: ['bench/**/*.bench.{ts,tsx}'],
    environment: 'jsdom',
    setupFiles: ['./test/setup/console.ts', './test/setup/unit.ts'],
    fileParallelism: false,
    // The memory of many logins is measured after a garbage collection.
    execArgv: ['--expose-gc'],
    testTimeout: 300_000,
  },
});
