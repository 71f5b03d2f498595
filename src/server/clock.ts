/**
 * A wall clock that never goes back. If the system clock is set back, this clock continues from its last time, so that
 * no response, cooldown or poll is delayed by hours.
 */
export function steadyClock(now: () => number): () => number {
  let last = -Infinity;
  let ahead = 0;
  return () => {
    const time = now() + ahead;
    if (time < last) ahead += last - time;
    last = Math.max(last, time);
    return last;
  };
}
