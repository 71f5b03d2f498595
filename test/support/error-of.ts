import { inspect } from 'node:util';
import { expect } from 'vitest';
import { CibaError } from '../../src/contract/index.js';

/** The `CibaError` that a call rejects with, or a function throws. None of these texts may be in anything of it that can be printed. */
export async function errorOf(
  act: Promise<unknown> | (() => unknown),
  secrets: readonly (string | RegExp)[] = [],
): Promise<CibaError> {
  const caught: unknown = await (typeof act === 'function' ? Promise.resolve().then(act) : act).then(
    (value) => expect.fail(`It succeeded: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  expect(caught).toBeInstanceOf(CibaError);
  const printed = inspect(caught, { depth: Infinity, showHidden: true });
  for (const secret of secrets) expect(printed).not.toMatch(secret);
  return caught as CibaError;
}
