// Bundles the code that bench/ measures with Vite, like an app in production.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { build, esmExternalRequirePlugin } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));
const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** Resolves the package's public names to dist, as published. */
export const resolve = {
  alias: Object.entries(exports).map(([name, target]) => ({
    find: new RegExp(`^react-ciba${name.slice(1).replaceAll('.', '\\.').replace('*', '([^/]+)')}$`),
    replacement: root + (target.default ?? target).replace('*', '$1'),
  })),
  dedupe: ['react', 'react-dom', '@tanstack/react-query'],
};

/** Dependencies that every app has anyway, and those of an app that also has TanStack Query. */
export const REACT = /^(react|react-dom)(\/|$)/;
export const REACT_AND_QUERY = /^(react|react-dom|@tanstack\/react-query)(\/|$)/;
const ENTRY = 'weighed.jsx';

/** The chunks of an app with one source file. They include every dependency except those `outside`. */
export async function bundle(source, outside = REACT_AND_QUERY) {
  const { output } = await build({
    root: here,
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    resolve,
    plugins: [
      react(),
      // External packages stay imports even if a dependency uses `require`, so no shim for `require` is added.
      esmExternalRequirePlugin({ external: [outside] }),
      {
        name: 'entry',
        resolveId: (id) => (id === ENTRY ? here + ENTRY : null),
        load: (id) => (id === here + ENTRY ? source : null),
      },
    ],
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      minify: true,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        input: ENTRY,
        preserveEntrySignatures: 'strict',
      },
    },
  });
  return output.filter(({ type }) => type === 'chunk');
}

/** The size of an app for a piece of source: gzip bytes of its initial script, and of the scripts loaded later. */
export async function weigh(source, outside = REACT_AND_QUERY) {
  const chunks = new Map((await bundle(source, outside)).map((chunk) => [chunk.fileName, chunk]));
  const first = new Set();
  const follow = (name) => {
    if (!chunks.has(name) || first.has(name)) return;
    first.add(name);
    for (const next of chunks.get(name).imports) follow(next);
  };
  for (const { fileName, isEntry } of chunks.values()) if (isEntry) follow(fileName);
  const bytes = (names) => gzipSync(names.map((name) => chunks.get(name).code).join('')).length;
  return {
    first: bytes([...first]),
    later: first.size < chunks.size ? bytes([...chunks.keys()].filter((name) => !first.has(name))) : 0,
  };
}
