import process from 'node:process';
import { devWarning } from '../contract/dev-warning.js';
import { CibaError } from '../contract/index.js';
import type { InitiateRequest } from '../contract/index.js';
import type { CibaHandlerOptions } from './options.js';

function misconfigured(message: string): CibaError {
  return new CibaError('misconfigured', message);
}

/**
 * Finds what could never work, before the first user does.
 * @throws CibaError `misconfigured`, with one sentence on what to change
 */
export function checkOptions<Session, Ask extends InitiateRequest>(options: CibaHandlerOptions<Session, Ask>): void {
  const { adapter, authRequest, publicSession, basePath = '/api/ciba', limits = {} } = options;
  if (typeof adapter?.initiate !== 'function' || typeof adapter.poll !== 'function') {
    throw misconfigured(
      'createCibaHandler needs an `adapter` with `initiate` and `poll`, such as `createOidcAdapter(…)`.',
    );
  }
  if (typeof authRequest !== 'function') {
    throw misconfigured(
      'createCibaHandler needs `authRequest`, which says what to ask the backend for, such as `(loginHint) => ({ loginHint })`.',
    );
  }
  if (typeof publicSession !== 'function') {
    throw misconfigured('createCibaHandler needs `publicSession`, which says what of a session the browser may see.');
  }
  if (!/^(\/[\w.~-]+)+$/.test(basePath)) {
    throw misconfigured(
      `The \`basePath\` of createCibaHandler has to begin with a slash and end without one, such as "/api/ciba"; it is ${JSON.stringify(basePath)}.`,
    );
  }
  for (const name of ['sessionLifetime', 'sessionIdleLifetime'] as const) {
    const seconds = options[name] ?? 1;
    if (!Number.isSafeInteger(seconds) || seconds < 1) {
      throw misconfigured(
        `The \`${name}\` of createCibaHandler has to be whole seconds, at least 1; it is ${seconds}.`,
      );
    }
  }
  for (const [name, list] of Object.entries(limits)) {
    for (const { points, duration } of list) {
      if (Number.isSafeInteger(points) && points > 0 && Number.isSafeInteger(duration) && duration > 0) continue;
      throw misconfigured(
        `Each of \`limits.${name}\` of createCibaHandler has to be \`{ points, duration }\` in whole numbers above 0 (seconds).`,
      );
    }
  }
}

const HANDLERS = Symbol.for('react-ciba.handlers-with-memory');

/**
 * The origins that a handler with a memory store serves, and whether it was said that there is a second one. One list a
 * process, however many copies of this module a bundler makes: it is bundlers that load a handler twice.
 */
function handlersWithMemory(): Map<string, { said: boolean }> {
  const shared = globalThis as { [HANDLERS]?: Map<string, { said: boolean }> };
  return (shared[HANDLERS] ??= new Map());
}

/**
 * Two handlers of one origin with a memory store each lose every other login: their cookies have the same names, and
 * what one keeps the other does not know. It happens when a bundler loads the app's module twice. While developing it is
 * said and no more, since there modules are also loaded again on purpose.
 * @throws CibaError `misconfigured`, in production
 */
export function claimOrigin(origin: string, ownsMemory: boolean): () => void {
  const mode = process.env['NODE_ENV'];
  if (!ownsMemory || (mode !== 'production' && mode !== 'development')) return () => undefined;
  const handlers = handlersWithMemory();
  const first = handlers.get(origin);
  if (first) {
    const problem = `Two handlers with a memory store of their own serve ${origin}, and neither knows the other's logins: create one handler and import it, or give both the same \`store\`.`;
    if (mode === 'production') throw misconfigured(problem);
    if (!first.said) devWarning('two-handlers', problem);
    first.said = true;
    return () => undefined;
  }
  handlers.set(origin, { said: false });
  return () => void handlers.delete(origin);
}
