import type { Messages, SessionsMessages, SetupMessages } from '../contract/messages.js';
import { dateAndTime, relativeTime } from '../contract/relative-time.js';

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

function plural(count: number, one: string, other: string): string {
  return `${count} ${count === 1 ? one : other}`;
}

/** The English texts. */
export const en: Messages = {
  'idle.title': 'Sign in',
  'idle.text': 'Approve on your phone. No password needed.',
  'idle.start': 'Sign in',
  'idle.useCode': 'Sign in with a code',
  'idle.after.cancel': 'Sign-in canceled. Your phone may still show the request: deny or ignore it.',
  'idle.after.otherTab': 'You signed in in another tab. Reload this page.',

  'identifier.email': 'Email address',
  'identifier.emailInvalid': 'Enter an email address, such as name@example.com.',
  'identifier.username': 'Username',
  'identifier.usernameInvalid': 'Enter your username.',
  'identifier.phone': 'Phone number',
  'identifier.phoneInvalid': 'Enter a phone number, such as +1 555 010 0123.',

  'summary.account': 'Signing in as',
  'summary.device': 'Sent to',
  'summary.transaction': 'To approve',

  'pushing.title': 'Sending the request…',
  'pushing.text': 'Have your phone at hand.',

  'polling.title': 'Check your phone',
  'polling.text': 'Approve the request on your phone. This page goes on by itself.',
  'polling.displayCode': 'Your code',
  'polling.displayCodeText': 'Approve only if your phone shows this code, or choose it there.',
  'polling.displayCodeSpoken': (characters) => `Your code is ${characters}.`,
  'polling.timeLeft': (seconds) => `${duration(seconds)} left`,
  'polling.timeLeftSpoken': (seconds) => `${plural(seconds, 'second', 'seconds')} left to approve.`,
  'polling.timeLeftLabel': 'Time left',
  'polling.reconnecting': 'Reconnecting… Your request stays open.',
  'polling.offline': 'You are offline. We go on once you are back.',
  'polling.reconnected': 'Connected again.',
  'polling.resend': 'Send again',
  'polling.resendIn': (seconds) => `Send again in ${duration(seconds)}`,
  'polling.resendFailed': 'We could not send another. The request on your phone is still open.',
  'polling.resendLimit': 'No more requests can be sent.',
  'polling.openApp': 'Open the app',

  'lateHint.title': 'Nothing on your phone?',
  'lateHint.openApp': 'Open the authenticator app.',
  'lateHint.notifications': 'Check that it is installed and may send notifications.',
  'lateHint.online': 'Check that your phone is online.',
  'lateHint.useCode': 'Or use a code.',

  'totpEntry.title': 'Enter your code',
  'totpEntry.text': 'Enter the code that your authenticator app shows for this account.',
  'totpEntry.pushOpen': 'You can still approve on your phone.',
  'totpEntry.label': (digits) => `${digits}-digit code`,
  'totpEntry.hint': 'A new code comes every 30 seconds.',
  'totpEntry.submit': 'Verify code',
  'totpEntry.verifying': 'Checking…',
  'totpEntry.incomplete': (digits) => `Enter all ${digits} digits of the code.`,
  'totpEntry.digitsOnly': 'The code is made of digits only.',
  'totpEntry.wrong': 'That code is not right.',
  'totpEntry.wrongAgain': 'Wait for the next code, and check the account in your app and your phone’s clock.',
  'totpEntry.attemptsLeft': (attempts) => `${plural(attempts, 'try', 'tries')} left.`,
  'totpEntry.fault': 'We could not check the code. It cost you no try.',

  'lockedOut.title': 'Too many wrong codes',
  'lockedOut.text': 'To protect your account, no codes are accepted for a while.',
  'lockedOut.retryIn': (seconds) => `You can enter a code again in ${duration(seconds)}.`,
  'lockedOut.over': 'You can enter a code again.',

  'approved.finishingTitle': 'Approved',
  'approved.finishingText': 'Finishing your sign-in…',
  'approved.title': 'You are signed in',
  'approved.text': 'Your sign-in was approved.',

  'denied.title': 'Sign-in denied',
  'denied.text': 'The request was denied on your phone. Nobody was signed in.',
  'denied.report': 'It wasn’t me',
  'denied.reported': 'Thank you. Deny every request that you did not ask for.',

  'expired.title': 'The request has expired',
  'expired.text': 'It was not approved in time. Have your phone at hand.',
  'expired.retry': 'Send a new request',

  'timedOut.title': 'Still there?',
  'timedOut.text': 'The request on your phone is still open.',
  'timedOut.keepWaiting': 'Keep waiting',

  'action.useCode': 'Use a code instead',
  'action.backToPush': 'Back to the phone request',
  'action.pushInstead': 'Approve on your phone instead',
  'action.retry': 'Try again',
  'action.cancel': 'Cancel',
  'action.back': 'Back',
  'action.close': 'Close',

  'error.offline.title': 'You are offline',
  'error.offline.text': 'Check your connection, then try again.',
  'error.network.title': 'We could not connect',
  'error.network.text': 'Check your connection, then try again.',
  'error.timeout.title': 'This is taking too long',
  'error.timeout.text': 'Try again in a moment.',
  'error.rateLimited.title': 'Too many requests',
  'error.rateLimited.text': 'Wait a minute, then try again.',
  'error.unavailable.title': 'Sign-in is not available',
  'error.unavailable.text': 'Try again in a few minutes.',
  'error.badResponse.title': 'Something went wrong',
  'error.badResponse.text': 'Try again in a few minutes.',
  'error.unauthorized.title': 'Sign-in is not available',
  'error.unauthorized.text': 'Please tell the app’s support.',
  'error.forbidden.title': 'You cannot sign in here',
  'error.forbidden.text': 'Please ask the app’s support.',
  'error.notFound.title': 'This sign-in is over',
  'error.notFound.text': 'Start again.',
  'error.misconfigured.title': 'Sign-in is not set up',
  'error.misconfigured.text': 'Please tell the app’s support.',
  'error.refused.title': 'The sign-in was refused',
  'error.refused.text': 'Start again. If it happens once more, ask the app’s support.',
  'error.inReview.title': 'Your sign-in is being reviewed',
  'error.inReview.text': 'You can sign in when the review is done.',
  'error.sessionRefused.title': 'We could not finish your sign-in',
  'error.sessionRefused.text': 'Start again.',
  // The next two are identical, so that they don't reveal whether an account exists.
  'error.unknownUser.title': 'We could not send a request',
  'error.unknownUser.text': 'Check what you entered, or use a code.',
  'error.noDevice.title': 'We could not send a request',
  'error.noDevice.text': 'Check what you entered, or use a code.',
  'error.unknown.title': 'Something went wrong',
  'error.unknown.text': 'Try again. If it happens once more, ask the app’s support.',
};

