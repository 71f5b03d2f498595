import { formatAmount } from '../contract/amount.js';
import { clock, joinSentences, spellClock, spellTime, spellUnit } from '../contract/durations.js';
import type { ApprovalMessages, Messages, SessionsMessages, SetupMessages } from '../contract/messages.js';
import { dateAndTime, relativeTime } from '../contract/relative-time.js';

const pluralRules = new Intl.PluralRules('fr');

/** Returns the form for the count, with the count instead of `#`. Zero is singular. No text needs the separate form for millions. */
function plural(count: number, one: string, other: string): string {
  return (pluralRules.select(count) === 'one' ? one : other).replace('#', String(count));
}

/** The French texts, with “vous”. */
// Colons and question marks have a no-break space before them. “Connexion” always means the sign-in, never the network.
export const fr: Messages = {
  'idle.title': 'Se connecter',
  'idle.text': 'Approuvez une demande sur votre téléphone, sans mot de passe.',
  'idle.start': 'Envoyer la demande',
  'idle.useCode': 'Utiliser un code d’authentification',
  'idle.after.cancel': 'Annulé. Si une demande est encore affichée sur votre téléphone, vous pouvez l’ignorer.',
  'idle.after.otherTab': 'Vous vous êtes connecté dans un autre onglet. Rechargez cette page pour continuer.',

  'identifier.email': 'Adresse e-mail',
  'identifier.emailInvalid': 'Saisissez votre adresse e-mail, par exemple nom@example.com.',
  'identifier.username': 'Nom d’utilisateur',
  'identifier.usernameInvalid': 'Saisissez votre nom d’utilisateur.',
  'identifier.phone': 'Numéro de téléphone',
  'identifier.phoneInvalid': 'Saisissez votre numéro de téléphone, par exemple +33 6 39 98 01 23.',

  'summary.account': 'Compte',
  'summary.device': 'Envoyée à',
  'summary.transaction': 'Demande',

  'pushing.title': 'Envoi de la demande…',
  'pushing.text': 'Gardez votre téléphone à portée de main.',

  'polling.title': 'Consultez votre téléphone',
  'polling.text': 'Approuvez la demande sur votre téléphone. Cette page se mettra à jour.',
  'polling.displayCode': 'Numéro de contrôle',
  'polling.displayCodeText': 'Approuvez seulement si votre téléphone affiche ce numéro.',
  'polling.displayCodeEnter': 'Saisissez ce numéro sur votre téléphone.',
  'polling.displayCodeSpoken': (characters) => `Numéro de contrôle\u00a0: ${characters}.`,
  'polling.timeLeft': (seconds) => `Encore ${clock(seconds)}`,
  'polling.timeLeftValue': (seconds) => `Encore ${spellClock('fr', seconds)}`,
  'polling.timeLeftSpoken': (seconds) => `Encore ${spellUnit('fr', seconds, 'second')} pour approuver.`,
  'polling.timeLeftLabel': 'Temps restant pour approuver',
  'polling.reconnecting': 'Reconnexion… Vous pouvez encore approuver.',
  'polling.offline': 'Vous êtes hors ligne. Rétablissez le réseau.',
  'polling.reconnected': 'Réseau rétabli.',
  'polling.resend': 'Nouvelle demande',
  'polling.resendIn': (seconds) => `Nouvelle demande dans ${clock(seconds)}`,
  'polling.resent': 'Nouvelle demande envoyée. Approuvez la plus récente sur votre téléphone.',
  'polling.resendFailed': 'La nouvelle demande n’a pas pu être envoyée.',
  'polling.resendLimit': 'Plus d’autre demande',
  'polling.resendLimitSpoken': 'Nous ne pouvons plus envoyer de demande. Vous pouvez encore approuver la dernière.',
  'polling.openApp': 'Ouvrir l’application',

  'lateHint.title': 'Pas de demande sur votre téléphone\u00a0?',
  'lateHint.openApp': 'Ouvrez votre application d’authentification. La demande s’y trouve peut-être.',
  'lateHint.account': 'Vérifiez que le compte affiché ici est le bon.',
  'lateHint.notifications': 'Vérifiez que l’application peut vous envoyer des notifications.',
  'lateHint.online': 'Vérifiez que votre téléphone est connecté à Internet.',
  'lateHint.useCode': 'Ou utilisez un code d’authentification. Il ne dépend d’aucune demande.',

  'totpEntry.title': 'Saisissez votre code',
  'totpEntry.text': 'Saisissez le code de votre application d’authentification.',
  'totpEntry.pushOpen': 'Demande encore ouverte',
  'totpEntry.label': (digits) => `Code à ${digits} chiffres`,
  'totpEntry.hint': 'Le code change toutes les 30 secondes.',
  'totpEntry.submit': 'Vérifier le code',
  'totpEntry.verifying': 'Vérification…',
  'totpEntry.incomplete': (digits) => `Saisissez les ${digits} chiffres.`,
  'totpEntry.digitsOnly': 'Saisissez uniquement des chiffres.',
  'totpEntry.wrong': 'Ce code n’a pas fonctionné. Saisissez le code actuel.',
  'totpEntry.wrongAgain':
    'Assurez-vous qu’il s’agit de ce compte et que votre téléphone règle l’heure automatiquement.',
  'totpEntry.attemptsLeft': (attempts) => plural(attempts, 'Il vous reste # essai.', 'Il vous reste # essais.'),
  'totpEntry.fault': 'Nous n’avons pas pu vérifier votre code. Cet essai n’est pas compté.',

  'lockedOut.title': 'Trop de codes incorrects',
  'lockedOut.text': 'Pour protéger ce compte, nous avons suspendu les codes d’authentification.',
  'lockedOut.retryIn': (seconds) => `Vous pourrez saisir un code dans ${spellTime('fr', seconds)}.`,
  'lockedOut.over': 'Vous pouvez maintenant saisir un code.',

  'approved.finishingTitle': 'Vérifié',
  'approved.finishingText': 'Connexion en cours…',
  'approved.title': 'Vous êtes connecté',
  'approved.text': 'Vous pouvez continuer.',

  'denied.title': 'Demande refusée',
  'denied.text': 'Elle a été refusée sur votre téléphone. Si c’était une erreur, envoyez-en une nouvelle.',
  'denied.retry': 'Nouvelle demande',
  'denied.report': 'Je ne l’ai pas refusée',
  'denied.reportedTitle': 'Merci de nous avoir prévenus',
  'denied.reported':
    'Quelqu’un d’autre utilise peut-être votre téléphone. Si vous ne l’avez pas, contactez l’assistance maintenant.',

  'expired.title': 'Demande expirée',
  'expired.text': 'Elle n’a pas été approuvée à temps. Vérifiez le compte, puis envoyez-en une nouvelle.',
  'expired.retry': 'Nouvelle demande',

  'timedOut.title': 'Vous êtes toujours là\u00a0?',
  'timedOut.text': 'Cette page n’attend plus, mais la demande est encore ouverte sur votre téléphone.',
  'timedOut.keepWaiting': 'Continuer à attendre',

  'action.useCode': 'Utiliser un code d’authentification',
  'action.backToPush': 'Revenir à la demande',
  'action.pushInstead': 'Utiliser le téléphone',
  'action.retry': 'Réessayer',
  'action.cancel': 'Annuler',
  'action.back': 'Retour',
  'action.close': 'Fermer',
  'action.changeAccount': 'Changer de compte',
  'action.reload': 'Recharger la page',
  'action.contactSupport': 'Contacter l’assistance',
  'action.copyReference': 'Copier la référence',
  or: 'ou',

  'error.retryIn': (seconds) => `Vous pourrez réessayer dans ${spellTime('fr', seconds)}.`,
  'error.retryLater': 'Réessayez dans quelques minutes.',
  'error.reference': 'Référence',
  'error.referenceText': 'L’assistance vous demandera cette référence.',
  'error.referenceCopied': 'Référence copiée.',
  'error.offline.title': 'Vous êtes hors ligne',
  'error.offline.text': 'Connectez-vous à Internet, puis réessayez.',
  'error.network.title': 'Le service est injoignable',
  'error.network.text': 'Vérifiez votre accès à Internet, puis réessayez.',
  'error.timeout.title': 'L’attente est trop longue',
  'error.timeout.text': 'Nous n’avons pas reçu de réponse. Réessayez.',
  'error.rateLimited.title': 'Trop d’essais',
  'error.rateLimited.text': 'Pour protéger ce compte, nous limitons le nombre d’essais.',
  'error.unavailable.title': 'Indisponible pour le moment',
  'error.unavailable.text': 'Le problème vient de notre côté.',
  'error.badResponse.title': 'Un problème est survenu',
  'error.badResponse.text':
    'Nous avons reçu une réponse inattendue. Réessayez. Sur un Wi-Fi public, vérifiez que vous y êtes bien connecté.',
  'error.unauthorized.title': 'Cela ne fonctionne pas',
  'error.unauthorized.text': 'Le problème vient de notre côté et réessayer n’aidera pas. Contactez l’assistance.',
  'error.forbidden.title': 'Ce n’est pas possible ici',
  'error.forbidden.text': 'Ouvrez cette page à son adresse habituelle. Si cela n’aide pas, contactez l’assistance.',
  'error.notFound.title': 'Cette demande est terminée',
  'error.notFound.text': 'Envoyez-en une nouvelle pour continuer.',
  'error.misconfigured.title': 'Cela ne fonctionne pas',
  'error.misconfigured.text': 'Le problème vient de notre côté et réessayer n’aidera pas. Contactez l’assistance.',
  'error.refused.title': 'Demande non acceptée',
  'error.refused.text': 'Assurez-vous d’approuver avec le bon compte. Si c’était le cas, contactez l’assistance.',
  'error.inReview.title': 'Nous examinons cette demande',
  'error.inReview.text': 'Vous pourrez continuer après l’examen. Vous n’avez rien à faire.',
  'error.sessionRefused.title': 'Connexion impossible',
  'error.sessionRefused.text':
    'Vous avez été vérifié, mais un problème est survenu ensuite. Réessayez ou contactez l’assistance.',
  // The next two are identical, so that they don't reveal whether an account exists.
  'error.unknownUser.title': 'Impossible d’envoyer la demande',
  'error.unknownUser.text': 'Vérifiez que le compte est le bon, ou essayez autrement.',
  'error.noDevice.title': 'Impossible d’envoyer la demande',
  'error.noDevice.text': 'Vérifiez que le compte est le bon, ou essayez autrement.',
  'error.unknown.title': 'Un problème est survenu',
  'error.unknown.text': 'Réessayez. Si cela se reproduit, contactez l’assistance.',

  'spoken.join': (parts) => joinSentences(parts),
};

