import type { CibaAct, CibaEnvironment } from '../../src/machine/index.js';

interface Timer {
  readonly run: () => void;
  readonly dueAt: number;
}

/** A world whose time, network and visibility a test holds in its hands. */
export function createFakeEnvironment() {
  let now = Date.UTC(2026, 0, 1);
  let timers: Timer[] = [];
  let ids = 0;
  const listeners = new Set<() => void>();
  const world = { visible: true, online: true, random: 0.5 };
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
    leftovers: () => ({ timers: timers.length, listeners: listeners.size }),
  };
}

export type FakeEnvironment = ReturnType<typeof createFakeEnvironment>;
