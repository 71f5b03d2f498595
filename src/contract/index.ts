export type {
  AccessToken,
  Approver,
  AuthorizationDetail,
  CallOptions,
  CibaAdapter,
  DisplayCode,
  InitiateRequest,
  JsonValue,
  LogoutNotice,
  PendingApproval,
  PollResult,
  RefreshResult,
  SessionInfo,
  TotpRequest,
  TotpResult,
  Transaction,
  TransactionAmount,
  WatchOptions,
} from './adapter.js';
export { APPROVAL_HEADER, ASK_FOR_APPROVAL } from './approvals.js';
export type { ApprovalAnswer, ApprovalOutcome, ApprovalRefusal } from './approvals.js';
export { isCompleteCode, normalizeCode, TOTP_LENGTH } from './code.js';
export type { EnrollmentCallOptions, EnrollmentResult, EnrollmentSecret, TotpEnrollment } from './enrollment.js';
export { CIBA_ERROR_CODES, CibaError, isCibaError, toCibaError } from './errors.js';
export type { CibaErrorCode, CibaErrorOptions } from './errors.js';
export type { ApprovalMessages, InboxMessages, Messages, SessionsMessages, SetupMessages } from './messages.js';
export { Sealed } from './sealed.js';
