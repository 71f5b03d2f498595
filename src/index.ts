export { CibaError, CIBA_ERROR_CODES, isCibaError, isCompleteCode, normalizeCode } from './contract/index.js';
export type {
  CallOptions,
  CibaAdapter,
  CibaErrorCode,
  InitiateRequest,
  Messages,
  PendingApproval,
  PollResult,
  TotpRequest,
  TotpResult,
  Transaction,
  WatchOptions,
} from './contract/index.js';
export { createBrowserEnvironment, resumeInTab } from './environment/index.js';
export type { BrowserEnvironmentOptions, FocusManager, OnlineManager } from './environment/index.js';
export { LOGIN_STATUSES, LOGIN_VERBS } from './machine/index.js';
export type {
  CibaEnvironment,
  CibaEvent,
  CodeView,
  Connection,
  LoginResume,
  LoginStatus,
  LoginVerb,
  LoginVerbs,
  LoginView,
  PushView,
} from './machine/index.js';
export { CibaProvider } from './react/ciba-provider.js';
export type { CibaProviderProps } from './react/ciba-provider.js';
export { sessionQueryKey, sessionQueryOptions } from './react/session-query.js';
export type { SessionSource } from './react/session-query.js';
export { useCibaLogin } from './react/use-ciba-login.js';
export type { CibaLoginResult, UseCibaLoginOptions } from './react/use-ciba-login.js';
export { useCibaSession } from './react/use-ciba-session.js';
export type { CibaSession } from './react/use-ciba-session.js';
export { useCountdown } from './react/use-countdown.js';
export { useTotp } from './react/use-totp.js';
export type { Totp, TotpView, UseTotpOptions } from './react/use-totp.js';
export { useTotpForm } from './react/use-totp-form.js';
export type { CodeEntry, TotpFormParts, UseTotpFormOptions } from './react/use-totp-form.js';
export { useAnnouncer } from './react/use-announcer.js';
export type { Announce, Announcer } from './react/use-announcer.js';
export { useMessages } from './react/messages-context.js';
export * from './components/index.js';
