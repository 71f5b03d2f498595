// @vitest-environment node
import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { aliases } from '../../vite.config.js';
import * as inBrowser from '../../src/server/browser-stub.js';

const { exports } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  exports: Record<string, string | Readonly<Record<string, string>>>;
};
const forServers = Object.entries(exports).flatMap(([name, target]) =>
  typeof target === 'object' && target['browser'] !== undefined ? [name.replace('.', 'react-ciba')] : [],
);

afterEach(() => {
  vi.unstubAllGlobals();
});

test('it stands for every entry that needs a server', () => {
  expect(forServers.length).toBe(7);
});

test.each(forServers)('%s: whatever it exports says in a browser what is wrong', async (specifier) => {
  const source = aliases.find(({ find }) => find instanceof RegExp && find.test(specifier))?.replacement;
  const entry = (await import(/* @vite-ignore */ source ?? specifier)) as Record<string, unknown>;
  const refusals: Record<string, unknown> = inBrowser;
  expect(Object.keys(refusals)).toEqual(expect.arrayContaining(Object.keys(entry)));
  for (const [name, value] of Object.entries(entry)) {
    if (typeof value === 'function') expect(refusals[name]).toThrow('cannot run in a browser');
  }
});

test('it stands for the same entries in the Edge runtime, and names the setting of Next there', () => {
  for (const name of forServers) {
    const target = exports[name.replace('react-ciba', '.')] as Readonly<Record<string, string>>;
    const conditions = Object.keys(target);
    expect(target['edge-light']).toBe(target['browser']);
    // Next asks for `worker` as well.
    expect(conditions.indexOf('edge-light')).toBeLessThan(conditions.indexOf('worker'));
  }
  vi.stubGlobal('EdgeRuntime', 'edge-runtime');
  expect(() => inBrowser.createCibaHandler()).toThrow(
    /need Node\.js, and this file runs in the Edge runtime\..*`export const runtime = 'nodejs'`.*proxy\.ts/,
  );
});
