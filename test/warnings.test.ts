// @vitest-environment node
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import type { Rolldown } from 'vite';
import { describe, expect, test } from 'vitest';
import { WARNING_CODES } from '../src/contract/dev-warning.js';
import { CIBA_ERROR_CODES } from '../src/contract/index.js';
import { aliases } from '../vite.config.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const FOR_BROWSERS = [
  '',
  '/machine',
  '/environment',
  '/sessions',
  '/totp-setup',
  '/adapters/http',
  '/adapters/authsec',
];

/** What an app carries that uses everything of these parts. */
async function bundle(mode: 'development' | 'production', parts: readonly string[]): Promise<string> {
  const entry = 'everything';
  const imports = parts
    .map((name, index) => `import * as part${index} from 'react-ciba${name}'; console.log(part${index});`)
    .join('\n');
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    mode,
    resolve: { alias: aliases },
    plugins: [
      react(),
      { name: entry, resolveId: (id) => (id === entry ? id : null), load: (id) => (id === entry ? imports : null) },
    ],
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    build: {
      write: false,
      minify: mode === 'production',
      rolldownOptions: { input: entry, external: (id) => id !== entry && !/^[./]|^react-ciba/.test(id) },
    },
  });
  const [{ output: files }] = [output].flat() as [Rolldown.RolldownOutput];
  return files.map((file) => (file.type === 'chunk' ? file.code : '')).join('');
}

describe('warnings', () => {
  test('each has its part of docs/warnings.md', () => {
    const page = readFileSync(`${root}docs/warnings.md`, 'utf8');
    expect([...page.matchAll(/^## (.+)$/gm)].map(([, code]) => code)).toEqual(WARNING_CODES);
  });

  test('development builds have them all, production builds nothing of them', { timeout: 60_000 }, async () => {
    const inDevelopment = await bundle('development', [...FOR_BROWSERS, '/server']);
    const unused = WARNING_CODES.filter((code) => inDevelopment.split(new RegExp(`['"\`]${code}['"\`]`)).length < 2);
    expect(unused).toEqual([]);
    expect(inDevelopment).toContain('[react-ciba]');
    expect(inDevelopment).toContain('node_modules/react-ciba/docs/errors');

    const inProduction = await bundle('production', FOR_BROWSERS);
    expect(inProduction).toContain('ciba-login');
    const left = ['[react-ciba]', 'Read on', 'node_modules', ...WARNING_CODES].filter((text) =>
      inProduction.includes(text),
    );
    expect(left).toEqual([]);
  });
});

test('the package brings the pages that warnings and errors name', { timeout: 30_000 }, () => {
  const report = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root });
  const [{ files }] = JSON.parse(String(report)) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(CIBA_ERROR_CODES.map((code) => `docs/errors/${code}.md`)));
  expect(paths).toContain('docs/warnings.md');
});
