export { createHttpSessions } from '../adapters/http/sessions.js';
export type { SessionsSource } from '../adapters/http/sessions.js';
export type { AccountSession, DeviceName } from '../contract/account-session.js';
export type { SessionsMessages } from '../contract/index.js';
export { CibaSessions } from './ciba-sessions.js';
export type { CibaSessionsProps } from './ciba-sessions.js';
export { sessionsQueryKey, useCibaSessions } from './use-ciba-sessions.js';
export type { UseCibaSessionsResult } from './use-ciba-sessions.js';
