import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { installPackages } from './app.js';
import type { App } from './app.js';

// The tests of docs/testing-your-login.md in a user's Vitest: an approval, a denial, a code, an expiry with fake timers,
// and the user's own handler.

const page = new URL('../../docs/testing-your-login.md', import.meta.url);

let app: App;

beforeAll(async () => {
  app = await installPackages('vitest', {
    '@tanstack/react-query': '^5.90.0',
    '@testing-library/dom': '10.4.2',
    '@testing-library/react': '16.3.3',
    '@testing-library/user-event': '14.6.13',
    'happy-dom': '20.14.5',
    jsdom: '29.1.1',
    react: '^19.0.0',
    'react-dom': '^19.0.0',
    vitest: '4.1.11',
  });
  const blocks = Array.from(
    (await readFile(page, 'utf8')).matchAll(/^```tsx\n([\s\S]*?)^```$/gm),
    ([, code = '']) => code,
  );
  // test/testing/inbox-phone.test.tsx signs in with the inbox's phone.
  const tests = blocks.filter((code) => code.includes("from 'vitest'") && !code.includes('createTestPhone'));
  expect(tests).toHaveLength(5);
  for (const [at, code] of tests.entries()) {
    // As the page says of a test that imports the server.
    const isServer = code.includes('react-ciba/server');
    await writeFile(join(app.folder, `${isServer ? 'server' : 'page'}-${at}.test.tsx`), code);
  }
});

test.each(['jsdom', 'happy-dom'])('the tests of the page pass in %s', async (environment) => {
  const printed = await app.exec('npx', 'vitest', 'run', '--environment', environment, '--no-color');
  expect(printed).toMatch(/Tests\s+5 passed \(5\)/);
  expect(printed).not.toMatch(/warn/i);
});
