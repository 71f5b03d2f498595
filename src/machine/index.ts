export type { CibaAct, CibaClock, CibaEnvironment } from './environment.js';
export type { LiveRequest } from './polling/request.js';
export type { CodeAttempts } from './chart/lockout.js';
export { createLogin } from './login.js';
export type { CreateLoginOptions, LoginController, LoginActor, LoginOptions } from './login.js';
export { DEFAULT_APPROVAL_TIMEOUT_SECONDS, loginMachine } from './chart/login.machine.js';
export { RESEND_COOLDOWN_SECONDS } from '../contract/resend.js';
export type { CibaEvent, LoginContext, LoginEvent, LoginInput } from './chart/login-context.js';
export { createResume } from './polling/resume.js';
export type { LoginResume, ResumedLogin } from './polling/resume.js';
export type { CibaChannel, CibaTabs, SharedRequest, SharedRequestHost } from './polling/tabs.js';
export { toView } from './chart/to-view.js';
export type { LoginSnapshot } from './chart/to-view.js';
export { totpMachine } from './chart/totp.machine.js';
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
