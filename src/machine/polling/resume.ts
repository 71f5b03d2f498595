import { validateAmount, validateAll, validatePending, validateText } from '../../contract/validate.js';
import type { CibaClock } from '../environment.js';
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

const VERSION = 2;

/** A login that was saved longer ago isn't resumed. */
const MAX_AWAY_MS = 24 * 3600 * 1000;

/** The `resume` option: it saves a login for a reload, and connects the tabs that continue with the same login. */
export interface LoginResume {
  /** Returns the login to continue with, in the times of `clock`, or null. Must not throw. */
  read(clock: CibaClock): ResumedLogin | null;
  /** Saves the login, replacing the saved one. Its times are those of `clock`. Must not throw. */
  write(login: ResumedLogin, clock: CibaClock): void;
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
    read: (clock) =>
      readResume(
        tryStorage((storage) => storage.getItem(key)),
        clock,
      ),
    write(login, clock) {
      const text = writeResume(login, clock);
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
export function writeResume({ loginHint, requests, resends }: ResumedLogin, clock: CibaClock): string {
  const kept = requests.filter(({ pending }) => pending.resumable);
  return kept.length === 0
    ? ''
    : JSON.stringify({ version: VERSION, ...timesOf(clock), loginHint, resends, requests: kept });
}

/** When a login was saved: by the clock of its requests, and by the device's, which the next page load has as well. */
function timesOf(clock: CibaClock) {
  const now = clock.now();
  return { savedAt: now, deviceSavedAt: clock.deviceNow?.() ?? now };
}

/**
 * Reads what {@link writeResume} wrote. Other scripts can write to the storage, so it returns null for anything that is
 * invalid, older than a day or of another version.
 *
 * The device's clock may have been set in the meantime. So a login never has more time left than when it was saved, and
 * only the backend decides that it is over.
 */
export function readResume(text: string | null, clock: CibaClock): ResumedLogin | null {
  try {
    const record = JSON.parse(text ?? '') as { readonly version: unknown; readonly requests: unknown[] };
    const login = validateAll(record, { loginHint: validateText, resends: validateAmount });
    const saved = validateAll(record, { savedAt: validateAmount, deviceSavedAt: validateAmount });
    if (!login || !saved || record.version !== VERSION || record.requests.length === 0) return null;
    const current = timesOf(clock);
    const away = Math.max(0, current.deviceSavedAt - saved.deviceSavedAt);
    if (away > MAX_AWAY_MS) return null;
    const requests = record.requests
      .map(readRequest)
      .map((request) => moveRequest(request, saved.savedAt, current.savedAt, away));
    return { ...login, requests };
  } catch {
    return null;
  }
}

/** Moves the times of a request from the clock of the old page load to the present one, `away` milliseconds later. */
function moveRequest(request: LiveRequest, savedAt: number, now: number, away: number): LiveRequest {
  const { pending, startedAt, expiresAt, lastSentAt, notBefore } = request;
  // If it seems to be over, the clock may have been set forward, so the request keeps the time that it had.
  const passed = away < expiresAt - savedAt ? away : 0;
  const move = (time: number) => time - savedAt + now;
  return {
    pending,
    startedAt: move(startedAt) - passed,
    expiresAt: Math.min(move(expiresAt) - passed, now + pending.expiresIn * 1000),
    // No time has passed for these, so that no poll comes too soon, whatever the clock says.
    lastSentAt: move(lastSentAt),
    notBefore: notBefore && Math.max(0, move(notBefore)),
  };
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
