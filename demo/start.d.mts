import type { Demo, DemoOptions } from './server.js';

/** Starts the demo and resolves once it accepts requests. With `watch: false`, changed files are ignored. */
export function startDemo(options?: DemoOptions & { watch?: boolean }): Promise<Demo>;
