// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const pages = readdirSync(new URL('docs/', root), { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.md'),
);

/** The text of a page under one of its headings. */
function section(page: string, heading: string): string {
  const [, after = ''] = read(`docs/${page}`).split(`\n## ${heading}\n`);
  return after.split('\n## ')[0] ?? '';
}

describe('S15: the pages about security', () => {
  test('show how to keep frames and forged requests away from the app’s own routes', () => {
    const text = section('security.md', 'Your other routes');
    expect(text).toContain("frame-ancestors 'none'");
    expect(text).toMatch(/request\.headers\.get\('origin'\) ===/);
    expect(text).toContain('sibling hosts');
  });

  test.each(['vite-express/server.js', 'own-adapter/server.js', 'next-app/proxy.ts'])(
    'are followed by the example %s',
    (example) => expect(read(`examples/${example}`)).toContain("frame-ancestors 'none'"),
  );

  test('say that a fixed bindingMessage is no number to compare', () => {
    expect(section('security.md', 'A number to compare')).toMatch(/If it is fixed,[^.]*same text/);
    expect(read('docs/threat-model.md')).toContain("A fixed `bindingMessage` isn't a number to compare.");
  });

  test('explain several handlers in one place, to which every other page links', () => {
    expect(section('server.md', 'Several handlers')).toContain('shared on one store, by origin');
    const others = pages.filter((page) => page !== 'server.md' && page !== 'api.md');
    const mentions = others.filter((page) =>
      /\b(second|two|several|both|its own) handlers?\b/i.test(read(`docs/${page}`)),
    );
    expect(mentions).toEqual(expect.arrayContaining(['authsignal.md', 'providers.md', 'security.md', 'warnings.md']));
    for (const page of mentions) expect(read(`docs/${page}`), page).toContain('server.md#several-handlers');
  });

  test('have the default of each option in the last column', () => {
    const [row = ''] = /^\| `freeDenials` .*$/m.exec(section('server.md', 'Options')) ?? [];
    const [, , meaning = '', byDefault = ''] = row.split('|').map((cell) => cell.trim());
    expect(meaning).toMatch(/^Number of denials/);
    expect(byDefault).toBe('1');
  });
});
