// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { unserializable } from '../../src/server/session/unserializable.js';

const SESSION = { accessToken: 'access-1', claims: { sub: 'user-1' } };

describe('a session with tokens', () => {
  const session = unserializable(SESSION);

  test('reads, spreads and compares as before', () => {
    expect(session.accessToken).toBe('access-1');
    expect({ ...session }).toStrictEqual(SESSION);
    expect(session).toEqual(SESSION);
    expect(Object.keys(session)).toEqual(['accessToken', 'claims']);
  });

  test.each([
    ['alone', session],
    ['in an object', { props: { session } }],
    ['in a list', [session]],
  ])('refuses JSON %s, and says what to do', (_, value) => {
    expect(() => JSON.stringify(value)).toThrow(
      /was about to be serialized.*For a page, use `handler.session\(request\)`/,
    );
  });

  test('is no plain object, which is what the serializers of frameworks take', () => {
    expect([Object.prototype, null]).not.toContain(Object.getPrototypeOf(session));
  });

  test('lets each part of it go where the app sends it', () => {
    expect(JSON.stringify({ claims: session.claims })).toBe('{"claims":{"sub":"user-1"}}');
  });

  test('does not take a field for its prototype', () => {
    const odd = unserializable(JSON.parse('{"__proto__":{"admin":true}}') as { admin?: boolean });
    expect(odd.admin).toBeUndefined();
    expect(() => JSON.stringify(odd)).toThrow('serialized');
  });
});

test.each([
  ['text', 'ada'],
  ['list', ['ada']],
  ['nothing', null],
])('leaves a session that is a %s as it is', (_, session) => {
  expect(unserializable(session)).toBe(session);
});
