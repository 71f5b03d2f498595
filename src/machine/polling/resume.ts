import { validateAmount, validateAll, validatePending, validateText } from '../../contract/validate.js';
import type { LiveRequest } from './request.js';
import { shareRequest } from './tabs.js';
import type { CibaTabs, SharedRequest, SharedRequestHost } from './tabs.js';

/** A login that continues after a reload, or in a tab that the browser restored. */
export interface ResumedLogin {
  readonly loginHint: string;
  /** The open requests, newest first. */
  readonly requests: readonly LiveRequest[];
  /** The number of resends so far. */
  readonly resends: number;
}

const VERSION = 1;

/** The `resume` option: it saves a login for a reload, and connects the tabs that continue with the same login. */
export interface LoginResume {
  /** Returns the login to continue with, or null. `now` is in wall-clock milliseconds. Must not throw. */
  read(now: number): ResumedLogin | null;
  /** Saves the login, replacing the saved one. Must not throw. */
  write(login: ResumedLogin): void;
  /** Deletes the saved login. Must not throw. */
  forget(): void;
  /** Shares one request with the other tabs that poll it. */
  share(id: string, host: SharedRequestHost): SharedRequest;
}

/**
 * Creates the `resume` option, which lets a login survive a reload. `resumeInTab()` calls it with the browser's own tabs.
 *
 * @param tabs the lock, channel and storage that the tabs of one browser use
 * @param name a separate name for each login of a page that resumes. @default 'login'
 */
export function createResume(tabs: CibaTabs, name = 'login'): LoginResume {
  const key = `react-ciba:${name}`;
  // If the storage is full or blocked, the login can't resume, but it still works.
  const tryStorage = <T>(act: (storage: NonNullable<CibaTabs['storage']>) => T): T | null => {
    try {
      return tabs.storage && act(tabs.storage);
    } catch {
      return null;
    }
  };
  const forget = () => void tryStorage((storage) => storage.removeItem(key));
  return {
    read: (now) =>
      readResume(
        tryStorage((storage) => storage.getItem(key)),
        now,
      ),
    write(login) {
      const text = writeResume(login);
      if (text) tryStorage((storage) => storage.setItem(key, text));
      else forget();
    },
    forget,
    share: (id, host) => shareRequest(tabs, id, host),
  };
}

/**
 * Serializes the open login for the tab's storage, or returns an empty string if none of its requests is resumable. It
 * isn't an XState snapshot: a restored snapshot has lost its timers and would send another push.
 */
export function writeResume({ loginHint, requests, resends }: ResumedLogin): string {
  const kept = requests.filter(({ pending }) => pending.resumable);
  return kept.length === 0 ? '' : JSON.stringify({ version: VERSION, loginHint, resends, requests: kept });
}

/**
 * Reads what {@link writeResume} wrote. Other scripts can write to the storage, so it returns null for anything that is
 * invalid, expired or of another version.
 */
export function readResume(text: string | null, now: number): ResumedLogin | null {
  try {
    const record = JSON.parse(text ?? '') as { readonly version: unknown; readonly requests: unknown[] };
    const login = validateAll(record, { loginHint: validateText, resends: validateAmount });
    const requests = record.requests.map(readRequest).filter(({ expiresAt }) => expiresAt > now);
    return login && record.version === VERSION && requests.length > 0 ? { ...login, requests } : null;
  } catch {
    return null;
  }
}

/** @throws if the value isn't a valid request */
function readRequest(value: unknown): LiveRequest {
  const times = validateAll(value, {
    startedAt: validateAmount,
    expiresAt: validateAmount,
    lastSentAt: validateAmount,
    notBefore: validateAmount,
  });
  if (!times) throw new TypeError('Invalid request');
  return { ...times, pending: validatePending((value as LiveRequest).pending) };
}
