import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSync } from 'vite';

/** One exported name: its docstring and its declaration as the compiler wrote it. */
interface Declared {
  readonly doc: string;
  readonly code: string;
}

interface Identifier {
  readonly name: string;
}

/** As much of ESTree as a declaration file has on its top level. */
interface Statement {
  readonly type: string;
  /** The namespace of `export * as`. */
  readonly exported?: Identifier | null;
  readonly start: number;
  readonly end: number;
  readonly source?: { readonly value: string } | null;
  readonly declaration?: Statement | null;
  readonly id?: Identifier | null;
  readonly declarations?: readonly { readonly id: Identifier }[];
  readonly specifiers?: readonly { readonly local: Identifier; readonly exported: Identifier }[];
}

/** The text of a docstring in Markdown: without its stars, its example in a fence that the page's blocks do not compile. */
function toMarkdown(comment: string): string {
  const lines = comment
    .replace(/^\/\*\*\s?|\s*\*\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''));
  const [text = '', ...examples] = lines
    .join('\n')
    .trim()
    .split(/^@example[ \t]*\n?/m);
  const prose = text
    .replaceAll(/\{@link (\w+)\}/g, '`$1`')
    .replaceAll(/\n+@(\w+)/g, '\n\n_$1_')
    .trim();
  return [prose, ...examples.map((example) => `\`\`\`tsx fragment\n${example.trim()}\n\`\`\``)].join('\n\n').trim();
}

function namesOf({ id, declarations }: Statement): string[] {
  return id ? [id.name] : (declarations ?? []).map((declarator) => declarator.id.name);
}

/** Everything that a declaration file exports, in the order in which it does, re-exports followed to where they stand. */
function exportsOf(file: string): Map<string, Declared> {
  const source = readFileSync(file, 'utf8');
  const { program } = parseSync(file, source, { lang: 'dts' });
  const body = program.body as unknown as readonly Statement[];
  const local = new Map<string, Declared>();
  const found = new Map<string, Declared>();
  let before = 0;

  for (const statement of body) {
    const { declaration } = statement;
    const declared = declaration ?? statement;
    const doc = /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*$/.exec(source.slice(before, statement.start))?.[0].trim();
    before = statement.end;
    for (const name of namesOf(declared)) {
      const earlier = local.get(name);
      const code = source.slice(declared.start, declared.end).replace(/^declare /, '');
      local.set(name, {
        doc: earlier?.doc ?? (doc ? toMarkdown(doc) : ''),
        // An overload, or a value and a type of one name.
        code: earlier ? `${earlier.code}\n${code}` : code,
      });
      if (declaration) found.set(name, local.get(name) as Declared);
    }
    if (statement.type === 'ExportAllDeclaration' && statement.source) {
      const namespace = statement.exported ? `${statement.exported.name}.` : '';
      for (const [name, declared] of exportsOf(resolve(file, statement.source.value))) {
        found.set(namespace + name, declared);
      }
    }
    if (statement.type === 'ExportNamedDeclaration' && statement.specifiers) {
      const from = statement.source ? exportsOf(resolve(file, statement.source.value)) : local;
      for (const specifier of statement.specifiers) {
        const origin = from.get(specifier.local.name);
        if (origin) found.set(specifier.exported.name, origin);
      }
    }
  }
  return found;
}

function resolve(file: string, specifier: string): string {
  return join(dirname(file), specifier.replace(/\.js$/, '.d.ts'));
}

/** The page about every entry, made of the declaration files in `folder`. */
export function toApiPage(folder: string, entries: readonly { readonly specifier: string; readonly file: string }[]) {
  const shownUnder = new Map<string, string>();
  const sections = entries
    .map(({ specifier, file }) => ({ specifier, file: join(folder, file) }))
    .filter(({ file }) => existsSync(file))
    .map(({ specifier, file }) => {
      const names = [...exportsOf(file)].toSorted(([a], [b]) => (a < b ? -1 : 1));
      const parts = names.map(([name, { doc, code }]) => {
        const shown = shownUnder.get(name + code);
        if (shown !== undefined) return `- \`${name}\`: see ${shown}\n`;
        shownUnder.set(name + code, specifier);
        return `### ${name}\n\n${doc ? `${doc}\n\n` : ''}\`\`\`ts fragment\n${code}\n\`\`\`\n\n`;
      });
      const again = parts.filter((part) => part.startsWith('- '));
      return `## ${specifier}\n\n${again.join('')}${again.length > 0 ? '\n' : ''}${parts.filter((part) => !part.startsWith('- ')).join('')}`;
    });
  return `# API reference

Written by \`npm run docs:api\` from the docstrings. [start.md](start.md) is the way in.

${sections.join('').trimEnd()}
`;
}
