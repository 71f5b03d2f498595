import { createResume } from '../machine/polling/resume.js';
import type { LoginResume } from '../machine/polling/resume.js';
import type { CibaTabs } from '../machine/polling/tabs.js';
import { attempt, page } from './browser.js';
import { openChannel } from './channel.js';

/** The locks that this tab holds if the browser has no Web Locks (plain http, sandboxed frames). Then at least one tab doesn't poll twice at the same time. */
const running = new Set<string>();

async function exclusive<T>(name: string, run: () => Promise<T>, { steal }: { steal: boolean }): Promise<T | null> {
  const locks = attempt(() => page.navigator?.locks, undefined);
  if (locks) {
    let called = false;
    try {
      return await locks.request(name, steal ? { steal } : { ifAvailable: true }, (lock) => {
        called = true;
        return lock ? run() : null;
      });
    } catch (caught) {
      // Sandboxed frames reject the request without calling back. Then only this tab's own locks are used.
      if (called) throw caught;
    }
  }
  if (running.has(name) && !steal) return null;
  running.add(name);
  try {
    return await run();
  } finally {
    running.delete(name);
  }
}

/** What the tabs of this browser share. On a server it has no storage and no channel. */
export const browserTabs: CibaTabs = {
  exclusive,
  openChannel,
  get storage() {
    // Reading it throws if cookies are blocked. Callers must handle that.
    return page.sessionStorage ?? null;
  },
};

/**
 * Creates the `resume` option that lets a login survive a reload of its tab. If the browser duplicates or restores the
 * tab, the tabs share the request. Together they poll as often as a single tab, and all of them are notified of its
 * end.
 *
 * @param name distinguishes several logins of one page. @default 'login'
 * @example
 * <CibaLogin adapter={adapter} resume={resumeInTab()} />
 */
export function resumeInTab(name?: string): LoginResume {
  return createResume(browserTabs, name);
}
