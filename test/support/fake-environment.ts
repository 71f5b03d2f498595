import { createSteadyClock } from '../../src/environment/steady-clock.js';
import type { CibaAct, CibaChannel, CibaEnvironment, CibaTabs } from '../../src/machine/index.js';

interface Timer {
  readonly run: () => void;
  readonly dueAt: number;
  cleared: boolean;
}

/** Timers in the order in which they fire; those of one moment in the order in which they were set. */
function createTimerQueue() {
  let queue: Timer[] = [];
  let live = 0;
  return {
    add(timer: Timer): void {
      let low = 0;
      let high = queue.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((queue[middle]?.dueAt ?? 0) <= timer.dueAt) low = middle + 1;
        else high = middle;
      }
      queue.splice(low, 0, timer);
      live += 1;
    },
    clear(timer: Timer | undefined): void {
      if (!timer || timer.cleared) return;
      timer.cleared = true;
      live -= 1;
      // Only now and then: logins clear a timer for almost every one that they set.
      if (queue.length > 2 * live + 16) queue = queue.filter(({ cleared }) => !cleared);
    },
    /** Takes the next timer that is due by then. */
    take(until: number): Timer | null {
      while (queue[0]?.cleared) queue.shift();
      const [next] = queue;
      if (!next || next.dueAt > until) return null;
      queue.shift();
      next.cleared = true;
      live -= 1;
      return next;
    },
    size: () => live,
  };
}

/** The locks and channels that the tabs of one browser share. */
export function createFakeTabs() {
  const held = new Set<string>();
  const channels = new Set<{ name: string; onMessage: (message: unknown) => void }>();
  return {
    async exclusive<T>(name: string, run: () => Promise<T>, { steal }: { steal: boolean }): Promise<T | null> {
      if (held.has(name) && !steal) return null;
      held.add(name);
      try {
        return await run();
      } finally {
        held.delete(name);
      }
    },
    openChannel(name: string, onMessage: (message: unknown) => void): CibaChannel | null {
      const own = { name, onMessage };
      channels.add(own);
      return {
        post(message) {
          const copy: unknown = structuredClone(message);
          for (const other of channels)
            if (other !== own && other.name === name) queueMicrotask(() => other.onMessage(copy));
        },
        close: () => channels.delete(own),
      };
    },
    leftovers: () => ({ locks: held.size, channels: channels.size }),
  };
}

export type FakeTabs = ReturnType<typeof createFakeTabs>;

export function createFakeStorage() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

const STARTED_AT = Date.UTC(2026, 0, 1);

/** A world whose time, network and visibility a test holds in its hands. */
export function createFakeEnvironment(tabs: FakeTabs = createFakeTabs()) {
  /** The time that really passed; backends count with it. */
  let now = STARTED_AT;
  /** How far the device's clock is from it. */
  let deviceOffset = 0;
  const timers = createTimerQueue();
  let wakes = 0;
  let ids = 0;
  const listeners = new Set<() => void>();
  const world = { visible: true, online: true, random: 0.5, storage: createFakeStorage() };
  const acts: CibaAct[] = [];

  const environment: CibaEnvironment & CibaTabs = {
    // The clock of real pages, on a device whose clock a test can set.
    clock: createSteadyClock({
      deviceNow: () => now + deviceOffset,
      elapsed: () => now - STARTED_AT,
      setTimeout(run, delay) {
        const timer = { run, dueAt: now + delay, cleared: false };
        timers.add(timer);
        return timer;
      },
      clearTimeout: (timer) => timers.clear(timer as Timer | undefined),
      maxNap: Infinity,
    }),
    isVisible: () => world.visible,
    isOnline: () => world.online,
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    exclusive: (name, run, options) => tabs.exclusive(name, run, options),
    openChannel: (name, onMessage) => tabs.openChannel(name, onMessage),
    get storage() {
      return world.storage;
    },
    random: () => world.random,
    createActId: () => `act-${(ids += 1)}`,
    runAct(act, run) {
      acts.push(act);
      return run();
    },
  };

  /** Lets promises settle: adapters and the chart answer each other in microtasks. */
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
  }

  /** Moves the time on, timer by timer, letting promises settle between them. */
  async function advance(milliseconds: number): Promise<void> {
    await settle();
    const until = now + milliseconds;
    for (let next = timers.take(until); next; next = timers.take(until)) {
      now = Math.max(now, next.dueAt);
      wakes += 1;
      next.run();
      await settle();
    }
    now = until;
  }

  return {
    environment,
    acts,
    settle,
    advance,
    now: () => now,
    /** How many timers of the platform have fired. */
    wakes: () => wakes,
    /** The machine sleeps: time passes and no timer fires until it wakes. */
    jump(milliseconds: number) {
      now += milliseconds;
    },
    /** Somebody sets the device's clock, or a time server does. No time passes. */
    setDeviceClock(milliseconds: number) {
      deviceOffset += milliseconds;
    },
    change(next: Partial<typeof world>) {
      Object.assign(world, next);
      for (const listener of [...listeners]) listener();
    },
    /** What is left behind; a login that ended leaves nothing. */
    leftovers: () => ({ timers: timers.size(), listeners: listeners.size, ...tabs.leftovers() }),
  };
}

export type FakeEnvironment = ReturnType<typeof createFakeEnvironment>;
