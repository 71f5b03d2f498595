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
  /** Left out if the app knows the account. */
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
  /** The user signed out, or the session ended, while an approval was open. */
  readonly 'approval.error.unauthorized.title': string;
  readonly 'approval.error.unauthorized.text': string;
  readonly 'approval.error.notFound.text': string;
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
  /** Set-up couldn't begin or continue. */
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

/**
 * The texts of the inbox, which is the page on the phone that approves. They are separate from {@link Messages}, so that
 * only apps with an inbox bundle them. What both have in common is in `Messages`: the account’s label, the time left, the
 * errors, "Try again" and "Contact support". All times are in seconds.
 *
 * @example
 * const messages: Partial<InboxMessages> = { 'inbox.empty.text': 'Payments to approve show up here.' };
 */
export interface InboxMessages {
  readonly 'inbox.title': string;
  readonly 'inbox.loading': string;
  readonly 'inbox.empty.title': string;
  readonly 'inbox.empty.text': string;
  /** Above the rows of cards that aren't open. */
  readonly 'inbox.others': (count: number) => string;
  /** Announced. */
  readonly 'inbox.arrived': string;
  /** While requests that strangers start ring no bell. */
  readonly 'inbox.quiet': (seconds: number) => string;

  /** Above the title of a card. Each kind of request has these four texts. */
  readonly 'inbox.signIn.eyebrow': string;
  /** The title, if your server gives none. `requester` is your app, or the client of a channel. */
  readonly 'inbox.signIn.title': (requester: string) => string;
  readonly 'inbox.signIn.question': string;
  /** Denies the request and reports it. */
  readonly 'inbox.signIn.report': string;
  readonly 'inbox.payment.eyebrow': string;
  readonly 'inbox.payment.title': (requester: string) => string;
  readonly 'inbox.payment.question': string;
  readonly 'inbox.payment.report': string;
  readonly 'inbox.call.eyebrow': string;
  readonly 'inbox.call.title': (requester: string) => string;
  readonly 'inbox.call.question': string;
  readonly 'inbox.call.report': string;
  readonly 'inbox.task.eyebrow': string;
  readonly 'inbox.task.title': (requester: string) => string;
  readonly 'inbox.task.question': string;
  readonly 'inbox.task.report': string;
  readonly 'inbox.other.eyebrow': string;
  readonly 'inbox.other.title': (requester: string) => string;
  readonly 'inbox.other.question': string;
  readonly 'inbox.other.report': string;
  readonly 'inbox.device.eyebrow': string;
  readonly 'inbox.device.title': (requester: string) => string;
  readonly 'inbox.device.question': string;
  readonly 'inbox.device.report': string;

  /** Formats the amount in the user's language. `value` is a decimal number, `currency` a code of ISO 4217. */
  readonly 'inbox.amount': (amount: { readonly value: string; readonly currency: string }) => string;
  /** Below the amount: who receives it. */
  readonly 'inbox.payee': (payee: string) => string;
  /** The label of what the requester claims about where the request comes from. */
  readonly 'inbox.from': (requester: string) => string;
  /** Below the question, if no number must be entered. */
  readonly 'inbox.text': string;
  readonly 'inbox.numberText': string;
  /** In place of `inbox.numberText`, if a phone is added. */
  readonly 'inbox.deviceText': string;
  /** The label of the field. */
  readonly 'inbox.number': (digits: number) => string;
  /** `totpEntry.attemptsLeft` follows. */
  readonly 'inbox.wrongNumber': string;
  /** The passkey dialog was closed. */
  readonly 'inbox.dismissed': string;
  readonly 'inbox.passkeyRefused': string;
  readonly 'inbox.fault': string;
  readonly 'inbox.approve': string;
  readonly 'inbox.deny': string;
  readonly 'inbox.done': string;
  /** While the number is compared. */
  readonly 'inbox.checking': string;
  /** While the passkey dialog is open. */
  readonly 'inbox.verifying': string;
  /** While the answer is on its way. */
  readonly 'inbox.sending.title': string;
  readonly 'inbox.sending.text': string;
  readonly 'inbox.failed.title': string;
  readonly 'inbox.failed.text': string;

