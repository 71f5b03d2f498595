import { useEffect, useRef } from 'react';
import { useLatest } from '../react/use-latest.js';

/** Calls back after each render in which the value has changed, but not for the first value. */
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
