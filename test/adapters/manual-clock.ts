/** Time that moves only when the test says so. */
export function createManualClock(startsAt = Date.UTC(2026, 0, 1)) {
  let time = startsAt;
  let timers: { readonly dueAt: number; readonly run: () => void }[] = [];

  return {
    now: () => time,
    setTimeout(run: () => void, delay: number): unknown {
      const timer = { dueAt: time + delay, run };
      timers.push(timer);
      return timer;
    },
    clearTimeout(timer: unknown): void {
      timers = timers.filter((other) => other !== timer);
    },
    /** Timers that were neither run nor cleared. */
    get timers() {
      return timers.length;
    },
    /** Lets seconds pass, and runs what falls due. */
    advance(seconds: number): void {
      time += seconds * 1000;
      const due = timers.filter(({ dueAt }) => dueAt <= time);
      timers = timers.filter(({ dueAt }) => dueAt > time);
      for (const { run } of due) run();
    },
  };
}
