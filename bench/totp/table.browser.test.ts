import { afterEach, expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { cleanup } from 'vitest-browser-react';
import { engine } from '../../test/engines/code-field.js';
import { isDispatched, rows } from '../../test/engines/rows.js';
import '../../src/styles/index.css';
import { libraries } from './libraries.jsx';

// Doesn't test anything: it records what each library does, for `npm run bench` to print.

afterEach(async () => {
  await cleanup();
  document.body.replaceChildren();
});

const results: object[] = [];

for (const library of libraries) {
  for (const row of rows) {
    test(`${library.name}: ${row.name}`, async () => {
      const observed = await Promise.race([
        row.observe(library).catch((error: unknown) => `error: ${String(error).slice(0, 80)}`),
        new Promise<string>((resolve) => setTimeout(() => resolve('hangs'), 15_000)),
      ]);
      const ok = row.right.includes(observed);
      results.push({ engine, library: library.name, row: row.name, dispatched: isDispatched(row), ok, observed });
    });
  }
}

test('writes the results', async () => {
  await commands.writeFile(`bench/node_modules/.results/table-${engine}.json`, JSON.stringify(results));
  expect(results).toHaveLength(libraries.length * rows.length);
});
