import type { CibaErrorCode } from './errors.js';

/** A title and a text for every {@link CibaErrorCode}: what went wrong, and what the user can do next. */
type ErrorMessages = Readonly<Record<`error.${CibaErrorCode}.title` | `error.${CibaErrorCode}.text`, string>>;

/**
 * All texts that users see or hear, by screen and part. The object is flat, so you can change a few texts with a spread.
 * Texts about an account are the same whether or not the account exists. All times are in seconds.
 *
 * @example
 * const messages: Partial<Messages> = { 'idle.title': 'Sign in to Example Shop' };
 */
export interface Messages extends ErrorMessages {
  readonly 'idle.title': string;
  readonly 'idle.text': string;
  readonly 'idle.start': string;
  /** The first button if code entry comes first. */
  readonly 'idle.useCode': string;
  /** Shown after a cancel, because the phone may still show the prompt. */
  readonly 'idle.after.cancel': string;
  /** Shown when another tab of this browser received the approval. */
  readonly 'idle.after.otherTab': string;

  readonly 'identifier.email': string;
  readonly 'identifier.emailInvalid': string;
  readonly 'identifier.username': string;
  readonly 'identifier.usernameInvalid': string;
  readonly 'identifier.phone': string;
  readonly 'identifier.phoneInvalid': string;

  /** The label of the account, the device, and so on. Each is in its own row, so that no name has to fit into a sentence. */
  readonly 'summary.account': string;
  readonly 'summary.device': string;
  readonly 'summary.transaction': string;

  readonly 'pushing.title': string;
  readonly 'pushing.text': string;

  readonly 'polling.title': string;
  readonly 'polling.text': string;
  readonly 'polling.displayCode': string;
  readonly 'polling.displayCodeText': string;
  /** Shown in place of `polling.displayCodeText` if the user types the number on the phone. */
  readonly 'polling.displayCodeEnter': string;
  /** Announces the number. `characters` has spaces in it, so that screen readers spell it out. */
  readonly 'polling.displayCodeSpoken': (characters: string) => string;
  /** A running clock. */
  readonly 'polling.timeLeft': (seconds: number) => string;
  /** The same in words, because screen readers would read a clock as a time of day. */
  readonly 'polling.timeLeftValue': (seconds: number) => string;
  /** Announced only a few times. */
  readonly 'polling.timeLeftSpoken': (seconds: number) => string;
  readonly 'polling.timeLeftLabel': string;
  readonly 'polling.reconnecting': string;
  readonly 'polling.offline': string;
  readonly 'polling.reconnected': string;
  readonly 'polling.resend': string;
  readonly 'polling.resendIn': (seconds: number) => string;
  /** Confirms a new request. */
  readonly 'polling.resent': string;
  readonly 'polling.resendFailed': string;
  /** The label of the button after the last request. */
  readonly 'polling.resendLimit': string;
  readonly 'polling.resendLimitSpoken': string;
  /** The link to the authenticator app on this device, if your app provides one. */
  readonly 'polling.openApp': string;

  /** Shown and announced if the request isn't approved within 25 seconds. */
  readonly 'lateHint.title': string;
  readonly 'lateHint.openApp': string;
  /** Left out where the app knows the account. */
  readonly 'lateHint.account': string;
  readonly 'lateHint.notifications': string;
  readonly 'lateHint.online': string;
  /** Shown if the user can sign in with a code instead. */
  readonly 'lateHint.useCode': string;

  readonly 'totpEntry.title': string;
  readonly 'totpEntry.text': string;
  /** Shown if a push is still open during code entry. */
  readonly 'totpEntry.pushOpen': string;
  readonly 'totpEntry.label': (digits: number) => string;
  readonly 'totpEntry.hint': string;
  readonly 'totpEntry.submit': string;
  readonly 'totpEntry.verifying': string;
  readonly 'totpEntry.incomplete': (digits: number) => string;
  readonly 'totpEntry.digitsOnly': string;
  readonly 'totpEntry.wrong': string;
  /** Shown after the second wrong code. */
  readonly 'totpEntry.wrongAgain': string;
  readonly 'totpEntry.attemptsLeft': (attempts: number) => string;
  /** Shown before the text of the error that kept the code from being checked. */
  readonly 'totpEntry.fault': string;

  readonly 'lockedOut.title': string;
  readonly 'lockedOut.text': string;
  readonly 'lockedOut.retryIn': (seconds: number) => string;
  /** Announced when code entry opens again. */
  readonly 'lockedOut.over': string;

  readonly 'approved.finishingTitle': string;
  readonly 'approved.finishingText': string;
  readonly 'approved.title': string;
  readonly 'approved.text': string;

  readonly 'denied.title': string;
  readonly 'denied.text': string;
  readonly 'denied.retry': string;
  readonly 'denied.report': string;
  /** The title after the report. */
  readonly 'denied.reportedTitle': string;
  readonly 'denied.reported': string;

  readonly 'expired.title': string;
  readonly 'expired.text': string;
  readonly 'expired.retry': string;

  readonly 'timedOut.title': string;
  readonly 'timedOut.text': string;
  readonly 'timedOut.keepWaiting': string;

