import { formatAmount } from '../contract/amount.js';
import { clock, joinSentences, spellClock, spellTime, spellUnit } from '../contract/durations.js';
import type { ApprovalMessages, Messages, SessionsMessages, SetupMessages } from '../contract/messages.js';
import { dateAndTime, relativeTime } from '../contract/relative-time.js';

/** The German texts, with “Sie”. */
export const de: Messages = {
  'idle.title': 'Anmelden',
  'idle.text': 'Bestätigen Sie eine Anfrage auf Ihrem Smartphone. Ein Passwort ist nicht nötig.',
  'idle.start': 'Anmeldeanfrage senden',
  'idle.useCode': 'Authenticator-Code verwenden',
  'idle.after.cancel': 'Abgebrochen. Wenn auf Ihrem Smartphone noch eine Anfrage steht, können Sie sie ignorieren.',
  'idle.after.otherTab': 'Sie haben sich in einem anderen Tab angemeldet. Laden Sie diese Seite neu.',

  'identifier.email': 'E-Mail-Adresse',
  'identifier.emailInvalid': 'Geben Sie Ihre E-Mail-Adresse ein, zum Beispiel name@example.com.',
  'identifier.username': 'Benutzername',
  'identifier.usernameInvalid': 'Geben Sie Ihren Benutzernamen ein.',
  'identifier.phone': 'Telefonnummer',
  'identifier.phoneInvalid': 'Geben Sie Ihre Telefonnummer ein, zum Beispiel +49 30 23125 012.',

  'summary.account': 'Konto',
  'summary.device': 'Gesendet an',
  'summary.transaction': 'Anfrage',

  'pushing.title': 'Anfrage wird gesendet\u00a0…',
  'pushing.text': 'Halten Sie Ihr Smartphone bereit.',

  'polling.title': 'Prüfen Sie Ihr Smartphone',
  'polling.text': 'Bestätigen Sie die Anfrage auf Ihrem Smartphone. Diese Seite aktualisiert sich.',
  'polling.displayCode': 'Kontrollnummer',
  'polling.displayCodeText': 'Bestätigen Sie nur, wenn Ihr Smartphone diese Nummer zeigt.',
  'polling.displayCodeEnter': 'Geben Sie diese Nummer auf Ihrem Smartphone ein.',
  'polling.displayCodeSpoken': (characters) => `Kontrollnummer: ${characters}.`,
  'polling.timeLeft': (seconds) => `Noch ${clock(seconds)}`,
  'polling.timeLeftValue': (seconds) => `Noch ${spellClock('de', seconds)}`,
  'polling.timeLeftSpoken': (seconds) => `Noch ${spellUnit('de', seconds, 'second')} zum Bestätigen.`,
  'polling.timeLeftLabel': 'Zeit zum Bestätigen',
  'polling.reconnecting': 'Neu verbinden … Die Anfrage bleibt offen.',
  'polling.offline': 'Sie sind offline. Stellen Sie die Verbindung wieder her.',
  'polling.reconnected': 'Wieder verbunden.',
  'polling.resend': 'Neue Anfrage senden',
  'polling.resendIn': (seconds) => `Neue Anfrage in ${clock(seconds)}`,
  'polling.resent': 'Neue Anfrage gesendet. Bestätigen Sie die neueste auf Ihrem Smartphone.',
  'polling.resendFailed': 'Die neue Anfrage konnte nicht gesendet werden.',
  'polling.resendLimit': 'Keine weiteren Anfragen',
  'polling.resendLimitSpoken': 'Weitere Anfragen sind nicht möglich. Die letzte können Sie weiterhin bestätigen.',
  'polling.openApp': 'Authenticator-App öffnen',

  'lateHint.title': 'Keine Anfrage auf Ihrem Smartphone?',
  'lateHint.openApp': 'Öffnen Sie Ihre Authenticator-App. Vielleicht wartet die Anfrage dort.',
  'lateHint.account': 'Prüfen Sie, ob das hier angezeigte Konto stimmt.',
  'lateHint.notifications': 'Prüfen Sie, ob die App Ihnen Mitteilungen senden darf.',
  'lateHint.online': 'Prüfen Sie, ob Ihr Smartphone mit dem Internet verbunden ist.',
  'lateHint.useCode': 'Oder verwenden Sie einen Authenticator-Code. Er braucht keine Anfrage.',

  'totpEntry.title': 'Code eingeben',
  'totpEntry.text': 'Geben Sie den Code aus Ihrer Authenticator-App ein.',
  'totpEntry.pushOpen': 'Anfrage noch offen',
  'totpEntry.label': (digits) => `${digits}-stelliger Code`,
  'totpEntry.hint': 'Der Code wechselt alle 30 Sekunden.',
  'totpEntry.submit': 'Code prüfen',
  'totpEntry.verifying': 'Wird geprüft\u00a0…',
  'totpEntry.incomplete': (digits) => `Geben Sie alle ${digits} Ziffern ein.`,
  'totpEntry.digitsOnly': 'Geben Sie nur Ziffern ein.',
  'totpEntry.wrong': 'Dieser Code hat nicht funktioniert. Geben Sie den aktuellen Code ein.',
  'totpEntry.wrongAgain':
    'Prüfen Sie, ob der Code zu diesem Konto gehört und Ihr Smartphone die Uhrzeit automatisch einstellt.',
  'totpEntry.attemptsLeft': (attempts) => `Noch ${attempts} ${attempts === 1 ? 'Versuch' : 'Versuche'}.`,
  'totpEntry.fault': 'Wir konnten Ihren Code nicht prüfen. Das zählt nicht als Versuch.',

  'lockedOut.title': 'Zu viele falsche Codes',
  'lockedOut.text': 'Zum Schutz dieses Kontos haben wir Authenticator-Codes vorübergehend gesperrt.',
  'lockedOut.retryIn': (seconds) => `In ${spellTime('de', seconds)} können Sie wieder einen Code eingeben.`,
  'lockedOut.over': 'Sie können jetzt einen Code eingeben.',

  'approved.finishingTitle': 'Geprüft',
  'approved.finishingText': 'Sie werden angemeldet\u00a0…',
  'approved.title': 'Sie sind angemeldet',
  'approved.text': 'Sie können fortfahren.',

  'denied.title': 'Anfrage abgelehnt',
  'denied.text': 'Sie wurde auf Ihrem Smartphone abgelehnt. Wenn das ein Versehen war, senden Sie eine neue.',
  'denied.retry': 'Neue Anfrage senden',
  'denied.report': 'Ich habe nicht abgelehnt',
  'denied.reportedTitle': 'Danke für den Hinweis',
  'denied.reported':
    'Vielleicht benutzt jemand anderes Ihr Smartphone. Wenn Sie es nicht haben, wenden Sie sich jetzt an den Support.',

  'expired.title': 'Anfrage abgelaufen',
  'expired.text': 'Sie wurde nicht rechtzeitig bestätigt. Prüfen Sie das Konto und senden Sie dann eine neue.',
  'expired.retry': 'Neue Anfrage senden',

  'timedOut.title': 'Sind Sie noch da?',
  'timedOut.text': 'Diese Seite wartet nicht mehr, aber die Anfrage auf Ihrem Smartphone ist noch offen.',
  'timedOut.keepWaiting': 'Weiter warten',

  'action.useCode': 'Authenticator-Code verwenden',
  'action.backToPush': 'Zurück zur Anfrage',
  'action.pushInstead': 'Smartphone verwenden',
  'action.retry': 'Erneut versuchen',
  'action.cancel': 'Abbrechen',
  'action.back': 'Zurück',
  'action.close': 'Schließen',
  'action.changeAccount': 'Konto ändern',
  'action.reload': 'Seite neu laden',
  'action.contactSupport': 'Support kontaktieren',
  'action.copyReference': 'Referenz kopieren',
  or: 'oder',

  'error.retryIn': (seconds) => `In ${spellTime('de', seconds)} können Sie es erneut versuchen.`,
  'error.retryLater': 'Versuchen Sie es in ein paar Minuten erneut.',
  'error.reference': 'Referenz',
  'error.referenceText': 'Der Support wird Sie nach dieser Referenz fragen.',
  'error.referenceCopied': 'Referenz kopiert.',
  'error.offline.title': 'Sie sind offline',
  'error.offline.text': 'Verbinden Sie sich mit dem Internet und versuchen Sie es dann erneut.',
  'error.network.title': 'Keine Verbindung möglich',
  'error.network.text': 'Prüfen Sie Ihre Internetverbindung und versuchen Sie es dann erneut.',
  'error.timeout.title': 'Das dauert zu lange',
  'error.timeout.text': 'Wir haben keine Antwort erhalten. Versuchen Sie es erneut.',
  'error.rateLimited.title': 'Zu viele Versuche',
  'error.rateLimited.text': 'Zum Schutz dieses Kontos begrenzen wir, wie oft Sie es versuchen können.',
  'error.unavailable.title': 'Vorübergehend nicht verfügbar',
  'error.unavailable.text': 'Das Problem liegt bei uns.',
  'error.badResponse.title': 'Etwas ist schiefgelaufen',
  'error.badResponse.text':
    'Wir haben eine unerwartete Antwort erhalten. Versuchen Sie es erneut. Prüfen Sie in einem öffentlichen WLAN, ob es verbunden ist.',
  'error.unauthorized.title': 'Das funktioniert gerade nicht',
  'error.unauthorized.text':
    'Das Problem liegt bei uns, und ein neuer Versuch hilft nicht. Wenden Sie sich an den Support.',
  'error.forbidden.title': 'Das ist hier nicht möglich',
  'error.forbidden.text':
    'Öffnen Sie diese Seite unter ihrer üblichen Adresse. Wenn das nicht hilft, wenden Sie sich an den Support.',
  'error.notFound.title': 'Diese Anfrage ist beendet',
  'error.notFound.text': 'Senden Sie eine neue, um fortzufahren.',
  'error.misconfigured.title': 'Das funktioniert gerade nicht',
  'error.misconfigured.text':
    'Das Problem liegt bei uns, und ein neuer Versuch hilft nicht. Wenden Sie sich an den Support.',
  'error.refused.title': 'Anfrage nicht angenommen',
  'error.refused.text':
    'Bestätigen Sie mit dem richtigen Konto. Wenn Sie das getan haben, wenden Sie sich an den Support.',
  'error.inReview.title': 'Wir prüfen diese Anfrage',
  'error.inReview.text': 'Sie können nach der Prüfung fortfahren. Sie müssen nichts tun.',
  'error.sessionRefused.title': 'Wir konnten Sie nicht anmelden',
  'error.sessionRefused.text':
    'Ihre Bestätigung ist angekommen, aber danach ist etwas schiefgelaufen. Versuchen Sie es erneut oder wenden Sie sich an den Support.',
  // The next two are identical, so that they don't reveal whether an account exists.
  'error.unknownUser.title': 'Wir konnten keine Anfrage senden',
  'error.unknownUser.text': 'Prüfen Sie, ob das Konto stimmt, oder wählen Sie einen anderen Weg.',
  'error.noDevice.title': 'Wir konnten keine Anfrage senden',
  'error.noDevice.text': 'Prüfen Sie, ob das Konto stimmt, oder wählen Sie einen anderen Weg.',
  'error.unknown.title': 'Etwas ist schiefgelaufen',
  'error.unknown.text': 'Versuchen Sie es erneut. Wenn es wieder passiert, wenden Sie sich an den Support.',

  'spoken.join': (parts) => joinSentences(parts),
};

