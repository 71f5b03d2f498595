import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { installPackages } from './app.js';
import type { App } from './app.js';

// What docs/testing-your-login.md tells users of Jest, run as it is written there.
const page = new URL('../../docs/testing-your-login.md', import.meta.url);

const FAKE_TIMERS = `
  import { act, fireEvent, render, screen } from '@testing-library/react';
  import { userEvent } from '@testing-library/user-event';
  import { CibaLogin } from 'react-ciba';
  import { renderWithCiba } from 'react-ciba/testing';
  import { withGlobal } from '@sinonjs/fake-timers';

  const timers = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'];
  const clocks = ['Date', 'performance', 'hrtime'];
  const tasks = ['nextTick', 'queueMicrotask'];
  const renderLogin = () => renderWithCiba((adapter) => <CibaLogin adapter={adapter} loginHint="ada" />, { render });

  afterEach(() => { jest.useRealTimers(); });

  test.each([
    ['all', undefined],
    ['legacy', { legacyFakeTimers: true }],
    ['advancing by themselves', { advanceTimers: true }],
    ['without tasks', { doNotFake: tasks }],
    ['without clocks', { doNotFake: clocks }],
    ['without clocks and tasks', { doNotFake: [...clocks, ...tasks] }],
    ['without timers', { doNotFake: timers }],
  ])('fake timers: %s', async (_, options) => {
    jest.useFakeTimers(options as never);
    const user = userEvent.setup({ advanceTimers: jest.advanceTimersByTime });
    const { phone } = renderLogin();
    await user.click(screen.getByRole('button', { name: 'Send sign-in request' }));
    await screen.findByText('Check your phone');
    phone.approve();
    await screen.findByText('You’re signed in', undefined, { timeout: 3000 });
  });

  test('fake timers: sinon', async () => {
    const clock = withGlobal(globalThis).install();
    try {
      const { phone } = renderLogin();
      fireEvent.click(screen.getByRole('button', { name: 'Send sign-in request' }));
      await act(() => clock.tickAsync(100));
      screen.getByText('Check your phone');
      phone.approve();
      await act(() => clock.tickAsync(1_100));
      screen.getByText('You’re signed in');
    } finally {
      clock.uninstall();
    }
  });
`;

const SERVER_IN_JSDOM = `
  import { createCibaHandler } from 'react-ciba/server';

  test('the server in jsdom', () => {
    expect(() => createCibaHandler({} as never)).toThrow('write \`@jest-environment node\` at the top');
  });
`;

let app: App;
const blocks: string[] = [];

/** The block of the page that starts with this comment. */
function block(comment: string): string {
  const found = blocks.filter((code) => code.startsWith(`// ${comment}\n`));
  expect(found, comment).toHaveLength(1);
  return found[0] ?? '';
}

const jest = (config: string, ...files: string[]) =>
  app.exec('npx', 'jest', '--ci', '--config', config, '--verbose', ...files);