  readonly 'inbox.approved.title': string;
  readonly 'inbox.approved.text': string;
  readonly 'inbox.denied.title': string;
  readonly 'inbox.denied.text': string;
  readonly 'inbox.reported.title': string;
  readonly 'inbox.reported.text': string;
  /** In place of `inbox.reported.text`, if the request had ended before the report. */
  readonly 'inbox.reported.late': string;
  /** After the third wrong number. */
  readonly 'inbox.mismatched.title': string;
  readonly 'inbox.mismatched.text': string;
  /** Another phone of the user answered. */
  readonly 'inbox.elsewhere.title': string;
  readonly 'inbox.elsewhere.text': string;
  readonly 'inbox.cancelled.title': string;
  readonly 'inbox.cancelled.text': string;
  readonly 'inbox.expired.title': string;
  readonly 'inbox.expired.text': string;
  /** The answer came too late, and nothing was approved. */
  readonly 'inbox.late.title': string;
  readonly 'inbox.late.text': string;
  /** The answer may or may not have arrived, so it mustn't say that nothing happened. */
  readonly 'inbox.unsure.title': string;
  readonly 'inbox.unsure.text': string;

  readonly 'inbox.setup.title': string;
  readonly 'inbox.setup.text': string;
  /** The label of the field for the invitation code. */
  readonly 'inbox.setup.code': string;
  /** The label of the field for the phone's name. */
  readonly 'inbox.setup.name': string;
  readonly 'inbox.setup.continue': string;
  /** The one text for a code that is wrong, used or out of time. */
  readonly 'inbox.setup.wrongCode': string;
  readonly 'inbox.setup.passkeyText': string;
  /** The button that creates the passkey. */
  readonly 'inbox.setup.passkey': string;
  readonly 'inbox.setup.dismissed': string;
  readonly 'inbox.setup.fault': string;
  /** Another phone of the user must approve. */
  readonly 'inbox.setup.otherPhone.title': string;
  readonly 'inbox.setup.otherPhone.text': string;
  /** Announced. */
  readonly 'inbox.setup.added': string;
  /** This phone was removed from the account. */
  readonly 'inbox.removed.title': string;
  readonly 'inbox.removed.text': string;
  /** The browser can't use passkeys, for one of the following reasons. */
  readonly 'inbox.noPasskey.title': string;
  readonly 'inbox.noPasskey.inAppBrowser': string;
  readonly 'inbox.noPasskey.noScreenLock': string;
  readonly 'inbox.noPasskey.unsupported': string;
  /** Cards are shown after a passkey. */
  readonly 'inbox.locked.title': string;
  readonly 'inbox.locked.text': string;
  readonly 'inbox.locked.unlock': string;

  readonly 'inbox.push.enable': string;
  readonly 'inbox.push.disable': string;
  readonly 'inbox.push.on': string;
  readonly 'inbox.push.off': string;
  readonly 'inbox.push.blocked': string;
  /** On iPhones, only apps on the Home Screen get notifications. */
  readonly 'inbox.push.homeScreenFirst': string;
  readonly 'inbox.push.unsupported': string;
  /** The text of a notification. It is on the lock screen, so it says nothing about the request. */
  readonly 'inbox.push.request': string;
  /** The notification that a phone was added or removed. */
  readonly 'inbox.push.devices': string;

  readonly 'inbox.devices.title': string;
  readonly 'inbox.devices.current': string;
  readonly 'inbox.devices.lastUsed': (secondsAgo: number) => string;
  readonly 'inbox.devices.remove': string;
  /** The same with the phone's name, for screen readers. */
  readonly 'inbox.devices.removeSpoken': (phone: string) => string;
  /** Asks before a phone is removed. */
  readonly 'inbox.devices.confirm': (phone: string) => string;
  /** Announced. */
  readonly 'inbox.devices.removed': (phone: string) => string;
  readonly 'inbox.devices.fault': string;
  /** Beside a phone that replaces lost ones: it does nothing else for a day. */
  readonly 'inbox.signIn.only': string;

  /** The text alternative of the QR code on the other screen. */
  readonly 'inbox.qrCode': string;
  /** Beside it. */
  readonly 'inbox.qrCodeText': string;
}
