export type { AdapterFault, AdapterHarness } from './adapter-harness.js';
export { describeAdapter } from './describe-adapter.js';
export type { TestRunner } from './describe-adapter.js';
