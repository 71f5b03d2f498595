export { DEFAULT_INTERVAL } from '../contract/received.js';
export type { CibaAct, CibaClock, CibaEnvironment } from './environment.js';
export type { LiveRequest } from './live-request.js';
export { CODE_ATTEMPTS, DEFAULT_LOCK } from './lockout.js';
export type { CodeTries } from './lockout.js';
export { createLogin } from './login.js';
export type { CreateLoginOptions, Login, LoginActor, LoginOptions } from './login.js';
export { DEFAULT_PATIENCE, loginMachine, MOST_RESENDS, RESEND_COOL_DOWNS } from './login.machine.js';
export type { CibaEvent, LoginContext, LoginEvent, LoginInput } from './login.machine.js';
export { createResume } from './resume.js';
export type { LoginResume, ResumedLogin } from './resume.js';
export type { CibaChannel, CibaTabs, SharedRequest, SharedRequestHost } from './tabs.js';
export { toView } from './to-view.js';
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
