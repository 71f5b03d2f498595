import type { Demo, DemoOptions } from './server.js';

/** Starts the demo and resolves as soon as it answers. `watch: false` leaves changed files alone. */
export function startDemo(options?: DemoOptions & { watch?: boolean }): Promise<Demo>;
