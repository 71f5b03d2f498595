export { createActs } from './acts.js';
export { clampDelay } from './environment.js';
export type { CibaAct, CibaChannel, CibaClock, CibaEnvironment } from './environment.js';
export { createLogin, createVerbs, provideLogin, resumeLogin, toLoginInput } from './login.js';
export type { Login, LoginActor, LoginOptions } from './login.js';
export { DEFAULT_PATIENCE, loginMachine, MOST_RESENDS, RESEND_COOL_DOWNS } from './login.machine.js';
export type { CibaEvent, LoginContext, LoginEvent, LoginInput } from './login.machine.js';
export { CODE_ATTEMPTS, DEFAULT_LOCK, NO_TRIES } from './lockout.js';
export { provideVerify } from './verify.js';
export { DEFAULT_INTERVAL } from './schedule.js';
export { sameView, toView } from './to-view.js';
export type { LoginSnapshot } from './to-view.js';
export { totpMachine } from './totp.machine.js';
export { LOGIN_STATUSES, LOGIN_VERBS } from './view.js';
export type {
  CodeProblem,
  CodeView,
  Connection,
  LoginStatus,
  LoginVerb,
  LoginVerbs,
  LoginView,
  PushView,
} from './view.js';
