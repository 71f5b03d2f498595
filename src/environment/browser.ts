import { focusManager, onlineManager } from '@tanstack/react-query';
import type { CibaChannel, CibaEnvironment } from '../machine/environment.js';
import { createWallClock } from './wall-clock.js';

// Visibility alone misses a return from another window (focus), from the back-forward cache (pageshow) and from a frozen
// tab (resume).
const RETURNS = { window: ['focus', 'pageshow'], document: ['resume'] } as const;

function randomId(): string {
  // Not randomUUID: that one is missing on plain http, where intranets live.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The names that run in this tab, for browsers without Web Locks (plain http): there at least no tab polls twice at once. */
const running = new Set<string>();

async function exclusive<T>(name: string, run: () => Promise<T>, { steal }: { steal: boolean }): Promise<T | null> {
  const locks = typeof navigator === 'undefined' ? undefined : (navigator as Partial<Navigator>).locks;
  if (locks) return locks.request(name, steal ? { steal } : { ifAvailable: true }, (lock) => (lock ? run() : null));
  if (running.has(name) && !steal) return null;
  running.add(name);
  try {
    return await run();
  } finally {
    running.delete(name);
  }
}

function openChannel(name: string, onMessage: (message: unknown) => void): CibaChannel {
  if (typeof BroadcastChannel === 'undefined') return { post: () => undefined, close: () => undefined };
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => onMessage(data);
  return { post: (message) => channel.postMessage(message), close: () => channel.close() };
}

/** Survives a reload of this tab; reading it throws where cookies are blocked. */
function tabStorage(): Storage | null {
  try {
    return typeof sessionStorage === 'undefined' ? null : sessionStorage;
  } catch {
    return null;
  }
}

/**
 * The browser as the chart and the poll engine see it: TanStack Query's focus and online managers, so that whoever
 * overrides those reaches the login too, and timers that survive a sleeping machine. It may be made on a server, where
 * nothing is listened to.
 */
export function createBrowserEnvironment(): CibaEnvironment {
  return {
    clock: createWallClock(),
    isVisible: () => focusManager.isFocused(),
    isOnline: () => onlineManager.isOnline(),
    subscribe(onChange) {
      const exits = [focusManager.subscribe(onChange), onlineManager.subscribe(onChange)];
      if (typeof window !== 'undefined') {
        for (const name of RETURNS.window) window.addEventListener(name, onChange);
        for (const name of RETURNS.document) document.addEventListener(name, onChange);
      }
      return () => {
        for (const exit of exits) exit();
        if (typeof window === 'undefined') return;
        for (const name of RETURNS.window) window.removeEventListener(name, onChange);
        for (const name of RETURNS.document) document.removeEventListener(name, onChange);
      };
    },
    exclusive,
    openChannel,
    get storage() {
      return tabStorage();
    },
    random: () => Math.random(),
    createAttemptId: randomId,
    runAct: (_act, run) => run(),
  };
}
