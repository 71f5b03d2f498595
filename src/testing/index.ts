export type { AdapterFault, AdapterHarness, HeldAnswers } from './conformance/harness.js';
export { approveOnce } from './approve-once.js';
export { createAuthSecEmulator } from './authsec-emulator/index.js';
export type {
  AuthSecClient,
  AuthSecClock,
  AuthSecEmulator,
  AuthSecEmulatorOptions,
  AuthSecKnobs,
  AuthSecPhone,
  AuthSecPrompt,
  AuthSecUser,
} from './authsec-emulator/index.js';
export { createAuthsignalEmulator } from './authsignal-emulator/index.js';
export type {
  AuthsignalActionState,
  AuthsignalEmulator,
  AuthsignalEmulatorOptions,
  AuthsignalEmulatorUser,
  AuthsignalFault,
  AuthsignalPhoneRequest,
  AuthsignalUnknowns,
} from './authsignal-emulator/index.js';
export { describeAdapter } from './conformance/index.js';
export type { TestRunner } from './conformance/index.js';
export { handlerFetch } from './handler-fetch/index.js';
export type { HandlerFetchOptions } from './handler-fetch/index.js';
export { addPhone } from './inbox-phone/add-phone.js';
export type { AddedPhone } from './inbox-phone/add-phone.js';
export { createTestPhone } from './inbox-phone/index.js';
export type { TestPhone, TestPhoneOptions } from './inbox-phone/index.js';
export { renderWithCiba } from './render-with-ciba.js';
export type { RenderedWithCiba, RenderWithCibaOptions } from './render-with-ciba.js';
