import type { CibaErrorCode } from './errors.js';

/** What went wrong, in a user's words, and what to do next: one pair for every {@link CibaErrorCode}. */
type ErrorMessages = Readonly<Record<`error.${CibaErrorCode}.title` | `error.${CibaErrorCode}.text`, string>>;

/**
 * Every text that a person sees or hears, by screen and part. A flat object, so that a spread is enough to change a
 * few of them. Texts about a person's account say the same for people who have one and people who do not.
 *
 * @example
 * const messages: Partial<Messages> = { 'idle.title': 'Sign in to Example Shop' };
 */
export interface Messages extends ErrorMessages {
  readonly 'idle.title': string;
  readonly 'idle.text': string;
  readonly 'idle.start': string;
  /** The first button where the code comes first. */
  readonly 'idle.useCode': string;
  /** After a cancel: the phone may still show the prompt. */
  readonly 'idle.after.cancel': string;
  /** Another tab of this browser got the approval. */
  readonly 'idle.after.otherTab': string;

  readonly 'identifier.email': string;
  readonly 'identifier.emailInvalid': string;
  readonly 'identifier.username': string;
  readonly 'identifier.usernameInvalid': string;
  readonly 'identifier.phone': string;
  readonly 'identifier.phoneInvalid': string;

  /** The label before the account, the phone, and so on. They stand in rows, so that no name has to fit into a sentence. */
  readonly 'summary.account': string;
  readonly 'summary.device': string;
  readonly 'summary.transaction': string;

  readonly 'pushing.title': string;
  readonly 'pushing.text': string;

  readonly 'polling.title': string;
  readonly 'polling.text': string;
  readonly 'polling.displayCode': string;
  readonly 'polling.displayCodeText': string;
  /** The display code as it is announced: its characters come one by one, already spaced. */
  readonly 'polling.displayCodeSpoken': (characters: string) => string;
  readonly 'polling.timeLeft': (seconds: number) => string;
  /** Announced at a few moments only. */
  readonly 'polling.timeLeftSpoken': (seconds: number) => string;
  readonly 'polling.timeLeftLabel': string;
  readonly 'polling.reconnecting': string;
  readonly 'polling.offline': string;
  readonly 'polling.reconnected': string;
  readonly 'polling.resend': string;
  readonly 'polling.resendIn': (seconds: number) => string;
  readonly 'polling.resendFailed': string;
  readonly 'polling.resendLimit': string;
  /** The link to the authenticator app on this device, where the app gives one. */
  readonly 'polling.openApp': string;

  /** Shown and announced when nobody approved for 25 s. */
  readonly 'lateHint.title': string;
  readonly 'lateHint.openApp': string;
  readonly 'lateHint.notifications': string;
  readonly 'lateHint.online': string;
  /** Where a code is another way in. */
  readonly 'lateHint.useCode': string;

  readonly 'totpEntry.title': string;
  readonly 'totpEntry.text': string;
  /** Said where a push is still open beside the code entry. */
  readonly 'totpEntry.pushOpen': string;
  readonly 'totpEntry.label': (digits: number) => string;
  readonly 'totpEntry.hint': string;
  readonly 'totpEntry.submit': string;
  readonly 'totpEntry.verifying': string;
  readonly 'totpEntry.incomplete': (digits: number) => string;
  readonly 'totpEntry.digitsOnly': string;
  readonly 'totpEntry.wrong': string;
  /** After the second wrong code. */
  readonly 'totpEntry.wrongAgain': string;
  readonly 'totpEntry.attemptsLeft': (attempts: number) => string;
  /** Before the text of the error that kept a code from being checked. */
  readonly 'totpEntry.fault': string;

  readonly 'lockedOut.title': string;
  readonly 'lockedOut.text': string;
  readonly 'lockedOut.retryIn': (seconds: number) => string;
  /** Announced where the code entry opens again. */
  readonly 'lockedOut.over': string;

  readonly 'approved.finishingTitle': string;
  readonly 'approved.finishingText': string;
  readonly 'approved.title': string;
  readonly 'approved.text': string;

  readonly 'denied.title': string;
  readonly 'denied.text': string;
  readonly 'denied.report': string;
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
  /** Leaves an end and goes back to the first screen. */
  readonly 'action.back': string;
  /** Closes the dialog that a login may stand in; the login goes on. */
  readonly 'action.close': string;
}

/**
 * The texts of `<TotpSetup>`, apart from {@link Messages} so that only apps that use it carry them. The code form in it
 * and the faults have the texts of `Messages`.
 *
 * @example
 * const messages: Partial<SetupMessages> = { 'setup.title': 'Add your phone' };
 */
export interface SetupMessages {
  readonly 'setup.title': string;
  readonly 'setup.text': string;
  readonly 'setup.loading': string;
  /** What a screen reader says in place of the QR code. */
  readonly 'setup.qrCode': string;
  /** A link for people who have the authenticator app on this device. */
  readonly 'setup.openApp': string;
  readonly 'setup.secret': string;
  readonly 'setup.copySecret': string;
  readonly 'setup.codeText': string;
  readonly 'setup.confirm': string;
  readonly 'setup.copied': string;
  readonly 'setup.copyFailed': string;
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