/** The French texts of approvals. */
export const frApproval: ApprovalMessages = {
  'approval.idle.title': 'Approuver cette demande',
  'approval.idle.text': 'Nous enverrons une demande à votre téléphone.',
  'approval.idle.start': 'Envoyer la demande',
  'approval.idle.after.otherTab': 'Vous l’avez approuvée dans un autre onglet. Rechargez cette page pour continuer.',
  'approval.approved.finishingText': 'Finalisation…',
  'approval.approved.title': 'Demande approuvée',
  'approval.denied.text': 'Elle a été refusée sur votre téléphone.',
  'approval.expired.text': 'Elle n’a pas été approuvée à temps.',
  'approval.error.sessionRefused.title': 'Nous n’avons pas pu terminer',
  'approval.eyebrow': 'Paiement à approuver',
  'approval.amount': (amount) => formatAmount('fr', amount),
  'approval.payee': (payee) => `à ${payee}`,
};

/** The French texts of `<TotpSetup>`. */
export const frSetup: SetupMessages = {
  'setup.title': 'Configurer l’app d’authentification',
  'setup.text': 'Scannez ce code QR avec votre application d’authentification.',
  'setup.loading': 'Préparation de votre code QR…',
  'setup.qrCode':
    'Code QR pour configurer votre application d’authentification. Vous pouvez saisir la clé de configuration ci-dessous à la place.',
  'setup.openApp': 'Ouvrir dans une app sur cet appareil',
  'setup.secret': 'Ou saisissez cette clé de configuration',
  'setup.copySecret': 'Copier la clé de configuration',
  'setup.codeText': 'Saisissez ensuite le code affiché par l’application.',
  'setup.confirm': 'Vérifier le code',
  'setup.codeFault': 'Nous n’avons pas pu vérifier votre code.',
  'setup.copied': 'Copié',
  'setup.copyFailed': 'La copie n’a pas été possible. Sélectionnez le texte et copiez-le.',
  'setup.failedTitle': 'Impossible de commencer',
  'setup.failedText': 'Réessayez. Si cela se reproduit, contactez l’assistance.',
  'setup.sessionEndedTitle': 'Votre session est terminée',
  'setup.sessionEndedText': 'Reconnectez-vous, puis configurez votre application d’authentification.',
  'setup.startOver': 'Recommencer',
  'setup.confirmed': 'Votre application est configurée',
  'setup.confirmedText': 'Vous pouvez désormais utiliser ses codes.',
  'setup.backupCodes': 'Codes de secours',
  'setup.backupText':
    'Utilisez-en un si vous perdez votre téléphone. Chacun sert une fois. Conservez-les maintenant, ils ne seront plus affichés.',
  'setup.copyCodes': 'Copier les codes de secours',
  'setup.download': 'Télécharger',
  'setup.fileName': 'codes-de-secours.txt',
  'setup.print': 'Imprimer',
  'setup.finish': 'J’ai conservé mes codes de secours',
};

