import { useEffect, useLayoutEffect } from 'react';

/**
 * A layout effect. On a server, where React 18 warns about those, it is an effect that never runs. It is a default export
 * because it replaces the package of this name, which the @xstate/react in dist imports (vite.config.ts).
 */
const useIsomorphicLayoutEffect = typeof window === 'undefined' ? useEffect : useLayoutEffect;

export default useIsomorphicLayoutEffect;