  readonly 'action.useCode': string;
  readonly 'action.backToPush': string;
  readonly 'action.pushInstead': string;
  readonly 'action.retry': string;
  readonly 'action.cancel': string;
  /** Leaves a final screen and returns to the first one. */
  readonly 'action.back': string;
  /** Closes the dialog. The login continues. */
  readonly 'action.close': string;
  /** Goes back to the field, after an error that the account may have caused. */
  readonly 'action.changeAccount': string;
  /** Beside `idle.after.otherTab`. */
  readonly 'action.reload': string;
  readonly 'action.contactSupport': string;
  readonly 'action.copyReference': string;
  /** Between two ways to sign in. */
  readonly or: string;

  /** The line under an error that passes at a known time. */
  readonly 'error.retryIn': (seconds: number) => string;
  /** The line under an error that passes at an unknown time. */
  readonly 'error.retryLater': string;
  /** The label of the reference that support asks for. */
  readonly 'error.reference': string;
  readonly 'error.referenceText': string;
  readonly 'error.referenceCopied': string;

  /** Joins what is announced at once, each part as a sentence of its own. */
  readonly 'spoken.join': (parts: readonly string[]) => string;
}

/**
 * The texts of approvals that differ from those of a login. They are separate from {@link Messages}, so that only apps
 * with approvals bundle them, and none of them says that someone signs in.
 *
 * @example
 * const messages: Partial<ApprovalMessages> = { 'approval.approved.title': 'Payment approved' };
 */
export interface ApprovalMessages {
  readonly 'approval.idle.title': string;
  readonly 'approval.idle.text': string;
  readonly 'approval.idle.start': string;
  readonly 'approval.idle.after.otherTab': string;
  readonly 'approval.approved.finishingText': string;
  readonly 'approval.approved.title': string;
  /** They don't offer a new request, because only the app can make one. */
  readonly 'approval.denied.text': string;
  readonly 'approval.expired.text': string;
  readonly 'approval.error.sessionRefused.title': string;
  /** Above the amount. */
  readonly 'approval.eyebrow': string;
  /** Formats the amount in the user's language. `value` is a decimal number, `currency` a code of ISO 4217. */
  readonly 'approval.amount': (amount: { readonly value: string; readonly currency: string }) => string;
  /** Below the amount: who receives it. */
  readonly 'approval.payee': (payee: string) => string;
}

/**
 * The texts of `<TotpSetup>`. They are separate from {@link Messages}, so that only apps that use it bundle them. Its
 * code form and its errors use the texts of `Messages`.
 *
 * @example
 * const messages: Partial<SetupMessages> = { 'setup.title': 'Add your phone' };
 */
export interface SetupMessages {
  readonly 'setup.title': string;
  readonly 'setup.text': string;
  readonly 'setup.loading': string;
  /** The text alternative of the QR code, for screen readers. */
  readonly 'setup.qrCode': string;
  /** A link for users who have the authenticator app on this device. */
  readonly 'setup.openApp': string;
  readonly 'setup.secret': string;
  readonly 'setup.copySecret': string;
  readonly 'setup.codeText': string;
  readonly 'setup.confirm': string;
  /** In place of `totpEntry.fault`, because set-up counts no attempts. */
  readonly 'setup.codeFault': string;
  readonly 'setup.copied': string;
  readonly 'setup.copyFailed': string;
  /** Set-up couldn't begin or go on. */
  readonly 'setup.failedTitle': string;
  readonly 'setup.failedText': string;
  /** The user isn't signed in anymore. */
  readonly 'setup.sessionEndedTitle': string;
  readonly 'setup.sessionEndedText': string;
  /** Gets a new QR code, because the old one can't be confirmed anymore. */
  readonly 'setup.startOver': string;
  readonly 'setup.confirmed': string;
  readonly 'setup.confirmedText': string;
  readonly 'setup.backupCodes': string;
  readonly 'setup.backupText': string;
  readonly 'setup.copyCodes': string;
  readonly 'setup.download': string;
  /** The name of the downloaded file. */
  readonly 'setup.fileName': string;
  readonly 'setup.print': string;
  readonly 'setup.finish': string;
}

/**
 * The texts of `<CibaSessions>`. They are separate from {@link Messages}, so that only apps that use it bundle them. Its
 * errors use the texts of `Messages`.
 *
 * @example
 * const messages: Partial<SessionsMessages> = { 'sessions.title': 'Your devices' };
 */
export interface SessionsMessages {
  readonly 'sessions.title': string;
  readonly 'sessions.loading': string;
  /** Marks the session of this page. */
  readonly 'sessions.current': string;
  /** Names a browser on a system, such as "Chrome on macOS". */
  readonly 'sessions.device': (browser: string, system: string) => string;
  readonly 'sessions.unknownDevice': string;
  readonly 'sessions.lastUsed': (secondsAgo: number) => string;
  /** When the user signed in, in milliseconds since 1970. */
  readonly 'sessions.signedInAt': (time: number) => string;
  readonly 'sessions.push': string;
  readonly 'sessions.code': string;
  /** The button beside each other device. */
  readonly 'sessions.end': string;
  /** The same with the device's name, for screen readers. */
  readonly 'sessions.endSpoken': (device: string) => string;
  /** Announced when a device was signed out. */
  readonly 'sessions.ended': (device: string) => string;
  readonly 'sessions.endOthers': string;
  /** Asks before all other devices are signed out. */
  readonly 'sessions.confirm': (devices: number) => string;
  readonly 'sessions.othersEnded': string;
  readonly 'sessions.noOthers': string;
}
