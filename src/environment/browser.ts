import type { CibaEnvironment } from '../machine/environment.js';
import { pageClock } from './steady-clock.js';

/** Knows whether the page is visible. TanStack Query's `focusManager` is compatible. */
export interface FocusManager {
  isFocused(): boolean;
  subscribe(onChange: () => void): () => void;
}

/** Knows whether the device is online. TanStack Query's `onlineManager` is compatible. */
export interface OnlineManager {
  isOnline(): boolean;
  subscribe(onChange: () => void): () => void;
}

export interface BrowserManagers {
  readonly focusManager: FocusManager;
  readonly onlineManager: OnlineManager;
}

/** The browser's globals. Old browsers lack some of them, and servers lack all. */
export const page: {
  readonly window?: Window;
  readonly document?: Document;
  readonly navigator?: { readonly onLine?: boolean; readonly locks?: LockManager };
  readonly sessionStorage?: Storage;
  readonly BroadcastChannel?: typeof BroadcastChannel;
} = globalThis;

/** Adds a listener to several events. Returns an unsubscribe function. Does nothing without a target, as on a server. */
export function listen(target: EventTarget | undefined, names: readonly string[], onChange: () => void): () => void {
  for (const name of names) target?.addEventListener(name, onChange);
  return () => {
    for (const name of names) target?.removeEventListener(name, onChange);
  };
}

function randomId(): string {
  // randomUUID isn't available on plain http, which intranets use.
  return crypto.getRandomValues(new Uint8Array(16)).join('-');
}

/**
 * Creates the environment of a browser, with timers that survive sleep. It can be created on a server, where it listens
 * to nothing.
 */
export function createManagedEnvironment({ focusManager, onlineManager }: BrowserManagers): CibaEnvironment {
  return {
    clock: pageClock,
    isVisible: () => focusManager.isFocused(),
    isOnline: () => onlineManager.isOnline(),
    subscribe(onChange) {
      const unsubscribes = [
        focusManager.subscribe(onChange),
        onlineManager.subscribe(onChange),
        // Visibility alone misses a return from another window (focus), from the back-forward cache (pageshow) or from a
        // frozen tab (resume).
        listen(page.window, ['focus', 'pageshow'], onChange),
        listen(page.document, ['resume'], onChange),
      ];
      return () => {
        for (const unsubscribe of unsubscribes) unsubscribe();
      };
    },
    random: Math.random,
    createActId: randomId,
    runAct: (_act, run) => run(),
  };
}
