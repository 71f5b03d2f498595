/** A running clock, such as `1:55` or `1:00:05`. It is digits, so that its width doesn't change. */
export function clock(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  const rest = two(seconds % 60);
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
}

type Unit = 'second' | 'minute' | 'hour';

/** For example "45 seconds", with a no-break space. */
export function spellUnit(locale: string, count: number, unit: Unit): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' })
    .format(count)
    .replaceAll(' ', '\u00a0');
}

/** A time within a sentence, rounded up to one unit: 45 is "45 seconds", 61 is "2 minutes", and 3600 is "1 hour". */
export function roundUp(seconds: number): readonly [count: number, unit: Unit] {
  if (seconds < 60) return [seconds, 'second'];
  return seconds < 3600 ? [Math.ceil(seconds / 60), 'minute'] : [Math.ceil(seconds / 3600), 'hour'];
}

/** {@link roundUp} in words. */
export function spellTime(locale: string, seconds: number): string {
  return spellUnit(locale, ...roundUp(seconds));
}

/** Minutes and seconds in words, such as "1 minute 55 seconds", for what screen readers read in place of a clock. */
export function spellClock(locale: string, seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  const parts = [
    minutes > 0 && spellUnit(locale, minutes, 'minute'),
    (rest > 0 || minutes === 0) && spellUnit(locale, rest, 'second'),
  ];
  return parts.filter(Boolean).join(' ');
}

/**
 * Joins texts into one announcement, each as a sentence of its own.
 *
 * @param stop how a sentence ends in the language, with the space that follows
 */
export function joinSentences(parts: readonly string[], stop = '. '): string {
  const ended = parts.map((part) => (/[.!?…。！？؟]$/.test(part) ? part : part + stop.trim()));
  return ended.join(stop.endsWith(' ') ? ' ' : '');
}
