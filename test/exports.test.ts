// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// What apps can import. A change of this snapshot is a change of the public interface: it needs a changeset.
const entries: Record<string, () => Promise<object>> = {
  '.': () => import('react-ciba'),
  './machine': () => import('react-ciba/machine'),
  './environment': () => import('react-ciba/environment'),
  './adapters/authsignal': () => import('react-ciba/adapters/authsignal'),
  './adapters/authsignal-server': () => import('react-ciba/adapters/authsignal-server'),
  './adapters/authsec': () => import('react-ciba/adapters/authsec'),
  './adapters/http': () => import('react-ciba/adapters/http'),
  './adapters/memory': () => import('react-ciba/adapters/memory'),
  './adapters/oidc': () => import('react-ciba/adapters/oidc'),
  './server': () => import('react-ciba/server'),
  './server/redis': () => import('react-ciba/server/redis'),
  './approvals/server': () => import('react-ciba/approvals/server'),
  './server/totp': () => import('react-ciba/server/totp'),
  './approvals': () => import('react-ciba/approvals'),
  './sessions': () => import('react-ciba/sessions'),
  './inbox/qr-code': () => import('react-ciba/inbox/qr-code'),
  './inbox/service-worker': () => import('react-ciba/inbox/service-worker'),
  './inbox': () => import('react-ciba/inbox'),
  './inbox/server': () => import('react-ciba/inbox/server'),
  './totp-setup': () => import('react-ciba/totp-setup'),
  './testing': () => import('react-ciba/testing'),
  './locales/*': () => import('react-ciba/locales/en'),
};

test('every entry of package.json is listed here', () => {
  const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    exports: Record<string, unknown>;
  };
  const modules = Object.keys(exports).filter((name) => !/\.(css|json)$/.test(name));
  expect(Object.keys(entries).toSorted()).toEqual(modules.toSorted());
});

test.each(Object.entries(entries))('%s exports', async (_, load) => {
  expect(Object.keys(await load()).toSorted()).toMatchSnapshot();
});

test('the root entry has at most 45 values', async () => {
  expect(Object.keys(await import('react-ciba')).length).toBeLessThanOrEqual(45);
});

test('Login has these parts', async () => {
  expect(Object.keys((await import('react-ciba')).Login).toSorted()).toMatchSnapshot();
});

test('a server component can render the parts: each is in a client module, and what names them is in none', () => {
  const components = new URL('../src/components/', import.meta.url);
  const isClient = (file: string) => readFileSync(new URL(file, components), 'utf8').startsWith("'use client';");
  const login = readFileSync(new URL('login.ts', components), 'utf8');
  const parts = Array.from(
    login.matchAll(/^export \{[^}]*\} from '\.\/([\w-]+)\.js';$/gm),
    ([, name]) => `${name}.tsx`,
  );
  expect(parts.length).toBeGreaterThan(9);
  expect(parts.filter((file) => !isClient(file))).toEqual([]);
  expect(['login.ts', 'index.ts', '../index.ts'].filter(isClient)).toEqual([]);
});

const locales = readdirSync(new URL('../src/locales', import.meta.url)).map((file) => file.replace(/\.ts$/, ''));

test.each(locales)('locales/%s exports what its name says', async (locale) => {
  const name = locale.replace('-', '');
  const names = Object.keys((await import(`../src/locales/${locale}.ts`)) as object);
  expect(names.toSorted()).toEqual([name, `${name}Approval`, `${name}Inbox`, `${name}Sessions`, `${name}Setup`]);
});
