// A page of the benches: its production build, served and open in Chromium, with React's profiler in it.
import { rmSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';
import { findOrInstallBrowser } from '../scripts/find-browser.mjs';
import { resolve } from './bundle.mjs';

/** Builds the page in the folder `root` into `outDir`, and serves it. */
export async function servePage({ root, outDir }) {
  rmSync(outDir, { recursive: true, force: true });
  const config = {
    root,
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    plugins: [react()],
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: {
      ...resolve,
      alias: [...resolve.alias, { find: /^react-dom\/client$/, replacement: 'react-dom/profiling' }],
    },
    build: { outDir, emptyOutDir: true },
    preview: { port: 0, host: '127.0.0.1' },
  };
  await build(config);
  const server = await preview(config);
  const browser = await chromium.launch(findOrInstallBrowser());
  return {
    browser,
    url: server.resolvedUrls.local[0],
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
