// @vitest-environment node
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test.each([['docs/headless.md', 'examples/headless.ts']])('%s shows %s as it is', (page, example) => {
  expect(read(page)).toContain(read(example).trim());
});
