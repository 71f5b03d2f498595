import { useEffect, useLayoutEffect, useRef } from 'react';

// On a server there is no layout to be before.
const useCommitEffect = typeof window === 'undefined' ? useEffect : useLayoutEffect;

/** The value of the last commit, for callbacks that fire later. */
export function useLatest<T>(value: T): { readonly current: T } {
  const ref = useRef(value);
  useCommitEffect(() => {
    ref.current = value;
  });
  return ref;
}