/** The German texts of approvals. */
export const deApproval: ApprovalMessages = {
  'approval.idle.title': 'Anfrage bestätigen',
  'approval.idle.text': 'Wir senden eine Anfrage an Ihr Smartphone.',
  'approval.idle.start': 'Anfrage senden',
  'approval.idle.after.otherTab': 'Sie haben dies in einem anderen Tab bestätigt. Laden Sie diese Seite neu.',
  'approval.approved.finishingText': 'Wird abgeschlossen\u00a0…',
  'approval.approved.title': 'Anfrage bestätigt',
  'approval.denied.text': 'Sie wurde auf Ihrem Smartphone abgelehnt.',
  'approval.expired.text': 'Sie wurde nicht rechtzeitig bestätigt.',
  'approval.error.sessionRefused.title': 'Das konnte nicht abgeschlossen werden',
  'approval.eyebrow': 'Zahlung bestätigen',
  'approval.amount': (amount) => formatAmount('de', amount),
  'approval.payee': (payee) => `an ${payee}`,
};

/** The German texts of `<TotpSetup>`. */
export const deSetup: SetupMessages = {
  'setup.title': 'Authenticator-App einrichten',
  'setup.text': 'Scannen Sie diesen QR-Code mit Ihrer Authenticator-App.',
  'setup.loading': 'QR-Code wird vorbereitet\u00a0…',
  'setup.qrCode':
    'QR-Code zum Einrichten Ihrer Authenticator-App. Sie können stattdessen den Einrichtungsschlüssel darunter eingeben.',
  'setup.openApp': 'In einer App auf diesem Gerät öffnen',
  'setup.secret': 'Oder geben Sie diesen Einrichtungsschlüssel ein',
  'setup.copySecret': 'Einrichtungsschlüssel kopieren',
  'setup.codeText': 'Geben Sie dann den Code ein, den die App zeigt.',
  'setup.confirm': 'Code prüfen',
  'setup.codeFault': 'Wir konnten Ihren Code nicht prüfen.',
  'setup.copied': 'Kopiert',
  'setup.copyFailed': 'Kopieren war nicht möglich. Markieren Sie den Text und kopieren Sie ihn selbst.',
  'setup.failedTitle': 'Einrichten konnte nicht beginnen',
  'setup.failedText': 'Versuchen Sie es erneut. Wenn es wieder passiert, wenden Sie sich an den Support.',
  'setup.sessionEndedTitle': 'Ihre Sitzung ist beendet',
  'setup.sessionEndedText': 'Melden Sie sich erneut an und richten Sie dann Ihre Authenticator-App ein.',
  'setup.startOver': 'Neu beginnen',
  'setup.confirmed': 'Ihre Authenticator-App ist eingerichtet',
  'setup.confirmedText': 'Ab jetzt können Sie ihre Codes verwenden.',
  'setup.backupCodes': 'Backup-Codes',
  'setup.backupText':
    'Verwenden Sie einen, wenn Sie Ihr Smartphone verlieren. Jeder gilt einmal. Sichern Sie sie jetzt, sie werden nicht wieder angezeigt.',
  'setup.copyCodes': 'Backup-Codes kopieren',
  'setup.download': 'Herunterladen',
  'setup.fileName': 'backup-codes.txt',
  'setup.print': 'Drucken',
  'setup.finish': 'Ich habe meine Backup-Codes gesichert',
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
