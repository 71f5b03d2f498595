// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as keys from '../../src/server/store/keys.js';

const server = fileURLToPath(new URL('../../src/server/', import.meta.url));
const PAGE = 'store/keys.ts';

/** A call of the store whose key is written in place, instead of made by a function of the page. */
const KEY_IN_A_CALL =
  /\bstore\s*\.(?:get|set|delete|setIfAbsent|increment|setIfGreater|acquireSlot|releaseSlot|addToIndex|removeFromIndex|readIndex|consume|publish|subscribe)(?:<[^(]*>)?\(\s*['"`]/;

/** A template that begins as keys do, with a name and a colon, and isn't a URL. */
const KEY_IN_A_TEMPLATE = /`[\w-]*(?:\$\{[^}]*\}[\w-]*)?:(?!\/\/)[^`\s]*\$\{/;

const makesKey = (source: string) => KEY_IN_A_CALL.test(source) || KEY_IN_A_TEMPLATE.test(source);

describe('the page of keys', () => {
  const files = readdirSync(server, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts'));

  test('is the one place in the server that makes keys', () => {
    expect(files.filter((file) => makesKey(readFileSync(join(server, file), 'utf8')))).toEqual([PAGE]);
  });

  test('finds keys that are made elsewhere', () => {
    for (const source of [
      'await store.set(`session:${token}`, session, 60);',
      "context.store.get<Shape>('shape')",
      'const key = `${act}:browser:${browser}`;',
      'return `tries:${user}:${round}`;',
    ])
      expect(source).toSatisfy(makesKey);
    expect('new URL(`http://${host}`)').not.toSatisfy(makesKey);
  });

  test('tells of each key what its value is and how long it lives', () => {
    const source = readFileSync(join(server, PAGE), 'utf8');
    const made = Object.entries(keys).filter(([, value]) => typeof value === 'function');
    expect(made.length).toBeGreaterThan(20);
    for (const [name] of made) {
      const [, comment = ''] =
        new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\nexport const ${name} = `).exec(source) ?? [];
      expect(comment, name).toMatch(/\n \* Value: [\s\S]*Lifetime: /);
    }
  });

  test('gives no two things the same key', () => {
    const made = Object.values(keys).flatMap((value) =>
      typeof value === 'function' ? [(value as (...parts: unknown[]) => string)('a', 'b')] : [],
    );
    expect(new Set(made).size).toBe(made.length);
  });
});
