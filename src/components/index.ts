export { CibaLogin } from './ciba-login.js';
export type { CibaLoginProps } from './ciba-login.js';
export { CibaLoginDialog } from './ciba-login-dialog.js';
export type { CibaLoginDialogProps } from './ciba-login-dialog.js';
export { DisplayCode } from './display-code.js';
export { IdentifierForm } from './identifier-form.js';
export type { Identifier, IdentifierFormProps } from './identifier-form.js';
export { LateHint } from './late-hint.js';
export type { LateHintProps } from './late-hint.js';
export { LoginRoot } from './login-root.js';
export type { LoginState, LoginIn, LoginRootProps } from './login-root.js';
export {
  LoginActions,
  LoginAlternatives,
  LoginAppLink,
  LoginButton,
  LoginDisplayCode,
  LoginDisplayCodeGroup,
  LoginDisplayCodeLabel,
  LoginDisplayCodeText,
  LoginDisplayCodeValue,
  LoginError,
  LoginField,
  LoginFooter,
  LoginHeader,
  LoginHelp,
  LoginHint,
  LoginIdentifierForm,
  LoginInput,
  LoginLabel,
  LoginLateHint,
  LoginLateHintItem,
  LoginLateHintList,
  LoginLogo,
  LoginNotice,
  LoginPushBeside,
  LoginSummary,
  LoginSummaryLabel,
  LoginSummaryRow,
  LoginSummaryValue,
  LoginText,
  LoginTimeLeft,
  LoginTimeStatus,
  LoginTimeText,
  LoginTitle,
} from './parts.js';
export type { LoginButtonProps } from './parts.js';
export { PushWaiting } from './push-waiting.js';
export type { PushWaitingProps } from './push-waiting.js';
export { ScreenHead } from './screen-head.js';
export { CodeScreen, EndScreen, IdleScreen, LockedOutScreen, LoginScreen, PushingScreen } from './screens.js';
export type { LoginScreenProps } from './screens.js';
export { StatusIcon } from './status-icon.js';
export type { StatusIconProps } from './status-icon.js';
export { Summary } from './summary.js';
export type { SummaryProps } from './summary.js';
export { ConnectionNotice, ResendButton, RetryCountdown, TimeLeft, TimeRing } from './time-left.js';
export type { ResendButtonProps, TimeLeftProps, TimeRingProps } from './time-left.js';
export { TotpForm } from './totp-form.js';
export type { TotpFormProps } from './totp-form.js';
export { TotpPeriod } from './totp-period.js';
export { TotpInput } from './totp-input/index.js';
export type { TotpInputProps, TotpValueChangeDetails, TotpValueChangeReason } from './totp-input/index.js';
export { VerbButton } from './verb-button.js';
export type { VerbButtonProps } from './verb-button.js';
