// @vitest-environment node
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
// The adapter of docs/adapters.md, under the suite as the page runs it.
import '../../examples/bell-conformance.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test.each([
  ['examples/bell-adapter.ts', 'docs/adapters.md'],
  ['examples/bell-conformance.ts', 'docs/adapters.md'],
  ['examples/authsec-server.ts', 'docs/authsec.md'],
  ['examples/fapi-bank.ts', 'docs/fapi.md'],
])('the docs show %s as it is', (example, page) => {
  expect(read(page)).toContain(read(example).trim());
});
