// Bundles small apps with Vite, as an app in production would be, for size-limit to weigh (.size-limit.json). What every
// such app has anyway stays outside; every other dependency is counted.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

const OUTSIDE = /^(react|react-dom|@tanstack\/react-query)(\/|$)/;
/** What every adapter has: the contract, and how a request is sent. */
const SHARED = /\/contract\/|\/fetch-text\b/;
const APPS = { login: OUTSIDE, hooks: OUTSIDE, authsec: SHARED, 'totp-input': OUTSIDE };
const root = fileURLToPath(new URL('../bench/size', import.meta.url));

for (const [app, outside] of Object.entries(APPS)) {
  await build({
    root,
    configFile: false,
    plugins: [react()],
    logLevel: 'warn',
    mode: 'production',
    build: {
      target: 'es2022',
      outDir: fileURLToPath(new URL('../.size', import.meta.url)),
      emptyOutDir: app === 'login',
      minify: true,
      modulePreload: false,
      rolldownOptions: {
        input: `${root}/${app}.tsx`,
        external: (id) => outside.test(id),
        output: { entryFileNames: `${app}.js`, codeSplitting: false },
      },
    },
  });
}
