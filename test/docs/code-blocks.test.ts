// @vitest-environment node
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { toPages } from '../../.storybook/pages.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
// Inside the repository, so that the blocks find its packages; dot folders are no sources of anything.
const folder = `${root}test/docs/.blocks`;

const pages = [
  'README.md',
  ...readdirSync(`${root}docs`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

interface Block {
  /** Where it stands, as an editor takes it. */
  readonly place: string;
  readonly file: string;
}

/**
 * Writes every ts, tsx and js block of a page into a file of its own, on the lines that it has in the page, so that a
 * complaint of the compiler names them. A block fenced as "ts fragment" is cut out of something and not compiled.
 */
function writeBlocks(page: string): Block[] {
  const text = readFileSync(`${root}${page}`, 'utf8');
  return [...text.matchAll(/^```(tsx?|js)\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, language = '', code = ''] = match;
    const line = text.slice(0, match.index).split('\n').length;
    const file = `${page.replaceAll(/[/.]/g, '-')}-${line}.${language}`;
    writeFileSync(`${folder}/${file}`, `${'\n'.repeat(line)}${code}\nexport {};\n`);
    return { place: `${page}:${line}`, file };
  });
}

/**
 * Writes the examples of the docstrings likewise, from the page that is made of them. They name what the package exports
 * without importing it, so that is done here.
 */
function writeExamples(): Block[] {
  const page = 'docs/api.md';
  const text = readFileSync(`${root}${page}`, 'utf8');
  const entryOf = new Map<string, string>();
  for (const section of text.split(/^## /m).slice(1)) {
    const entry = section.slice(0, section.indexOf('\n'));
    for (const [, name = ''] of section.matchAll(/^### (\w+)$/gm)) entryOf.set(name, entryOf.get(name) ?? entry);
  }
  return [...text.matchAll(/^```tsx fragment\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, code = ''] = match;
    const line = text.slice(0, match.index).split('\n').length;
    const imports = [...entryOf]
      .filter(([name]) => new RegExp(`\\b${name}\\b`).test(code))
      .filter(([name]) => !new RegExp(`(import .*|const |let |function )\\b${name}\\b`).test(code))
      .map(([name, entry]) => `import { ${name} } from '${entry}';`);
    const file = `example-${line}.tsx`;
    // Elements that stand beside each other, or the body of a component.
    const inComponent = /^return /m.test(code) ? `export function Example() {${code}}` : code;
    const body = code.startsWith('<') ? `(<>${code}</>);` : inComponent;
    writeFileSync(`${folder}/${file}`, `${imports.join(' ')}${'\n'.repeat(line)}${body}\nexport {};\n`);
    return { place: `${page}:${line}`, file };
  });
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every block of code of README and docs compiles', { timeout: 120_000 }, async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const blocks = [...pages.flatMap(writeBlocks), ...writeExamples()];
  expect(blocks.length).toBeGreaterThan(20);
  const config = {
    extends: '../../../tsconfig.json',
    compilerOptions: {
      // As apps have it.
      module: 'esnext',
      moduleResolution: 'bundler',
      // The examples get their imports without regard to what is a type.
      verbatimModuleSyntax: false,
      isolatedModules: false,
      allowJs: true,
      checkJs: true,
      // A page may import the files of the example that it shows.
      rootDirs: [
        '.',
        '../../../examples',
        '../../../examples/themes',
        '../../../examples/custom-ui-hooks/src',
        '../../../examples/custom-ui-parts/src',
      ],
    },
    include: ['*.ts', '*.tsx', '*.js', '../block-*.d.ts'],
    exclude: [],
  };
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(config));

  const tsc = `${root}node_modules/typescript/bin/tsc`;
  const printed = await promisify(execFile)(process.execPath, [tsc, '-p', folder, '--pretty', 'false']).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
  const complaints = blocks.reduce((text, { place, file }) => {
    return text.replaceAll(new RegExp(`\\S*${file}\\((\\d+),\\d+\\)`, 'g'), `${place.split(':')[0]}:$1`);
  }, printed);
  expect(complaints).toBe('');
});

test('every link of README and docs leads to a file', () => {
  const broken = pages.flatMap((page) => {
    const text = readFileSync(`${root}${page}`, 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
    return [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(new URL(target, `file://${root}${page}`)))
      .map((target) => `${page}: ${target}`);
  });
  expect(broken).toEqual([]);
});

test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/providers.md'])('%s names only files that exist', (page) => {
  const text = readFileSync(`${root}${page}`, 'utf8');
  const paths = Array.from(text.matchAll(/`((?:src|test|scripts|docs)\/[\w./-]+)`/g), ([, path = '']) => path);
  expect(paths.length).toBeGreaterThan(0);
  expect(paths.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
});

test('docs/README.md leads to every page', () => {
  const index = readFileSync(`${root}docs/README.md`, 'utf8');
  const lost = pages.filter((page) => /^docs\/[\w-]+\.md$/.test(page) && page !== 'docs/README.md');
  expect(lost.filter((page) => !index.includes(`](${page.replace('docs/', '')})`))).toEqual([]);
});

test('Storybook has every page of docs/, and one for each component', () => {
  const names = readdirSync(`${root}docs`)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => file.replace('.md', ''));
  const reference = readFileSync(`${root}docs/components.md`, 'utf8').split('## Reference')[1] ?? '';
  const components = Array.from(reference.matchAll(/^### (.+)$/gm), ([, name = '']) => name);
  const written = readdirSync(`${root}stories/docs`).filter((file) => file.endsWith('.mdx'));
  expect([...toPages().keys(), ...written.map((file) => `docs-${file}`)].toSorted()).toEqual(
    // Those of docs/errors are on one.
    [
      ...[...names, 'errors'].map((name) => `docs-${name}.mdx`),
      ...components.map((name) => `component-${name}.mdx`),
    ].toSorted(),
  );
});

test('there is one page for each error code', async () => {
  const { CIBA_ERROR_CODES } = await import('../../src/contract/index.js');
  const written = readdirSync(`${root}docs/errors`).filter((file) => file !== 'README.md');
  expect(written.toSorted()).toEqual(CIBA_ERROR_CODES.map((code) => `${code}.md`).toSorted());
});
