import type { CibaChannel, CibaEnvironment } from '../machine/environment.js';
import { createWallClock } from './wall-clock.js';

/** Whether the page can be seen. TanStack Query's `focusManager` is one. */
export interface FocusManager {
  isFocused(): boolean;
  subscribe(onChange: () => void): () => void;
}

/** Whether a network is there. TanStack Query's `onlineManager` is one. */
export interface OnlineManager {
  isOnline(): boolean;
  subscribe(onChange: () => void): () => void;
}

export interface BrowserManagers {
  readonly focusManager: FocusManager;
  readonly onlineManager: OnlineManager;
}

/** What a browser has, an old one only in part, and a server not at all. */
export const page: {
  readonly window?: Window;
  readonly document?: Document;
  readonly navigator?: { readonly onLine?: boolean; readonly locks?: LockManager };
  readonly sessionStorage?: Storage;
  readonly BroadcastChannel?: typeof BroadcastChannel;
} = globalThis;

/** Listens while there is a page to listen to; on a server there is none. */
export function listen(target: EventTarget | undefined, names: readonly string[], onChange: () => void): () => void {
  for (const name of names) target?.addEventListener(name, onChange);
  return () => {
    for (const name of names) target?.removeEventListener(name, onChange);
  };
}

function randomId(): string {
  // Not randomUUID: that one is missing on plain http, where intranets live.
  return crypto.getRandomValues(new Uint8Array(16)).join('-');
}

/** The names that run in this tab, for browsers without Web Locks (plain http): there at least no tab polls twice at once. */
const running = new Set<string>();

async function exclusive<T>(name: string, run: () => Promise<T>, { steal }: { steal: boolean }): Promise<T | null> {
  const locks = page.navigator?.locks;
  if (locks) return locks.request(name, steal ? { steal } : { ifAvailable: true }, (lock) => (lock ? run() : null));
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

/** Survives a reload of this tab; reading it throws where cookies are blocked. */
function tabStorage(): Storage | null {
  try {
    return page.sessionStorage ?? null;
  } catch {
    return null;
  }
}

/**
 * The browser as the chart and the poll engine see it, with timers that survive a sleeping machine. It may be made on a
 * server, where nothing is listened to.
 */
export function createManagedEnvironment({ focusManager, onlineManager }: BrowserManagers): CibaEnvironment {
  return {
    clock: createWallClock(),
    isVisible: () => focusManager.isFocused(),
    isOnline: () => onlineManager.isOnline(),
    subscribe(onChange) {
      const exits = [
        focusManager.subscribe(onChange),
        onlineManager.subscribe(onChange),
        // Visibility alone misses a return from another window (focus), from the back-forward cache (pageshow) and from
        // a frozen tab (resume).
        listen(page.window, ['focus', 'pageshow'], onChange),
        listen(page.document, ['resume'], onChange),
      ];
      return () => {
        for (const exit of exits) exit();
      };
    },
    exclusive,
    openChannel,
    get storage() {
      return tabStorage();
    },
    random: Math.random,
    createAttemptId: randomId,
    runAct: (_act, run) => run(),
  };
}
