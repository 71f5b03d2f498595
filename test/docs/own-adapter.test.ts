// @vitest-environment node
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
// The adapter of docs/adapters.md, under the suite as the page runs it.
import '../../examples/bell-conformance.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test.each(['examples/bell-adapter.ts', 'examples/bell-conformance.ts', 'examples/authsec-server.ts'])(
  'the docs show %s as it is',
  (example) => {
    const page = example.includes('authsec') ? 'docs/authsec.md' : 'docs/adapters.md';
    expect(read(page)).toContain(read(example).trim());
  },
);
