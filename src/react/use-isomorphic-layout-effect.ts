import { useEffect, useLayoutEffect } from 'react';

/** A layout effect. On a server, where React 18 warns about those, it is an effect that never runs. */
export const useIsomorphicLayoutEffect = typeof window === 'undefined' ? useEffect : useLayoutEffect;
