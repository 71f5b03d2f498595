import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { API, SignatureKind, SymbolFlags } from 'typescript/unstable/sync';
import type { Checker, Symbol as TsSymbol } from 'typescript/unstable/sync';
import { entries } from '../../vite.config.js';

export interface PropDescription {
  readonly name: string;
  /** As it was written. */
  readonly type: string;
  readonly required: boolean;
  readonly fallback: string;
  readonly text: string;
}

export interface ComponentDescription {
  readonly name: string;
  /** The module that an app imports it from. */
  readonly specifier: string;
  readonly text: string;
  readonly example: string;
  /** Those that the library declares itself. */
  readonly props: readonly PropDescription[];
  /** Whether it takes what React gives every element, too. */
  readonly takesElementProps: boolean;
  /** What its `ref` gives, such as `HTMLDivElement`; null where it takes none. */
  readonly ref: string | null;
}

const oneLine = (text: string) => text.trim().replaceAll(/\s+/g, ' ');

const root = fileURLToPath(new URL('../../', import.meta.url));
const withComponents = entries.filter(({ specifier }) =>
  ['react-ciba', 'react-ciba/sessions', 'react-ciba/totp-setup'].includes(specifier),
);

/** Every component that the package exports, as TypeScript's own checker sees it. */
export function describeComponents(): ComponentDescription[] {
  const api = new API({ cwd: root });
  try {
    const config = join(root, 'tsconfig.build.json');
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    if (!project) throw new Error(`TypeScript could not open ${config}.`);
    const { checker, program } = project;
    const isOurs = (symbol: TsSymbol) => symbol.declarations.some(({ path }) => !path.includes('/node_modules/'));

    const describeProp = (symbol: TsSymbol): PropDescription => {
      const node = symbol.declarations[0]?.resolve();
      const written = node && 'type' in node && (node.type as { getText?: () => string } | undefined)?.getText?.();
      // The type of a prop of another component says less than what it is.
      const type = !written || /\['\w+'\]/.test(written) ? typeOf(checker, symbol) : written;
      return {
        name: symbol.name,
        type: oneLine(type)
          .replace(/ \| undefined$/, '')
          .replace(/^\((\(.*\) => .*)\)$/, '$1'),
        required: (symbol.flags & SymbolFlags.Optional) === 0,
        fallback: tagOf(checker, symbol, 'default'),
        text: oneLine(checker.getDocumentationCommentOfSymbol(symbol)),
      };
    };

    const describe = (symbol: TsSymbol, specifier: string, namespace: string): ComponentDescription | null => {
      const type = symbol.valueDeclaration && checker.getTypeOfSymbol(symbol);
      const [call] = type ? checker.getSignaturesOfType(type, SignatureKind.Call) : [];
      const given = call && checker.getParameterType(call, 0);
      if (!given || !/^[A-Z][a-z]/.test(symbol.name)) return null;
      const props = checker.getPropertiesOfType(given);
      const ref = props.find(({ name }) => name === 'ref');
      return {
        name: namespace + symbol.name,
        specifier,
        text: checker.getDocumentationCommentOfSymbol(symbol).trim(),
        example: tagOf(checker, symbol, 'example'),
        props: props.filter(isOurs).map(describeProp),
        takesElementProps: props.some((prop) => prop.name === 'onClickCapture' && !isOurs(prop)),
        ref: (ref && /\b(?:HTML|SVG)\w*Element\b/.exec(typeOf(checker, ref))?.[0]) ?? null,
      };
    };

    const found = new Map<string, ComponentDescription>();
    for (const { specifier, source } of withComponents) {
      const file = program.getSourceFile(join(root, source));
      const module = file && checker.getSymbolAtLocation(file);
      if (!module) throw new Error(`TypeScript knows no module ${source}.`);
      const addFrom = (from: TsSymbol, namespace = '') => {
        for (const exported of checker.getExportsOfModule(from)) {
          const isAlias = (exported.flags & SymbolFlags.Alias) !== 0;
          const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
          if ((symbol.flags & SymbolFlags.ValueModule) !== 0) addFrom(symbol, `${exported.name}.`);
          const component = describe(symbol, specifier, namespace);
          if (component) found.set(component.name, component);
        }
      };
      addFrom(module);
    }
    return [...found.values()];
  } finally {
    api.close();
  }
}

function tagOf(checker: Checker, symbol: TsSymbol, tag: string): string {
  return (
    checker
      .getJsDocTagsOfSymbol(symbol)
      .find(({ name }) => name === tag)
      ?.text?.trim() ?? ''
  );
}

function typeOf(checker: Checker, symbol: TsSymbol): string {
  const type = checker.getTypeOfSymbol(symbol);
  return type ? checker.typeToString(type) : 'unknown';
}

declare module 'vitest/browser' {
  interface BrowserCommands {
    describeComponents: () => Promise<ComponentDescription[]>;
  }
}
