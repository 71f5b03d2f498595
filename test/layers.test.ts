// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

// The layers of ARCHITECTURE.md: what each folder of src may import, from src and from outside. `null` means anything.
interface Layer {
  readonly layers: readonly string[] | null;
  readonly packages: readonly string[] | null;
}

const UI = ['react', 'react-dom', '@tanstack/react-query', 'xstate', '@xstate/react'];

const LAYERS: Readonly<Record<string, Layer>> = {
  contract: { layers: [], packages: [] },
  machine: { layers: ['contract'], packages: ['xstate'] },
  environment: { layers: ['contract', 'machine'], packages: [] },
  react: { layers: ['contract', 'machine', 'environment', 'locales'], packages: UI },
  components: {
    layers: ['contract', 'machine', 'environment', 'locales', 'react'],
    packages: [...UI, '@radix-ui/react-slot'],
  },
  sessions: {
    layers: ['contract', 'machine', 'environment', 'locales', 'react', 'components', 'adapters'],
    packages: UI,
  },
  approvals: { layers: ['contract', 'machine', 'environment', 'locales', 'react', 'components'], packages: UI },
  'totp-setup': {
    layers: ['contract', 'machine', 'environment', 'locales', 'react', 'components'],
    packages: [...UI, 'uqr'],
  },
  styles: { layers: [], packages: [] },
  locales: { layers: ['contract'], packages: [] },
  adapters: { layers: ['contract'], packages: ['@authsignal/node', 'openid-client', 'jose', 'node:'] },
  server: { layers: ['contract'], packages: ['otpauth', 'node:'] },
  inbox: {
    layers: ['contract', 'machine', 'environment', 'locales', 'react', 'components', 'totp-setup'],
    packages: [...UI, '@simplewebauthn/browser'],
  },
  'inbox/server': {
    layers: ['contract', 'server', 'inbox/channels'],
    packages: ['@simplewebauthn/server', 'jose', 'web-push', 'node:'],
  },
  'inbox/channels': {
    layers: ['contract', 'server', 'inbox/server'],
    packages: ['@simplewebauthn/server', 'jose', 'web-push', 'node:'],
  },
  cli: { layers: ['contract', 'adapters'], packages: ['openid-client', 'jose', 'node:'] },
  testing: { layers: null, packages: null },
  'index.ts': { layers: ['contract', 'machine', 'environment', 'react', 'components', 'locales'], packages: [] },
};

const root = fileURLToPath(new URL('../', import.meta.url));
const src = join(root, 'src');

/** Every specifier that a TypeScript or CSS source imports. Lines of comments do not count. */
function importsOf(source: string): string[] {
  const code = source
    .split('\n')
    .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line))
    .join('\n');
  const statements = /^\s*(?:import|export)\b(?:[^'";]*?\bfrom)?\s*['"]([^'"]+)['"]/gm;
  const calls = /\b(?:import|require)\(\s*['"]([^'"]+)['"]/g;
  const styles = /^\s*@import\s+(?:url\()?['"]([^'"]+)['"]/gm;
  return [statements, calls, styles].flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1] ?? ''));
}

/** The room of a file: its folder, or the folder in that one if the two may not import the same. */
function roomOf(file: string): string {
  const [folder = '', inner = ''] = file.split('/');
  const room = `${folder}/${inner}`;
  return LAYERS[room] ? room : folder;
}

/** Why `file` (relative to src) must not import `specifier`, or null where it may. */
function objectionTo(file: string, specifier: string): string | null {
  const from = roomOf(file);
  const rule = LAYERS[from];
  if (!rule) return `src/${file}: "${from}" is no layer. Name it in test/layers.test.ts and in ARCHITECTURE.md.`;

  if (!specifier.startsWith('.')) {
    const allowed = rule.packages?.some((name) =>
      name.endsWith(':') ? specifier.startsWith(name) : specifier === name || specifier.startsWith(`${name}/`),
    );
    return allowed === false ? `${from} → ${specifier}: src/${file} must not import this package.` : null;
  }

  const target = join(dirname(file), specifier);
  const to = roomOf(target);
  if (to === from || rule.layers === null || rule.layers.includes(to)) return null;
  const open = rule.layers.length > 0 ? rule.layers.join(', ') : 'no other layer';
  return `${from} → ${to}: src/${file} imports src/${target}, but ${from} may import ${open}.`;
}

/** The imports of each file as the files of the same graph. */
type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** The files of a folder of the repository that have imports, each with the files that it imports, type imports included. */
function importGraphOf(folders: readonly string[]): ImportGraph {
  const sources = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => join(folder, file).replaceAll(sep, '/'))
      .filter((file) => /\.(tsx?|mts|mjs)$/.test(file)),
  );
  const known = new Set(sources);
  const resolve = (file: string, specifier: string) => {
    const target = join(dirname(file), specifier).replaceAll(sep, '/');
    return [target, target.replace(/js$/, 'ts'), target.replace(/js$/, 'tsx')].find((path) => known.has(path)) ?? [];
  };
  return new Map(
    sources.map((file) => {
      const specifiers = importsOf(readFileSync(join(root, file), 'utf8')).filter((name) => name.startsWith('.'));
      return [file, specifiers.flatMap((specifier) => resolve(file, specifier))];
    }),
  );
}

