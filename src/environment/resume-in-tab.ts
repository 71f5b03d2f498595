import { createResume } from '../machine/polling/resume.js';
import type { LoginResume } from '../machine/polling/resume.js';
import type { CibaChannel, CibaTabs } from '../machine/polling/tabs.js';
import { page } from './browser.js';

/** The names that run in this tab, where there are no Web Locks (plain http, sandboxed frames): there at least no tab polls twice at once. */
const running = new Set<string>();

async function exclusive<T>(name: string, run: () => Promise<T>, { steal }: { steal: boolean }): Promise<T | null> {
  const locks = page.navigator?.locks;
  if (locks) {
    let asked = false;
    try {
      return await locks.request(name, steal ? { steal } : { ifAvailable: true }, (lock) => {
        asked = true;
        return lock ? run() : null;
      });
    } catch (caught) {
      // Refused without being asked, as in a sandboxed frame: this tab alone, then.
      if (asked) throw caught;
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

function openChannel(name: string, onMessage: (message: unknown) => void): CibaChannel | null {
  if (!page.BroadcastChannel) return null;
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => onMessage(data);
  return { post: (message) => channel.postMessage(message), close: () => channel.close() };
}

/** What the tabs of this browser share. Made on a server, it has no storage and no channel. */
export const browserTabs: CibaTabs = {
  exclusive,
  openChannel,
  get storage() {
    // Where cookies are blocked, reading it throws; who uses it minds that.
    return page.sessionStorage ?? null;
  },
};

/**
 * For `resume`: a login outlives a reload of its tab. Where the browser copies or restores the tab, the tabs share the
 * request: together they poll as often as one would, and all hear of its end.
 *
 * @param name tells several logins of one page apart. @default 'login'
 * @example
 * <CibaLogin adapter={adapter} resume={resumeInTab()} />
 */
export function resumeInTab(name?: string): LoginResume {
  return createResume(browserTabs, name);
}