/** The English texts of `<TotpSetup>`. */
export const enSetup: SetupMessages = {
  'setup.title': 'Set up your authenticator app',
  'setup.text': 'Scan this code with the authenticator app on your phone.',
  'setup.loading': 'One moment…',
  'setup.qrCode': 'QR code for your authenticator app. The key below does the same.',
  'setup.openApp': 'Open in the authenticator app on this device',
  'setup.secret': 'Or enter this key by hand',
  'setup.copySecret': 'Copy key',
  'setup.codeText': 'Then enter the code that the app shows.',
  'setup.confirm': 'Confirm',
  'setup.copied': 'Copied.',
  'setup.copyFailed': 'Your browser did not allow copying. Select the text and copy it yourself.',
  'setup.confirmed': 'Your authenticator app is set up',
  'setup.confirmedText': 'You can sign in with its codes from now on.',
  'setup.backupCodes': 'Backup codes',
  'setup.backupText': 'Each of them signs you in once if you lose your phone. Keep them safe: they are shown only now.',
  'setup.copyCodes': 'Copy codes',
  'setup.download': 'Download',
  'setup.fileName': 'backup-codes.txt',
  'setup.print': 'Print',
  'setup.finish': 'I have saved them',
};

/** The English texts of `<CibaSessions>`. */
export const enSessions: SessionsMessages = {
  'sessions.title': 'Where you’re signed in',
  'sessions.loading': 'One moment…',
  'sessions.current': 'This device',
  'sessions.device': (browser, system) => `${browser} on ${system}`,
  'sessions.unknownDevice': 'Unknown device',
  'sessions.lastUsed': (secondsAgo) => `Last used ${relativeTime('en', secondsAgo)}`,
  'sessions.signedInAt': (time) => `Signed in ${dateAndTime('en', time)}`,
  'sessions.push': 'Approved on your phone',
  'sessions.code': 'With an authenticator code',
  'sessions.end': 'Sign out',
  'sessions.endSpoken': (device) => `Sign out ${device}`,
  'sessions.ended': (device) => `${device} was signed out.`,
  'sessions.endOthers': 'Sign out all other devices',
  'sessions.confirm': (devices) => `Sign out ${plural(devices, 'other device', 'other devices')}?`,
  'sessions.othersEnded': 'All other devices were signed out.',
  'sessions.noOthers': 'You aren’t signed in on any other device.',
};
