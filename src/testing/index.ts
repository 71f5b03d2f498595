export type { AdapterFault, AdapterHarness, HeldAnswers } from './adapter-harness.js';
export { createAuthSecEmulator } from './authsec-emulator.js';
export type {
  AuthSecClient,
  AuthSecClock,
  AuthSecEmulator,
  AuthSecEmulatorOptions,
  AuthSecKnobs,
  AuthSecPhone,
  AuthSecPrompt,
  AuthSecUser,
} from './authsec-emulator.js';
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
export { renderWithCiba } from './render-with-ciba.js';
export type { RenderedWithCiba, RenderWithCibaOptions } from './render-with-ciba.js';