/** The French texts of `<CibaSessions>`. */
export const frSessions: SessionsMessages = {
  'sessions.title': 'Vos appareils connectés',
  'sessions.loading': 'Un instant…',
  'sessions.current': 'Cet appareil',
  'sessions.device': (browser, system) => `${browser} sur ${system}`,
  'sessions.unknownDevice': 'Appareil inconnu',
  'sessions.lastUsed': (secondsAgo) => `Dernière utilisation\u00a0: ${relativeTime('fr', secondsAgo)}`,
  'sessions.signedInAt': (time) => `Connexion\u00a0: ${dateAndTime('fr', time)}`,
  'sessions.push': 'Approuvée sur votre téléphone',
  'sessions.code': 'Avec un code d’authentification',
  'sessions.end': 'Déconnecter',
  'sessions.endSpoken': (device) => `Déconnecter ${device}`,
  'sessions.ended': (device) => `${device} a été déconnecté.`,
  'sessions.endOthers': 'Déconnecter tous les autres appareils',
  'sessions.confirm': (devices) =>
    devices === 1 ? 'Déconnecter 1\u00a0autre appareil\u202f?' : `Déconnecter ${devices}\u00a0autres appareils\u202f?`,
  'sessions.othersEnded': 'Tous les autres appareils ont été déconnectés.',
  'sessions.noOthers': 'Vous n’êtes connecté sur aucun autre appareil.',
};
