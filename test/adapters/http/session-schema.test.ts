// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { createHttpAdapter } from '../../../src/adapters/http/index.js';
import type { SessionSchema } from '../../../src/adapters/http/index.js';

interface User {
  readonly name: string;
  readonly since: Date;
}

/** A schema that reads a date out of a text, as Zod's `coerce` does. */
const readUser = (value: unknown) => {
  const { name, since } = Object(value) as { name?: unknown; since?: unknown };
  const issues = [
    ...(typeof name === 'string' ? [] : [{ message: `Not a text: ${String(name)}`, path: ['name'] }]),
    ...(typeof since === 'string' ? [] : [{ message: 'No date', path: [{ key: 'since' }, 0] }]),
  ];
  if (issues.length > 0) return { issues };
  return { value: { name: name as string, since: new Date(since as string) } };
};
const schemaOf = (validate: SessionSchema<User>['~standard']['validate']): SessionSchema<User> => ({
  '~standard': { version: 1, vendor: 'test', validate },
});

const call = { signal: new AbortController().signal, actId: 'act-1' };
const pending = { id: 'handle-1', expiresIn: 120, interval: 5, resumable: true };

/** The three ways that a session reaches a page. */
const reads: Record<string, (session: unknown, schema: SessionSchema<User>) => Promise<unknown>> = {
  'the session': (session, schema) => adapterFor({ session }, schema).session(),
  'an approval': async (session, schema) =>
    sessionIn(await adapterFor({ status: 'approved', session }, schema).poll(pending, call)),
  'a code': async (session, schema) =>
    sessionIn(
      await adapterFor({ status: 'approved', session }, schema).verifyTotp({ loginHint: 'ada', code: '123456' }, call),
    ),
};

const adapterFor = (body: unknown, session: SessionSchema<User>) =>
  createHttpAdapter({ fetch: async () => Response.json(body), session });
const sessionIn = (result: object) => (result as { session?: unknown }).session;

describe.each(Object.entries(reads))('a schema and %s', (_, read) => {
  test.each([
    ['at once', schemaOf(readUser)],
    ['later', schemaOf(async (value) => readUser(value))],
  ])('gives what the schema reads %s', async (_when, schema) => {
    const user = await read({ name: 'Ada', since: '2026-01-01' }, schema);
    expect(user).toEqual({ name: 'Ada', since: new Date('2026-01-01') });
  });

  test('names the fields that do not match, and quotes none', async () => {
    await expect(read({ name: 42 }, schemaOf(readUser))).rejects.toMatchObject({
      code: 'badResponse',
      retryable: false,
      message: expect.stringMatching(/`session` schema of createHttpAdapter: name, since\.0\.$/),
    });
  });

  test('names the value itself where the schema names no field', async () => {
    const schema = schemaOf(() => ({ issues: [{}] }));
    await expect(read('tampered', schema)).rejects.toThrow(/createHttpAdapter: the value itself\.$/);
  });
});

test('nobody signed in is not asked of the schema', async () => {
  const schema = schemaOf(() => ({ issues: [{}] }));
  expect(await adapterFor({ session: null }, schema).session()).toBeNull();
});

test('other answers are not asked of the schema', async () => {
  const schema = schemaOf(() => ({ issues: [{}] }));
  expect(await adapterFor({ status: 'denied' }, schema).poll(pending, call)).toEqual({ status: 'denied' });
});
