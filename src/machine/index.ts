export { DEFAULT_INTERVAL } from '../contract/validate.js';
export type { CibaAct, CibaClock, CibaEnvironment } from './environment.js';
export type { LiveRequest } from './polling/request.js';
export { CODE_ATTEMPTS, DEFAULT_LOCK } from './chart/lockout.js';
export type { CodeTries } from './chart/lockout.js';
export { createLogin } from './login.js';
export type { CreateLoginOptions, Login, LoginActor, LoginOptions } from './login.js';
export { DEFAULT_PATIENCE, loginMachine, MOST_RESENDS, RESEND_COOL_DOWNS } from './chart/login.machine.js';
export type { CibaEvent, LoginContext, LoginEvent, LoginInput } from './chart/login.machine.js';
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
