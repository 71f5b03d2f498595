// Bundles small apps with Vite, as an app in production would be, for size-limit to weigh (.size-limit.json). What every
// such app has anyway stays outside; every other dependency is counted.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build, esmExternalRequirePlugin } from 'vite';
import { OUTSIDE } from '../bench/bundle.mjs';

/** What every adapter has, and a login with it. */
const CONTRACT = /\/contract\//;
/** How a request is sent. */
const SENDING = /\/fetch-text\b/;
const APPS = {
  login: [OUTSIDE],
  hook: [OUTSIDE],
  http: [CONTRACT],
  authsec: [CONTRACT, SENDING],
  'totp-input': [OUTSIDE],
};
const root = fileURLToPath(new URL('../bench/size', import.meta.url));

for (const [app, outside] of Object.entries(APPS)) {
  await build({
    root,
    configFile: false,
    // What is outside stays an import for packages that `require` it, too, and brings no stand-in for `require` along.
    plugins: [react(), esmExternalRequirePlugin({ external: outside })],
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
        output: { entryFileNames: `${app}.js`, codeSplitting: false },
      },
    },
  });
}
