// `npm run bench:bundlers`: measures what our imports add to an app with each bundler.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { REACT_AND_QUERY, resolve, weigh } from './bundle.mjs';
import { installLibraries } from './install.mjs';

installLibraries();

const require = createRequire(import.meta.url);
const { build: esbuild, transform } = require('esbuild');
const { rollup } = await import('rollup');
const { nodeResolve } = await import('@rollup/plugin-node-resolve');
const webpack = require('webpack');
const { rspack } = await import('@rspack/core');

const IMPORTS = {
  '<CibaLogin> with the HTTP adapter':
    "export { CibaLogin } from 'react-ciba'; export { createHttpAdapter } from 'react-ciba/adapters/http';",
  useCibaLogin: "export { useCibaLogin } from 'react-ciba';",
  '<TotpInput>': "export { TotpInput } from 'react-ciba';",
};

const folder = fileURLToPath(new URL('node_modules/.results/bundlers/', import.meta.url));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const entry = `${folder}entry.js`;

/** The file of a public name of the package. */
function findOwn(name) {
  const alias = resolve.alias.find(({ find }) => find.test(name));
  return alias ? name.replace(alias.find, alias.replacement) : null;
}

/** webpack and Rspack take the same options. */
const packOptions = {
  mode: 'production',
  entry,
  context: folder,
  experiments: { outputModule: true },
  output: { path: folder, filename: 'packed.js', library: { type: 'module' } },
  externalsType: 'module',
  externals: [
    ({ request }, callback) => (REACT_AND_QUERY.test(request) ? callback(null, `module ${request}`) : callback()),
  ],
  resolve: {
    alias: Object.fromEntries(['react-ciba', 'react-ciba/adapters/http'].map((name) => [`${name}$`, findOwn(name)])),
  },
  target: ['web', 'es2022'],
};

async function pack(bundler) {
  const compiler = bundler(packOptions);
  const stats = await promisify(compiler.run.bind(compiler))();
  if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
  return readFileSync(`${folder}packed.js`);
}

/** The code of one file's bundle, by bundler. */
const BUNDLERS = {
  async Rollup() {
    const plugins = [
      { name: 'own', resolveId: (id) => findOwn(id) },
      // As @rollup/plugin-replace does it, so that what is for development alone is dropped.
      { name: 'production', transform: (code) => code.replaceAll('process.env.NODE_ENV', '"production"') },
      nodeResolve(),
    ];
    const bundle = await rollup({ input: entry, external: (id) => REACT_AND_QUERY.test(id), plugins, onwarn() {} });
    const { output } = await bundle.generate({ format: 'es' });
    // Rollup leaves minifying to others.
    return (await transform(output[0].code, { minify: true, format: 'esm', target: 'es2022' })).code;
  },
  webpack: () => pack(webpack),
  Rspack: () => pack(rspack),
  async esbuild() {
    const own = {
      name: 'own',
      setup({ onResolve }) {
        onResolve({ filter: /^react-ciba/ }, ({ path }) => ({ path: findOwn(path) }));
        onResolve({ filter: REACT_AND_QUERY }, ({ path }) => ({ path, external: true }));
      },
    };
    const options = {
      logLevel: 'error',
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      write: false,
      plugins: [own],
    };
    const { outputFiles } = await esbuild({
      entryPoints: [entry],
      define: { 'process.env.NODE_ENV': '"production"' },
      ...options,
    });
    return outputFiles[0].contents;
  },
};

const rows = {};
for (const [name, source] of Object.entries(IMPORTS)) {
  writeFileSync(entry, source);
  const sizes = { Vite: (await weigh(source)).first };
  for (const [bundler, bundle] of Object.entries(BUNDLERS)) sizes[bundler] = gzipSync(await bundle()).length;
  rows[name] = Object.fromEntries(
    Object.entries(sizes).map(([bundler, bytes]) => [bundler, Number((bytes / 1000).toFixed(1))]),
  );
}
console.log('gzip in kB, with every dependency except React, React DOM and TanStack Query');
console.table(rows);
