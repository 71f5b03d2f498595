import process from 'node:process';
import { devWarning } from '../contract/dev-warning.js';
import { misconfigured } from '../contract/errors.js';
import type { InitiateRequest } from '../contract/index.js';
import type { CibaHandlerOptions } from './options.js';

/** Long enough that a secret can't be guessed. */
const MIN_SECRET_CHARACTERS = 32;

export const DEFAULT_BASE_PATH = '/api/ciba';

/**
 * Finds options that can never work when the handler is created, before the first user meets them.
 * @throws CibaError `misconfigured`, which says what to change
 */
export function checkOptions<Session, Ask extends InitiateRequest>(options: CibaHandlerOptions<Session, Ask>): void {
  const { adapter, authRequest, publicSession, basePath = DEFAULT_BASE_PATH, limits = {} } = options;
  if (typeof adapter?.initiate !== 'function' || typeof adapter.poll !== 'function') {
    throw misconfigured(
      'createCibaHandler needs an `adapter` with `initiate` and `poll`, such as `createOidcAdapter(…)`.',
    );
  }
  if (typeof authRequest !== 'function') {
    throw misconfigured(
      'createCibaHandler needs `authRequest`, a function that returns what to ask the backend for, such as `(loginHint) => ({ loginHint })`.',
    );
  }
  if (typeof publicSession !== 'function') {
    throw misconfigured(
      'createCibaHandler needs `publicSession`, a function that returns what the browser may see of a session.',
    );
  }
  if (!/^(\/[\w.~-]+)+$/.test(basePath)) {
    throw misconfigured(
      `The \`basePath\` of createCibaHandler is ${JSON.stringify(basePath)}. Start it with a slash and end it without one, such as "/api/ciba".`,
    );
  }
  for (const [name, unit] of [
    ['sessionLifetime', ' of seconds'],
    ['sessionIdleLifetime', ' of seconds'],
    ['maxSessions', ''],
  ] as const) {
    const value = options[name] ?? 1;
    if (!Number.isSafeInteger(value) || value < 1) {
      throw misconfigured(
        `The \`${name}\` of createCibaHandler is ${value}. Set it to a whole number${unit}, at least 1.`,
      );
    }
  }
  const { sessionFollows = 'own' } = options;
  if (sessionFollows !== 'own' && sessionFollows !== 'tokens') {
    throw misconfigured(
      `The \`sessionFollows\` of createCibaHandler is ${JSON.stringify(sessionFollows)}. Set it to 'own' or 'tokens'.`,
    );
  }
  const { secrets, auditKey } = options;
  if (secrets?.length === 0) {
    throw misconfigured('The `secrets` of createCibaHandler are empty. Set at least one, or leave the option out.');
  }
  for (const [name, secret] of [...(secrets ?? []).map((one) => ['secrets', one]), ['auditKey', auditKey]]) {
    if (secret === undefined || (typeof secret === 'string' && secret.length >= MIN_SECRET_CHARACTERS)) continue;
    throw misconfigured(
      `A value of \`${name}\` of createCibaHandler is too short. Use at least ${MIN_SECRET_CHARACTERS} random characters, such as \`openssl rand -base64 32\` makes.`,
    );
  }
  for (const [name, list] of Object.entries(limits)) {
    for (const { points, duration } of list) {
      if (Number.isSafeInteger(points) && points > 0 && Number.isSafeInteger(duration) && duration > 0) continue;
      throw misconfigured(
        `An entry of \`limits.${name}\` of createCibaHandler is invalid: expected \`{ points, duration }\` with whole numbers above 0 (\`duration\` in seconds), got ${JSON.stringify({ points, duration })}.`,
      );
    }
  }
}

const HANDLERS = Symbol.for('react-ciba.handlers-with-memory');

/**
 * The origins and paths that handlers with a memory store serve, and whether the warning about a second handler was logged. There is
 * one list per process, even if a bundler copies this module: bundlers are what loads a handler twice.
 */
function handlersWithMemory(): Map<string, { warned: boolean }> {
  const shared = globalThis as { [HANDLERS]?: Map<string, { warned: boolean }> };
  return (shared[HANDLERS] ??= new Map());
}

/**
 * Reserves an origin and path for a handler with a memory store, and returns a function that frees them. Two such handlers
 * lose every other login: their cookies have the same names, but neither knows what the other keeps. This happens when a
 * bundler loads the app's module twice. In development it only logs a warning, because modules are reloaded on purpose
 * there.
 * @throws CibaError `misconfigured` in production, if another handler has the same origin and path
 */
export function reserveMount(mount: string, ownsMemory: boolean): () => void {
  const mode = process.env['NODE_ENV'];
  if (!ownsMemory || (mode !== 'production' && mode !== 'development')) return () => undefined;
  const handlers = handlersWithMemory();
  const first = handlers.get(mount);
  if (first) {
    const problem = `Two handlers, each with its own memory store, serve ${mount}, and neither knows the other's logins. Create one handler and import it, or give both the same \`store\`.`;
    if (mode === 'production') throw misconfigured(problem);
    if (!first.warned) devWarning('two-handlers', problem);
    first.warned = true;
    return () => undefined;
  }
  handlers.set(mount, { warned: false });
  return () => void handlers.delete(mount);
}
