import type { Messages, SessionsMessages, SetupMessages } from '../contract/messages.js';
import { dateAndTime, relativeTime } from '../contract/relative-time.js';

const pluralRules = new Intl.PluralRules('de');
const numbers = new Intl.NumberFormat('de');

/** Returns the form for the count, with the count instead of `#`. */
function plural(count: number, one: string, other: string): string {
  return (pluralRules.select(count) === 'one' ? one : other).replace('#', numbers.format(count));
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** The German texts, with “Sie”. */
export const de: Messages = {
  'idle.title': 'Anmelden',
  'idle.text': 'Sie bestätigen die Anmeldung auf Ihrem Smartphone. Ein Passwort brauchen Sie nicht.',
  'idle.start': 'Anmelden',
  'idle.useCode': 'Mit einem Code anmelden',
  'idle.after.cancel':
    'Anmeldung abgebrochen. Möglicherweise wird die Anfrage auf Ihrem Smartphone noch angezeigt. Sie können sie dort ablehnen oder ignorieren.',
  'idle.after.otherTab':
    'Sie haben sich in einem anderen Tab angemeldet. Laden Sie diese Seite neu, um hier fortzufahren.',

  'identifier.email': 'E-Mail-Adresse',
  'identifier.emailInvalid': 'Geben Sie eine E-Mail-Adresse ein, zum Beispiel name@example.com.',
  'identifier.username': 'Benutzername',
  'identifier.usernameInvalid': 'Geben Sie Ihren Benutzernamen ein.',
  'identifier.phone': 'Telefonnummer',
  'identifier.phoneInvalid': 'Geben Sie eine Telefonnummer mit Ländervorwahl ein, zum Beispiel +49 30 23125 012.',

  'summary.account': 'Anmeldung als',
  'summary.device': 'Gesendet an',
  'summary.transaction': 'Zu bestätigen',

  'pushing.title': 'Anfrage wird gesendet\u00a0…',
  'pushing.text': 'Halten Sie Ihr Smartphone bereit.',

  'polling.title': 'Sehen Sie auf Ihr Smartphone',
  'polling.text':
    'Öffnen Sie die Anmeldeanfrage auf Ihrem Smartphone und bestätigen Sie sie. Danach geht es hier automatisch weiter.',
  'polling.displayCode': 'Ihr Code',
  'polling.displayCodeText':
    'Bestätigen Sie nur, wenn Ihr Smartphone diesen Code anzeigt. Wenn Sie dort gefragt werden, wählen Sie ihn aus.',
  'polling.displayCodeSpoken': (characters) => `Ihr Code lautet ${characters}.`,
  'polling.timeLeft': (seconds) => `Noch ${duration(seconds)}`,
  'polling.timeLeftSpoken': (seconds) =>
    plural(seconds, 'Noch # Sekunde zum Bestätigen.', 'Noch # Sekunden zum Bestätigen.'),
  'polling.timeLeftLabel': 'Verbleibende Zeit zum Bestätigen',
  'polling.reconnecting': 'Verbinde neu … Ihre Anfrage bleibt offen.',
  'polling.offline': 'Sie sind offline. Es geht danach weiter.',
  'polling.reconnected': 'Wieder verbunden.',
  'polling.resend': 'Erneut senden',
  'polling.resendIn': (seconds) => `Erneut senden in ${duration(seconds)}`,
  'polling.resendFailed':
    'Wir konnten keine weitere Anfrage senden. Die Anfrage auf Ihrem Smartphone ist weiterhin offen.',
  'polling.resendLimit': 'Für diese Anmeldung können keine weiteren Anfragen gesendet werden.',
  'polling.openApp': 'App öffnen',

  'lateHint.title': 'Keine Anfrage auf Ihrem Smartphone?',
  'lateHint.openApp': 'Öffnen Sie die Authenticator-App: Die Anfrage wartet dort.',
  'lateHint.notifications': 'Prüfen Sie, ob die App installiert ist und Mitteilungen senden darf.',
  'lateHint.online': 'Prüfen Sie, ob das Smartphone mit dem Internet verbunden ist.',
  'lateHint.useCode': 'Oder verwenden Sie einen Code: Dafür ist keine Anfrage nötig.',

  'totpEntry.title': 'Code eingeben',
  'totpEntry.text': 'Öffnen Sie Ihre Authenticator-App und geben Sie den Code ein, den sie für dieses Konto anzeigt.',
  'totpEntry.pushOpen': 'Sie können die Anfrage weiterhin auf Ihrem Smartphone bestätigen.',
  'totpEntry.label': (digits) => `${digits}-stelliger Code`,
  'totpEntry.hint': 'Alle 30 Sekunden gibt es einen neuen Code.',
  'totpEntry.submit': 'Code prüfen',
  'totpEntry.verifying': 'Wird geprüft\u00a0…',
  'totpEntry.incomplete': (digits) => `Geben Sie alle ${digits} Ziffern des Codes ein.`,
  'totpEntry.digitsOnly': 'Der Code besteht nur aus Ziffern.',
  'totpEntry.wrong': 'Dieser Code ist nicht richtig.',
  'totpEntry.wrongAgain':
    'Warten Sie auf den nächsten Code und prüfen Sie in der App, ob Sie das richtige Konto gewählt haben. Die Uhrzeit Ihres Smartphones sollte automatisch eingestellt werden.',
  'totpEntry.attemptsLeft': (attempts) => plural(attempts, 'Noch # Versuch.', 'Noch # Versuche.'),
  'totpEntry.fault': 'Wir konnten den Code nicht prüfen. Das zählt nicht als Versuch.',

  'lockedOut.title': 'Zu viele falsche Codes',
  'lockedOut.text': 'Zum Schutz Ihres Kontos werden vorübergehend keine Codes angenommen.',
  'lockedOut.retryIn': (seconds) => `In ${duration(seconds)} können Sie wieder einen Code eingeben.`,
  'lockedOut.over': 'Sie können wieder einen Code eingeben.',

  'approved.finishingTitle': 'Bestätigt',
  'approved.finishingText': 'Ihre Anmeldung wird abgeschlossen\u00a0…',
  'approved.title': 'Sie sind angemeldet',
  'approved.text': 'Ihre Anmeldung wurde bestätigt.',

  'denied.title': 'Anmeldung abgelehnt',
  'denied.text': 'Die Anfrage wurde auf Ihrem Smartphone abgelehnt. Deshalb wurde niemand angemeldet.',
  'denied.report': 'Das war ich nicht',
  'denied.reported':
    'Danke für Ihren Hinweis. Wenn Sie weitere Anfragen erhalten, die nicht von Ihnen stammen, lehnen Sie sie ab.',

  'expired.title': 'Die Anfrage ist abgelaufen',
  'expired.text':
    'Sie wurde nicht rechtzeitig bestätigt. Senden Sie eine neue, sobald Sie Ihr Smartphone zur Hand haben.',
  'expired.retry': 'Neue Anfrage senden',

  'timedOut.title': 'Sind Sie noch da?',
  'timedOut.text':
    'Wir haben eine Pause eingelegt. Die Anfrage auf Ihrem Smartphone ist weiterhin offen, und Sie können weiter darauf warten.',
  'timedOut.keepWaiting': 'Weiter warten',

  'action.useCode': 'Stattdessen Code eingeben',
  'action.backToPush': 'Zurück zur Anfrage auf dem Smartphone',
  'action.pushInstead': 'Stattdessen auf dem Smartphone bestätigen',
  'action.retry': 'Erneut versuchen',
  'action.cancel': 'Abbrechen',
  'action.back': 'Zurück',
  'action.close': 'Schließen',

  'error.offline.title': 'Sie sind offline',
  'error.offline.text': 'Prüfen Sie Ihre Verbindung und versuchen Sie es dann erneut.',
  'error.network.title': 'Keine Verbindung möglich',
  'error.network.text': 'Prüfen Sie Ihre Verbindung und versuchen Sie es dann erneut.',
  'error.timeout.title': 'Das dauert zu lange',
  'error.timeout.text': 'Der Anmeldedienst hat nicht rechtzeitig geantwortet. Versuchen Sie es gleich noch einmal.',
  'error.rateLimited.title': 'Zu viele Anfragen',
  'error.rateLimited.text': 'Warten Sie eine Minute und versuchen Sie es dann erneut.',
  'error.unavailable.title': 'Die Anmeldung ist nicht verfügbar',
  'error.unavailable.text':
    'Beim Anmeldedienst ist gerade eine Störung aufgetreten. Versuchen Sie es in ein paar Minuten erneut.',
  'error.badResponse.title': 'Etwas ist schiefgelaufen',
  'error.badResponse.text':
    'Wir konnten die Antwort des Anmeldedienstes nicht lesen. Versuchen Sie es in ein paar Minuten erneut.',
  'error.unauthorized.title': 'Die Anmeldung ist nicht verfügbar',
  'error.unauthorized.text':
    'Diese App konnte ihren Anmeldedienst nicht erreichen. Bitte informieren Sie den Support der App.',
  'error.forbidden.title': 'Sie können sich hier nicht anmelden',
  'error.forbidden.text': 'Diese Anmeldung ist nicht erlaubt. Bitte wenden Sie sich an den Support der App.',
  'error.notFound.title': 'Dieser Anmeldevorgang ist beendet',
  'error.notFound.text': 'Die Anfrage existiert nicht mehr. Beginnen Sie von vorn.',
  'error.misconfigured.title': 'Die Anmeldung ist nicht richtig eingerichtet',
  'error.misconfigured.text': 'Sie selbst können hier nichts tun. Bitte informieren Sie den Support der App.',
  'error.refused.title': 'Die Anmeldung wurde zurückgewiesen',
  'error.refused.text':
    'Beginnen Sie von vorn. Wenn es noch einmal passiert, wenden Sie sich bitte an den Support der App.',
  'error.inReview.title': 'Ihre Anmeldung wird geprüft',
  'error.inReview.text':
    'Sie können sich anmelden, sobald die Prüfung abgeschlossen ist. Sie müssen nicht hier warten.',
  'error.sessionRefused.title': 'Ihre Anmeldung konnte nicht abgeschlossen werden',
  'error.sessionRefused.text':
    'Ihre Bestätigung ist angekommen, aber die App konnte Sie nicht anmelden. Beginnen Sie von vorn.',
  // The next two are identical, so that they don't reveal whether an account exists.
  'error.unknownUser.title': 'Wir konnten keine Anfrage senden',
  'error.unknownUser.text': 'Prüfen Sie Ihre Eingabe oder verwenden Sie einen Code.',
  'error.noDevice.title': 'Wir konnten keine Anfrage senden',
  'error.noDevice.text': 'Prüfen Sie Ihre Eingabe oder verwenden Sie einen Code.',
  'error.unknown.title': 'Etwas ist schiefgelaufen',
  'error.unknown.text':
    'Versuchen Sie es erneut. Wenn es noch einmal passiert, wenden Sie sich bitte an den Support der App.',
};

/** The German texts of `<TotpSetup>`. */
export const deSetup: SetupMessages = {
  'setup.title': 'Authenticator-App einrichten',
  'setup.text': 'Scannen Sie diesen Code mit der Authenticator-App auf Ihrem Smartphone.',
  'setup.loading': 'Einen Moment\u00a0…',
  'setup.qrCode': 'QR-Code für Ihre Authenticator-App. Der Schlüssel darunter erfüllt denselben Zweck.',
  'setup.openApp': 'In der Authenticator-App auf diesem Gerät öffnen',
  'setup.secret': 'Oder geben Sie diesen Schlüssel von Hand ein',
  'setup.copySecret': 'Schlüssel kopieren',
  'setup.codeText': 'Geben Sie dann den Code ein, den die App anzeigt.',
  'setup.confirm': 'Bestätigen',
  'setup.copied': 'Kopiert.',
  'setup.copyFailed':
    'Ihr Browser hat das Kopieren nicht zugelassen. Markieren Sie den Text und kopieren Sie ihn selbst.',
  'setup.confirmed': 'Ihre Authenticator-App ist eingerichtet',
  'setup.confirmedText': 'Ab jetzt können Sie sich mit ihren Codes anmelden.',
  'setup.backupCodes': 'Backup-Codes',
  'setup.backupText':
    'Mit jedem dieser Codes können Sie sich einmal anmelden, falls Sie Ihr Smartphone verlieren. Bewahren Sie die Codes sicher auf: Sie werden nur jetzt angezeigt.',
  'setup.copyCodes': 'Codes kopieren',
  'setup.download': 'Herunterladen',
  'setup.fileName': 'backup-codes.txt',
  'setup.print': 'Drucken',
  'setup.finish': 'Ich habe die Codes gesichert',
};

/** The German texts of `<CibaSessions>`. */
export const deSessions: SessionsMessages = {
  'sessions.title': 'Wo Sie angemeldet sind',
  'sessions.loading': 'Einen Moment\u00a0…',
  'sessions.current': 'Dieses Gerät',
  'sessions.device': (browser, system) => `${browser} unter ${system}`,
  'sessions.unknownDevice': 'Unbekanntes Gerät',
  'sessions.lastUsed': (secondsAgo) => `Zuletzt verwendet: ${relativeTime('de', secondsAgo)}`,
  'sessions.signedInAt': (time) => `Angemeldet am ${dateAndTime('de', time)}`,
  'sessions.push': 'Auf Ihrem Smartphone bestätigt',
  'sessions.code': 'Mit einem Code der Authenticator-App',
  'sessions.end': 'Abmelden',
  'sessions.endSpoken': (device) => `${device} abmelden`,
  'sessions.ended': (device) => `${device} wurde abgemeldet.`,
  'sessions.endOthers': 'Alle anderen Geräte abmelden',
  'sessions.confirm': (devices) => `${devices} ${devices === 1 ? 'anderes Gerät' : 'andere Geräte'} abmelden?`,
  'sessions.othersEnded': 'Alle anderen Geräte wurden abgemeldet.',
  'sessions.noOthers': 'Sie sind auf keinem anderen Gerät angemeldet.',
};
