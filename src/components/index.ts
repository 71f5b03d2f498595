export { CibaLogin } from './ciba-login.js';
export type { CibaLoginProps } from './ciba-login.js';
export { CibaLoginDialog } from './ciba-login-dialog.js';
export type { CibaLoginDialogProps } from './ciba-login-dialog.js';
export type { LoginState } from './login-state.js';
export {
  CodeScreen,
  EndScreen,
  IdleScreen,
  LockedOutScreen,
  LoginScreen,
  PushingScreen,
  WaitingScreen,
} from './screens.js';
export type { LoginScreenProps } from './screens.js';
export { TotpForm } from './totp-form.js';
export type { TotpFormProps } from './totp-form.js';
export { TotpInput } from './totp-input/index.js';
export type { TotpInputProps, TotpValueChangeDetails, TotpValueChangeReason } from './totp-input/index.js';
export { TotpPeriod } from './totp-period.js';
