import process from 'node:process';
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
  const { adapter, request, publicSession, basePath = '/api/ciba', limits = {} } = options;
  if (typeof adapter?.initiate !== 'function' || typeof adapter.poll !== 'function') {
    throw misconfigured(
      'createCibaHandler needs an `adapter` with `initiate` and `poll`, such as `createOidcAdapter(…)`.',
    );
  }
  if (typeof request !== 'function') {
    throw misconfigured(
      'createCibaHandler needs `request`, which says what to ask the backend for, such as `(loginHint) => ({ loginHint })`.',
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

const taken = new Set<string>();

/**
 * Two handlers of one origin with a memory store each lose every other login: their cookies have the same names, and
 * what one keeps the other does not know. It happens when a bundler loads the app's module twice. While developing,
 * modules are loaded again on purpose.
 * @throws CibaError `misconfigured`
 */
export function claimOrigin(origin: string, ownsMemory: boolean): () => void {
  if (!ownsMemory || process.env['NODE_ENV'] !== 'production') return () => undefined;
  if (taken.has(origin)) {
    throw misconfigured(
      `Two handlers with a memory store of their own serve ${origin}, and neither knows the other's logins: create one handler and import it, or give both the same \`store\`.`,
    );
  }
  taken.add(origin);
  return () => void taken.delete(origin);
}
