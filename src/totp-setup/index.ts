export type {
  EnrollmentCallOptions,
  EnrollmentResult,
  EnrollmentSecret,
  SetupMessages,
  TotpEnrollment,
} from '../contract/index.js';
export { QrCode } from './qr-code.js';
export { TotpSetup } from './totp-setup.js';
export type { TotpSetupProps } from './totp-setup.js';
export { useTotpSetup } from './use-totp-setup.js';
export type { UseTotpSetupResult, TotpSetupView, UseTotpSetupOptions } from './use-totp-setup.js';