beforeAll(async () => {
  app = await installPackages('jest', {
    react: '19.3.1',
    'react-dom': '19.3.1',
    '@tanstack/react-query': '5.108.0',
    '@testing-library/dom': '10.4.2',
    '@testing-library/react': '16.3.3',
    '@testing-library/user-event': '14.6.13',
    jest: '30.5.2',
    'jest-environment-jsdom': '30.5.2',
    'jest-fixed-jsdom': '0.0.11',
    '@happy-dom/jest-environment': '20.14.5',
    '@sinonjs/fake-timers': '15.5.0',
    '@babel/core': '7.29.13',
    '@babel/preset-env': '7.29.14',
    '@babel/preset-react': '7.29.7',
    '@babel/preset-typescript': '7.29.7',
    '@swc/core': '1.16.22',
    '@swc/jest': '0.2.39',
    'ts-jest': '29.4.15',
    typescript: '5.9.3',
    next: '16.4.6',
    '@types/jest': '30.0.0',
    '@types/react': '19.3.0',
  });
  for (const [, code = ''] of (await readFile(page, 'utf8')).matchAll(/^```(?:tsx?|js)\n([\s\S]*?)^```$/gm)) {
    blocks.push(code);
  }
  const write = (file: string, text: string) => writeFile(join(app.folder, file), text);

  // Most apps with Jest are CommonJS.
  const manifest = JSON.parse(await readFile(join(app.folder, 'package.json'), 'utf8')) as object;
  await write('package.json', JSON.stringify({ ...manifest, type: 'commonjs' }));
  await write(
    'babel.config.cjs',
    `module.exports = { presets: [
      ['@babel/preset-env', { targets: { node: 'current' } }],
      ['@babel/preset-react', { runtime: 'automatic' }],
      '@babel/preset-typescript',
    ] };`,
  );
  const compilerOptions = {
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    jsx: 'react-jsx',
    strict: true,
    allowJs: true,
    isolatedModules: true,
    esModuleInterop: true,
    types: ['jest'],
  };
  await write('tsconfig.json', JSON.stringify({ compilerOptions }));
  await mkdir(join(app.folder, 'app'));
  await write('next.config.mjs', block('next.config.mjs, next/jest'));
  await write('next.cjs', "module.exports = require('next/jest')({ dir: __dirname })({ testEnvironment: 'jsdom' });");
  for (const name of ['babel-jest', '@swc/jest', 'ts-jest']) {
    await write(`${name.replace('@swc/jest', 'swc')}.cjs`, block(`jest.config.cjs, ${name}`));
  }

  // test/testing has those of the inbox's phone and of approvals. As the page says: drop the import from vitest, and write `jest` instead of `vi`.
  const tests = blocks
    .filter((code) => code.includes("from 'vitest'") && !/createTestPhone|approveOnce/.test(code))
    .map((code) => code.replace(/^import .* from 'vitest';\n/m, '').replaceAll('vi.', 'jest.'));
  expect(tests).toHaveLength(5);
  for (const [at, code] of tests.entries()) {
    const environment = code.includes('react-ciba/server') ? '/** @jest-environment jest-fixed-jsdom */\n' : '';
    await write(`page-${at}.test.tsx`, environment + code);
    if (environment)
      await write('happy.test.tsx', code.replace(/^/, '/** @jest-environment @happy-dom/jest-environment */\n'));
  }
  await write('timers.test.tsx', FAKE_TIMERS);
  await write('server.test.tsx', SERVER_IN_JSDOM);
});

test.each(['babel-jest', 'swc', 'ts-jest', 'next'])('the tests of the page pass with %s', async (name) => {
  expect(await jest(`${name}.cjs`, 'page')).toContain('5 passed, 5 total');
});

test('a login continues with any fake timers, in happy-dom too, and the server names its environment', async () => {
  const printed = await jest('swc.cjs', 'timers', 'happy', 'server');
  expect(printed).toContain('10 passed, 10 total');
});

test('without the setting, Jest names the package that it must compile', async () => {
  await writeFile(join(app.folder, 'bare.cjs'), "module.exports = { testEnvironment: 'jsdom' };");
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const printed = await jest('bare.cjs', 'page-0').catch(String);
  expect(printed).toMatch(
    major > 24 || (major === 24 && minor >= 9) ? '1 passed' : 'node_modules/react-ciba/dist/index.js',
  );
});

test('the setting matches where pnpm keeps packages', async () => {
  const modules = join(app.folder, 'node_modules');
  const store = join(modules, '.pnpm/react-ciba@0.0.0_react@19.3.1/node_modules/react-ciba');
  await mkdir(join(store, '..'), { recursive: true });
  await rename(join(modules, 'react-ciba'), store);
  await rm(join(modules, 'react-ciba'), { recursive: true, force: true });
  await symlink(store, join(modules, 'react-ciba'));
  expect(await jest('swc.cjs', 'page-0')).toContain('1 passed, 1 total');
});
