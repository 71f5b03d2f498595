import { useEffect, useLayoutEffect } from 'react';

/**
 * A layout effect; on a server, where React 18 would warn of one, an effect that never runs. It is the default export
 * because it stands in for the package of this name, for which the @xstate/react in dist asks (vite.config.ts).
 */
const useIsomorphicLayoutEffect = typeof window === 'undefined' ? useEffect : useLayoutEffect;

export default useIsomorphicLayoutEffect;
