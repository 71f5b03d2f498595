export { CibaLogin } from './ciba-login.js';
export type { CibaLoginProps } from './ciba-login.js';
export { IdentifierForm } from './identifier-form.js';
export type { Identifier, IdentifierFormProps } from './identifier-form.js';
export { LoginRoot } from './login-root.js';
export type { Login, LoginIn, LoginRootProps } from './login-root.js';
export {
  LoginActions,
  LoginAlternatives,
  LoginButton,
  LoginDisplayCode,
  LoginDisplayCodeLabel,
  LoginDisplayCodeText,
  LoginDisplayCodeValue,
  LoginError,
  LoginField,
  LoginHint,
  LoginIdentifierForm,
  LoginInput,
  LoginLabel,
  LoginNotice,
  LoginPushBeside,
  LoginSummary,
  LoginSummaryLabel,
  LoginSummaryRow,
  LoginSummaryValue,
  LoginText,
  LoginTimeLeft,
  LoginTimeText,
  LoginTitle,
} from './parts.js';
export type { LoginButtonProps } from './parts.js';
export { ConnectionNotice, DisplayCode, PushWaiting } from './push-waiting.js';
export { CodeScreen, EndScreen, IdleScreen, LockedOutScreen, LoginScreen, PushingScreen } from './screens.js';
export type { LoginScreenProps } from './screens.js';
export { StatusIcon } from './status-icon.js';
export { Summary } from './summary.js';
export type { SummaryProps } from './summary.js';
export { ResendButton, RetryCountdown, TimeLeft } from './time-left.js';
export type { ResendButtonProps } from './time-left.js';
export { TotpForm } from './totp-form.js';
export type { TotpFormProps } from './totp-form.js';
export { TotpPeriod } from './totp-period.js';
export { TotpInput } from './totp-input.js';
export type { TotpInputProps, TotpValueChangeDetails, TotpValueChangeReason } from './totp-input.js';
export { VerbButton } from './verb-button.js';
export type { VerbButtonProps } from './verb-button.js';