/** The import circles of a graph, each once, as "a → b → a". */
function circlesOf(graph: ImportGraph): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start !== -1) circles.push([...path.slice(start), file].join(' → '));
    if (start !== -1 || done.has(file)) return;
    for (const imported of graph.get(file) ?? []) visit(imported, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return circles;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.(tsx?|css)$/.test(file));

describe('the layers of src', () => {
  test('imports go one way', () => {
    const objections = files
      .flatMap((file) =>
        importsOf(readFileSync(join(src, file), 'utf8')).map((specifier) => objectionTo(file, specifier)),
      )
      .filter((objection) => objection !== null);
    expect(objections, objections.join('\n')).toEqual([]);
  });

  test('src/index.ts only re-exports', () => {
    const rest = readFileSync(join(src, 'index.ts'), 'utf8')
      .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
      .replace(/^export (type )?(\*( as \w+)?|\{[^}]*\}) from '\.\/[^']+';$/gm, '')
      .trim();
    expect(rest).toBe('');
  });
});

describe('circles', () => {
  test('no file of src, demo or stories imports itself by way of others, not even for a type', () => {
    const circles = circlesOf(importGraphOf(['src', 'demo', 'stories']));
    expect(circles, circles.join('\n')).toEqual([]);
  });

  test('the graph follows imports of types, of .ts and of .tsx files', () => {
    const graph = importGraphOf(['src']);
    expect(graph.get('src/machine/polling/tabs.ts')).toContain('src/machine/polling/request.ts');
    expect(graph.get('src/index.ts')).toContain('src/react/ciba-provider.tsx');
  });

  test.each([
    ['a file that imports itself', { a: ['a'] }, ['a → a']],
    ['two files', { a: ['b'], b: ['a'] }, ['a → b → a']],
    ['a circle that does not hold the first file', { a: ['b'], b: ['c'], c: ['d'], d: ['b'] }, ['b → c → d → b']],
    ['two circles', { a: ['b', 'c'], b: ['a'], c: ['d'], d: ['c'] }, ['a → b → a', 'c → d → c']],
    ['none where two files share a third', { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, []],
  ])('finds %s', (_, graph: Record<string, string[]>, circles) => {
    expect(circlesOf(new Map(Object.entries(graph)))).toEqual(circles);
  });
});

describe('the rule', () => {
  test.each([
    ['contract/adapter.ts', '../machine/view.js', 'contract → machine'],
    ['machine/login.machine.ts', '../react/provider.js', 'machine → react'],
    ['machine/polling/poller.ts', '../../adapters/http/index.js', 'machine → adapters'],
    ['environment/browser.ts', '../react/provider.js', 'environment → react'],
    ['react/use-ciba-login.ts', '../components/ciba-login.js', 'react → components'],
    ['adapters/http/index.ts', '../../machine/polling/schedule.js', 'adapters → machine'],
    ['server/handler.ts', '../adapters/oidc/index.js', 'server → adapters'],
    ['locales/de.ts', '../components/ciba-login.js', 'locales → components'],
    ['components/deep/part.tsx', '../../server/index.js', 'components → server'],
    ['components/ciba-login.tsx', '../index.js', 'components → index.js'],
    ['contract/code.ts', 'xstate', 'contract → xstate'],
    ['machine/view.ts', 'react', 'machine → react'],
    ['server/handler.ts', 'react', 'server → react'],
    ['index.ts', './server/index.js', 'index.ts → server'],
    ['inbox/ciba-inbox.tsx', './server/inbox.js', 'inbox → inbox/server'],
    ['inbox/server/inbox.ts', '../ciba-inbox.js', 'inbox/server → inbox'],
    ['elsewhere/file.ts', './other.js', '"elsewhere" is no layer'],
  ])('%s must not import %s', (file, specifier, arrow) => {
    expect(objectionTo(file, specifier)).toContain(arrow);
  });

  test.each([
    ['machine/polling/poller.ts', './schedule.js'],
    ['machine/polling/poller.ts', '../../contract/index.js'],
    ['machine/login.machine.ts', 'xstate'],
    ['components/parts/slot.tsx', '../../react/provider.js'],
    ['components/ciba-login.tsx', '../locales/en.js'],
    ['adapters/oidc/index.ts', 'openid-client'],
    ['server/http/node.ts', 'node:http'],
    ['testing/conformance/index.ts', '../../server/index.js'],
    ['testing/conformance/index.ts', 'vitest'],
  ])('%s may import %s', (file, specifier) => {
    expect(objectionTo(file, specifier)).toBeNull();
  });

  test('sees every kind of import and no comment', () => {
    const source = `
import './a.js';
import b from './b.js';
import type { C } from './c.js';
import {
  d,
} from './d.js';
export * from "./e.js";
export { type F } from './f.js';
const g = await import('./g.js');
type H = import('./h.js').H;
@import './i.css' layer(parts);
// import './no.js';
/** import './no.js'; */
/**
 * import { no } from './no.js';
 */
`;
    const seen = importsOf(source).map((specifier) => relative('.', specifier).charAt(0));
    expect(seen.toSorted()).toEqual([...'abcdefghi']);
  });
});
