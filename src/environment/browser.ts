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

/** Runs it, or returns the fallback if the platform lacks what it uses or throws. A login continues with less. */
export function attempt<T>(run: () => T, fallback: T): T {
  try {
    return run();
  } catch {
    return fallback;
  }
}

/** Adds a listener to several events. Returns an unsubscribe function. Does nothing without a target, as on a server. */
export function listen(
  target: EventTarget | undefined,
  names: readonly string[],
  onChange: (event: Event) => void,
): () => void {
  for (const name of names) target?.addEventListener(name, onChange);
  return () => {
    for (const name of names) target?.removeEventListener(name, onChange);
  };
}

function randomId(): string {
  // randomUUID isn't available on plain http, which intranets use.
  return attempt(
    () => crypto.getRandomValues(new Uint8Array(16)).join('-'),
    // It has to be unique, not secret.
    `${Date.now()}-${Math.random()}-${Math.random()}`,
  );
}

/**
 * Creates the environment of a browser, with timers that survive sleep. It can be created on a server, where it listens
 * to nothing.
 */
export function createManagedEnvironment({ focusManager, onlineManager }: BrowserManagers): CibaEnvironment {
  return {
    clock: pageClock,
    isVisible: () => attempt(() => focusManager.isFocused(), true),
    isOnline: () => attempt(() => onlineManager.isOnline(), true),
    subscribe(onChange) {
      const unsubscribes = [
        () => focusManager.subscribe(onChange),
        () => onlineManager.subscribe(onChange),
        // Visibility alone misses a return from another window (focus), from the back-forward cache (pageshow) or from a
        // frozen tab (resume).
        () => listen(page.window, ['focus', 'pageshow'], onChange),
        () => listen(page.document, ['resume'], onChange),
      ].map((subscribe) => attempt(subscribe, () => undefined));
      return () => {
        for (const unsubscribe of unsubscribes) attempt(unsubscribe, undefined);
      };
    },
    random: Math.random,
    createActId: randomId,
    runAct: (_act, run) => run(),
  };
}
