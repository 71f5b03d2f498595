import { useRef } from 'react';
import useIsomorphicLayoutEffect from './use-isomorphic-layout-effect.js';

/** The value of the last commit, for callbacks that run later. */
export function useLatest<T>(value: T): { readonly current: T } {
  const ref = useRef(value);
  useIsomorphicLayoutEffect(() => {
    ref.current = value;
  });
  return ref;
}
