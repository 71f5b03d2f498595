export type { CibaServerEvent, RefusalReason } from './events.js';
export { createCibaHandler } from './handler.js';
export type { CibaHandler } from './handler.js';
export { createMemoryStore } from './memory-store.js';
export { nodeClientAddress, toNodeListener } from './node.js';
export type { NodeRequest } from './node.js';
export type { CibaHandlerOptions, CibaLimits } from './options.js';
export type { CibaStore, RateLimit } from './store.js';
export type { TotpVerifier } from './totp-verifier.js';
