import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

// A machine that runs several suites at once needs more than Testing Library's one second for a first screen.
configure({ asyncUtilTimeout: 4000 });

// Testing Library does this by itself only where the test functions are global.
afterEach(() => {
  if (typeof document !== 'undefined') cleanup();
});
