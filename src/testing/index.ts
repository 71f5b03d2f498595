export type { AdapterFault, AdapterHarness } from './adapter-harness.js';
export { createAuthsignalEmulator } from './authsignal-emulator.js';
export type {
  AuthsignalActionState,
  AuthsignalEmulator,
  AuthsignalEmulatorOptions,
  AuthsignalEmulatorUser,
  AuthsignalFault,
  AuthsignalPhoneRequest,
  AuthsignalUnknowns,
} from './authsignal-emulator.js';
export { describeAdapter } from './describe-adapter.js';
export type { TestRunner } from './describe-adapter.js';
