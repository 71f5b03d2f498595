import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { Alias, Plugin } from 'vite';

const fromRoot = (path: string) => fileURLToPath(new URL(path, import.meta.url));

type Exports = Record<string, string | { default: string }>;
const { exports } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')) as { exports: Exports };

/** The source behind a published file: `./dist/server/index.js` is built from `src/server/index.ts`. */
function sourceOf(published: string): string {
  const path = published.replace('./dist/', './src/');
  if (path === './src/styles.css') return './src/styles/index.css';
  const typescript = path.replace(/\.js$/, '.ts');
  return existsSync(fromRoot(typescript)) || typescript.includes('*') ? typescript : `${typescript}x`;
}

/** Every public entry of package.json and its source; the one list that build, aliases and tests go by. */
export const entries = Object.entries(exports)
  .map(([name, target]) => ({ name, file: typeof target === 'string' ? target : target.default }))
  // scripts/tokens.mjs writes the tokens.
  .filter(({ file }) => file.startsWith('./dist/') && !file.endsWith('.json'))
  .map(({ name, file }) => ({
    /** As an app imports it, for example `react-ciba/server`. */
    specifier: name.replace(/^\./, 'react-ciba'),
    /** Relative to the repository, for example `./src/server/index.ts`. */
    source: sourceOf(file),
  }));

/** Lets demo, stories, tests and examples import the library by its public names and get the sources. */
export const aliases: Alias[] = entries.map(({ specifier, source }) => ({
  find: new RegExp(`^${specifier.replaceAll('.', '\\.').replace('*', '([^/]+)')}$`),
  replacement: fromRoot(source).replace('*', '$1'),
}));

/** Every file in src/locales is one, for example `pt-BR`. */
const locales = readdirSync(fromRoot('src/locales')).map((file) => file.replace(/\.ts$/, ''));
/**
 * The namespace of `export * as Login`. The build leaves that line as it is written. Merged into the entry, the namespace
 * would be an object that no bundler can drop parts from.
 */
const NAMESPACE = 'components/login';
const keepNamespace: Plugin = {
  name: 'keep-namespace',
  // Storybook builds an app with this configuration and removes `lib`. An app must contain the file.
  apply: ({ build }, { command }) => command === 'build' && Boolean(build?.lib),
  enforce: 'pre',
  resolveId: (id) => (id === `./${NAMESPACE}.js` ? { id, external: true } : null),
};

/** What stands for the server's entries in a browser. */
const browserStub = './src/server/browser-stub.ts';
/** What `npx react-ciba` runs. */
const commandLine = './src/cli/index.ts';
const buildInputs = entries
  .flatMap(({ source }) => (source.includes('*') ? locales.map((locale) => source.replace('*', locale)) : [source]))
  .concat(browserStub, commandLine, `./src/${NAMESPACE}.ts`)
  .map((source) => [source.replace('./src/', '').replace(/\.(tsx?|css)$/, ''), fromRoot(source)]);

/**
 * What dist carries along instead of importing it. `useActorRef` is all that is used of @xstate/react, which also asks for
 * two CommonJS shims of a hook that React has had since 18, and those no app's bundler can drop: 0.4 kB.
 */
const BUNDLED = '@xstate/react';
/** The third package that it asks for; src has the like of it. */
const LAYOUT_EFFECT = 'use-isomorphic-layout-effect';
const ownLayoutEffect: Alias = { find: LAYOUT_EFFECT, replacement: fromRoot(`src/react/${LAYOUT_EFFECT}.ts`) };

export default defineConfig({
  plugins: [react(), keepNamespace],
  resolve: { alias: [...aliases, ownLayoutEffect] },
  build: {
    license: { fileName: 'bundled/licenses.md' },
    target: 'es2022',
    sourcemap: true,
    minify: false,
    lib: { entry: Object.fromEntries(buildInputs) as Record<string, string>, formats: ['es'] },
    // Lets a style sheet be an entry of its own.
    cssCodeSplit: true,
    rolldownOptions: {
      // Whatever is not a file of this package stays an import: dependencies, peers and node's own modules.
      external: (id) => !/^[./\0]/.test(id) && id !== BUNDLED && id !== LAYOUT_EFFECT,
      // An import that nothing is taken from goes: what is bundled may ask for more than is used of it.
      treeshake: { moduleSideEffects: 'no-external' },
      // One output file a source file: 'use client' stays where it was written, and apps can drop what they do not use.
      output: {
        preserveModules: true,
        preserveModulesRoot: 'src',
        // npm packs no folder called node_modules.
        entryFileNames: ({ name }) => `${name.replace(/^.*node_modules\//, 'bundled/')}.js`,
        assetFileNames: 'styles.css',
      },
    },
  },
});
