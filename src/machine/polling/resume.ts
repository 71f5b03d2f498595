import { validateAmount, validateAll, validatePending, validateText } from '../../contract/validate.js';
import type { LiveRequest } from './request.js';
import { shareRequest } from './tabs.js';
import type { CibaTabs, SharedRequest, SharedRequestHost } from './tabs.js';

/** What goes on after a reload, or in a tab that the browser restored. */
export interface ResumedLogin {
  readonly loginHint: string;
  /** The open ones, newest first. */
  readonly requests: readonly LiveRequest[];
  /** Requests that were sent again so far. */
  readonly resends: number;
}

const VERSION = 1;

/** What `resume` takes: the place where a login outlives a reload, and its way to the tabs that went on with the same one. */
export interface LoginResume {
  /** The login to go on with, or null. `now` in wall-clock milliseconds. Must not throw. */
  read(now: number): ResumedLogin | null;
  /** Keeps the login, in place of what was kept before. Must not throw. */
  write(login: ResumedLogin): void;
  /** The login is over. Must not throw. */
  forget(): void;
  /** Shares one request with the tabs that went on with it. */
  share(id: string, host: SharedRequestHost): SharedRequest;
}

/**
 * A login that outlives a reload. Two logins of one page that resume need names of their own.
 *
 * @param tabs what the tabs of one browser have in common; `resumeInTab()` is this with the browser's own
 * @param name @default 'login'
 */
export function createResume(tabs: CibaTabs, name = 'login'): LoginResume {
  const key = `react-ciba:${name}`;
  // Storage that is full or forbidden costs the resume, not the login.
  const attempt = <T>(act: (storage: NonNullable<CibaTabs['storage']>) => T): T | null => {
    try {
      return tabs.storage && act(tabs.storage);
    } catch {
      return null;
    }
  };
  const forget = () => void attempt((storage) => storage.removeItem(key));
  return {
    read: (now) =>
      readResume(
        attempt((storage) => storage.getItem(key)),
        now,
      ),
    write(login) {
      const text = writeResume(login);
      if (text) attempt((storage) => storage.setItem(key, text));
      else forget();
    },
    forget,
    share: (id, host) => shareRequest(tabs, id, host),
  };
}

/**
 * The open login as text for the tab's storage: our own small JSON, since a restored XState snapshot has lost its timers
 * and would ring again. Empty when nothing can be resumed: a request of an adapter that keeps its own ids is not.
 */
export function writeResume({ loginHint, requests, resends }: ResumedLogin): string {
  const kept = requests.filter(({ pending }) => pending.resumable);
  return kept.length === 0 ? '' : JSON.stringify({ version: VERSION, loginHint, resends, requests: kept });
}

/**
 * Reads what {@link writeResume} wrote. Storage is anybody's: whatever is not sound, too old or of another version is null.
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

/** @throws when it is no request */
function readRequest(value: unknown): LiveRequest {
  const times = validateAll(value, {
    startedAt: validateAmount,
    expiresAt: validateAmount,
    lastSentAt: validateAmount,
    notBefore: validateAmount,
  });
  if (!times) throw new TypeError('no request');
  return { ...times, pending: validatePending((value as LiveRequest).pending) };
}
