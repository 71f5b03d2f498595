// @vitest-environment node
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { toApiPage } from './api-page.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('docs/api.md says what the docstrings say (npm run docs:api writes it anew)', { timeout: 120_000 }, async () => {
  const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
    exports: Record<string, string | { readonly types: string }>;
  };
  const entries = Object.entries(exports).flatMap(([name, target]) =>
    typeof target === 'string' || name.endsWith('.css')
      ? []
      : [
          {
            specifier: name.replace(/^\./, 'react-ciba').replace('*', 'en'),
            file: target.types.replace('./dist/', '').replace('*', 'en'),
          },
        ],
  );
  const folder = mkdtempSync(join(tmpdir(), 'react-ciba-types-'));
  try {
    const tsc = `${root}node_modules/typescript/bin/tsc`;
    const args = [tsc, '-p', `${root}tsconfig.build.json`, '--outDir', folder, '--declarationMap', 'false'];
    await promisify(execFile)(process.execPath, args);
    const page = toApiPage(folder, entries);
    for (const { specifier } of entries) expect(page).toContain(`## ${specifier}\n`);
    await expect(page).toMatchFileSnapshot('../../docs/api.md');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
