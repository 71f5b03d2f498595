import type { CibaAct, CibaChannel, CibaEnvironment } from '../../src/machine/index.js';

interface Timer {
  readonly run: () => void;
  readonly dueAt: number;
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
    openChannel(name: string, onMessage: (message: unknown) => void): CibaChannel {
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

/** A world whose time, network and visibility a test holds in its hands. */
export function createFakeEnvironment(tabs: FakeTabs = createFakeTabs()) {
  let now = Date.UTC(2026, 0, 1);
  let timers: Timer[] = [];
  let ids = 0;
  const listeners = new Set<() => void>();
  const world = { visible: true, online: true, random: 0.5, storage: createFakeStorage() };
  const acts: CibaAct[] = [];

  const environment: CibaEnvironment = {
    clock: {
      now: () => now,
      setTimeout(run, delay) {
        const timer = { run, dueAt: now + Math.max(0, delay) };
        timers.push(timer);
        return timer;
      },
      clearTimeout(timer) {
        timers = timers.filter((other) => other !== timer);
      },
    },
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
    createAttemptId: () => `act-${(ids += 1)}`,
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
    for (;;) {
      const [next] = timers.toSorted((a, b) => a.dueAt - b.dueAt);
      if (!next || next.dueAt > until) break;
      timers = timers.filter((other) => other !== next);
      now = Math.max(now, next.dueAt);
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
    /** The machine sleeps: time passes and no timer fires until it wakes. */
    jump(milliseconds: number) {
      now += milliseconds;
    },
    change(next: Partial<typeof world>) {
      Object.assign(world, next);
      for (const listener of [...listeners]) listener();
    },
    /** What is left behind; a login that ended leaves nothing. */
    leftovers: () => ({ timers: timers.length, listeners: listeners.size, ...tabs.leftovers() }),
  };
}

export type FakeEnvironment = ReturnType<typeof createFakeEnvironment>;
