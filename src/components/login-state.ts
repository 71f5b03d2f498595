import type { LoginStatus, LoginVerbs, LoginView } from '../machine/view.js';

/**
 * A login as the components take it: the view and the verbs that `useCibaLogin` returns. With a status, such as
 * `LoginState<'polling'>`, it is the login in that status, with the fields that the status has.
 */
export type LoginState<Status extends LoginStatus = LoginStatus> = Extract<LoginView, { status: Status }> & LoginVerbs;
