// Part of `npm run check:package`: every source file with 'use client' must keep it in dist, or React Server Components
// would run hooks on the server. A bundler that merges files drops it silently.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const DIRECTIVE = /^\s*['"]use client['"]/;

const sources = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .filter((file) => DIRECTIVE.test(readFileSync(`${root}src/${file}`, 'utf8')));

const lost = sources.filter((file) => {
  const built = `${root}dist/${file.replace(/\.tsx?$/, '.js')}`;
  return existsSync(built) && !DIRECTIVE.test(readFileSync(built, 'utf8'));
});

if (sources.length === 0 || lost.length > 0) {
  console.error(`'use client' is missing in dist: ${lost.join(', ') || 'no source has it'}.`);
  process.exitCode = 1;
}
