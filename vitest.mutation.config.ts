import { defineConfig } from 'vitest/config';
import { aliases } from './vite.config.js';

// What `npm run mutation` runs against each mutant: the tests of the chart, the engine, the schedule and the contract.
export default defineConfig({
  resolve: { alias: aliases },
  test: {
    environment: 'node',
    include: ['test/machine/**/*.test.ts', 'test/contract/**/*.test.ts', 'test/docs/statechart.test.ts'],
    exclude: ['test/machine/walks.test.ts'],
    setupFiles: ['./test/setup/console.ts'],
    restoreMocks: true,
  },
});
