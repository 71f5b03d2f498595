/**
 * A wall clock that never goes back. If somebody sets the clock back, it goes on from where it was, so that nothing waits
 * for hours: no response, no cool-down, no poll.
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
