const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** Says how long ago something was, such as "5 minutes ago" or "yesterday". `tag` is the language (BCP 47). */
export function relativeTime(tag: string, secondsAgo: number): string {
  const [unit, seconds] = UNITS.find(([, length]) => secondsAgo >= length) ?? ['second', Infinity];
  return new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }).format(-Math.floor(secondsAgo / seconds), unit);
}

/** Says when something was, in the user's time zone. `time` is in milliseconds since 1970. */
export function dateAndTime(tag: string, time: number): string {
  return new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' }).format(time);
}
