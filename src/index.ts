// The order of these lines is the order of the modules in an app's bundle. xstate comes first, so that our own modules stand side
// by side: gzip looks back 32 kB and otherwise misses what they have in common, 0.2 kB.
export { useCibaLogin } from './react/use-ciba-login.js';
export type { UseCibaLoginOptions, UseCibaLoginResult } from './react/use-ciba-login.js';
export { CibaError, isCibaError } from './contract/index.js';
export type { CibaErrorCode, CibaErrorOptions, Messages } from './contract/index.js';
// For authors of adapters.
export type {
  AuthorizationDetail,
  CallOptions,
  CibaAdapter,
  InitiateRequest,
  PendingApproval,
  PollResult,
  TotpRequest,
  TotpResult,
  Transaction,
  TransactionAmount,
  WatchOptions,
} from './contract/index.js';
export { resumeInTab } from './environment/index.js';
export type {
  CibaEnvironment,
  CibaEvent,
  CodeProblem,
  CodeView,
  Connection,
  LoginResume,
  LoginStatus,
  LoginVerb,
  LoginView,
  PushView,
} from './machine/index.js';
export { CibaProvider } from './react/ciba-provider.js';
export type { CibaProviderProps } from './react/ciba-provider.js';
export { useMessages } from './react/messages-context.js';
export { sessionQueryKey, sessionQueryOptions } from './react/session-query.js';
export type { SessionSource } from './react/session-query.js';
export { useAnnouncer } from './react/use-announcer.js';
export type { Announce } from './react/use-announcer.js';
export { useCibaSession } from './react/use-ciba-session.js';
export type { UseCibaSessionResult } from './react/use-ciba-session.js';
export { useCountdown } from './react/use-countdown.js';
export { useTotp } from './react/use-totp.js';
export type { TotpView, UseTotpOptions, UseTotpResult } from './react/use-totp.js';
export { useTotpForm } from './react/use-totp-form.js';
export type { CodeEntry, UseTotpFormOptions, UseTotpFormResult } from './react/use-totp-form.js';
export * from './components/index.js';
export * as Login from './components/login.js';
