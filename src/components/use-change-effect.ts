import { useEffect, useRef } from 'react';
import { useLatest } from '../react/use-latest.js';

/** Calls back after a render in which a value is another one than before; not for the first value. */
export function useChangeEffect<T>(value: T, onChange: (now: T, before: T) => void): void {
  const before = useRef(value);
  const latest = useLatest(onChange);
  useEffect(() => {
    if (before.current === value) return;
    const previous = before.current;
    before.current = value;
    latest.current(value, previous);
  }, [latest, value]);
}
