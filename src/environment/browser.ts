import type { CibaEnvironment } from '../machine/environment.js';
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
    random: Math.random,
    createActId: randomId,
    runAct: (_act, run) => run(),
  };
}
