import type { Messages, SessionsMessages, SetupMessages } from '../contract/messages.js';
import { dateAndTime, relativeTime } from '../contract/relative-time.js';

const pluralRules = new Intl.PluralRules('fr');
const numbers = new Intl.NumberFormat('fr');

/** Returns the form for the count, with the count instead of `#`. Zero is singular. No text needs the separate form for millions. */
function plural(count: number, one: string, other: string): string {
  return (pluralRules.select(count) === 'one' ? one : other).replace('#', numbers.format(count));
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** The French texts, with “vous”. */
// Colons and question marks have a no-break space before them. “Connexion” always means the sign-in, never the network.
export const fr: Messages = {
  'idle.title': 'Se connecter',
  'idle.text': 'Vous approuvez la connexion sur votre téléphone, sans mot de passe.',
  'idle.start': 'Se connecter',
  'idle.useCode': 'Se connecter avec un code',
  'idle.after.cancel':
    'Connexion annulée. La demande est peut-être encore affichée sur votre téléphone. Vous pouvez l’y refuser ou l’ignorer.',
  'idle.after.otherTab': 'La connexion a été effectuée dans un autre onglet. Rechargez cette page pour continuer ici.',

  'identifier.email': 'Adresse e-mail',
  'identifier.emailInvalid': 'Saisissez une adresse e-mail, par exemple nom@example.com.',
  'identifier.username': 'Nom d’utilisateur',
  'identifier.usernameInvalid': 'Saisissez votre nom d’utilisateur.',
  'identifier.phone': 'Numéro de téléphone',
  'identifier.phoneInvalid':
    'Saisissez un numéro de téléphone avec son indicatif de pays, par exemple +33 6 39 98 01 23.',

  'summary.account': 'Compte',
  'summary.device': 'Demande envoyée à',
  'summary.transaction': 'À approuver',

  'pushing.title': 'Envoi de la demande…',
  'pushing.text': 'Gardez votre téléphone à portée de main.',

  'polling.title': 'Consultez votre téléphone',
  'polling.text':
    'Ouvrez la demande de connexion sur votre téléphone et approuvez-la. La suite s’affichera ici automatiquement.',
  'polling.displayCode': 'Votre code',
  'polling.displayCodeText':
    'N’approuvez la demande que si votre téléphone affiche ce code. S’il vous demande d’en choisir un, choisissez celui-ci.',
  'polling.displayCodeSpoken': (characters) => `Votre code est ${characters}.`,
  'polling.timeLeft': (seconds) => `Il reste ${duration(seconds)}`,
  'polling.timeLeftSpoken': (seconds) =>
    plural(seconds, 'Il reste # seconde pour approuver.', 'Il reste # secondes pour approuver.'),
  'polling.timeLeftLabel': 'Temps restant pour approuver',
  'polling.reconnecting': 'Reconnexion… Votre demande reste ouverte.',
  'polling.offline': 'Hors ligne. Nous reprendrons au retour du réseau.',
  'polling.reconnected': 'Réseau rétabli.',
  'polling.resend': 'Renvoyer',
  'polling.resendIn': (seconds) => `Renvoyer dans ${duration(seconds)}`,
  'polling.resendFailed':
    'Nous n’avons pas pu envoyer d’autre demande. Celle qui est sur votre téléphone est toujours ouverte.',
  'polling.resendLimit': 'Il n’est plus possible d’envoyer de demande pour cette connexion.',
  'polling.openApp': 'Ouvrir l’application',

  'lateHint.title': 'Rien sur votre téléphone\u00a0?',
  'lateHint.openApp': 'Ouvrez l’application d’authentification\u00a0: la demande vous y attend.',
  'lateHint.notifications': 'Vérifiez que l’application est installée et peut envoyer des notifications.',
  'lateHint.online': 'Vérifiez que le téléphone est connecté à Internet.',
  'lateHint.useCode': 'Ou utilisez un code\u00a0: il ne dépend d’aucune demande.',

  'totpEntry.title': 'Saisissez votre code',
  'totpEntry.text': 'Ouvrez votre application d’authentification et saisissez le code qu’elle affiche pour ce compte.',
  'totpEntry.pushOpen': 'Vous pouvez toujours approuver la demande sur votre téléphone.',
  'totpEntry.label': (digits) => `Code à ${digits} chiffres`,
  'totpEntry.hint': 'Un nouveau code apparaît toutes les 30 secondes.',
  'totpEntry.submit': 'Vérifier le code',
  'totpEntry.verifying': 'Vérification…',
  'totpEntry.incomplete': (digits) => `Saisissez les ${digits} chiffres du code.`,
  'totpEntry.digitsOnly': 'Le code ne contient que des chiffres.',
  'totpEntry.wrong': 'Ce code est incorrect.',
  'totpEntry.wrongAgain':
    'Attendez le code suivant et vérifiez que vous avez choisi le bon compte dans l’application. L’heure de votre téléphone doit être réglée automatiquement.',
  'totpEntry.attemptsLeft': (attempts) => plural(attempts, 'Il vous reste # essai.', 'Il vous reste # essais.'),
  'totpEntry.fault': 'Nous n’avons pas pu vérifier le code. Cet essai n’est pas décompté.',

  'lockedOut.title': 'Trop de codes incorrects',
  'lockedOut.text': 'Pour protéger votre compte, aucun code n’est accepté pendant un certain temps.',
  'lockedOut.retryIn': (seconds) => `Vous pourrez saisir un nouveau code dans ${duration(seconds)}.`,
  'lockedOut.over': 'Vous pouvez de nouveau saisir un code.',

  'approved.finishingTitle': 'Demande approuvée',
  'approved.finishingText': 'Finalisation de votre connexion…',
  'approved.title': 'Connexion réussie',
  'approved.text': 'Votre connexion a été approuvée.',

  'denied.title': 'Connexion refusée',
  'denied.text': 'La demande a été refusée sur votre téléphone. Personne n’a donc pu se connecter.',
  'denied.report': 'Ce n’était pas moi',
  'denied.reported':
    'Merci de nous avoir prévenus. Si vous recevez d’autres demandes dont vous n’êtes pas à l’origine, refusez-les.',

  'expired.title': 'La demande a expiré',
  'expired.text':
    'Elle n’a pas été approuvée à temps. Envoyez-en une nouvelle quand vous aurez votre téléphone à portée de main.',
  'expired.retry': 'Envoyer une nouvelle demande',

  'timedOut.title': 'Vous êtes toujours là\u00a0?',
  'timedOut.text':
    'Nous avons fait une pause. La demande sur votre téléphone est toujours ouverte et vous pouvez continuer à l’attendre.',
  'timedOut.keepWaiting': 'Continuer à attendre',

  'action.useCode': 'Utiliser plutôt un code',
  'action.backToPush': 'Revenir à la demande sur le téléphone',
  'action.pushInstead': 'Approuver plutôt sur le téléphone',
  'action.retry': 'Réessayer',
  'action.cancel': 'Annuler',
  'action.back': 'Retour',
  'action.close': 'Fermer',

  'error.offline.title': 'Vous êtes hors ligne',
  'error.offline.text': 'Vérifiez votre accès à Internet, puis réessayez.',
  'error.network.title': 'Le service est injoignable',
  'error.network.text': 'Vérifiez votre accès à Internet, puis réessayez.',
  'error.timeout.title': 'L’attente est trop longue',
  'error.timeout.text': 'Le service de connexion n’a pas répondu à temps. Réessayez dans un instant.',
  'error.rateLimited.title': 'Trop de demandes',
  'error.rateLimited.text': 'Patientez une minute, puis réessayez.',
  'error.unavailable.title': 'La connexion n’est pas disponible',
  'error.unavailable.text': 'Le service de connexion rencontre un problème. Réessayez dans quelques minutes.',
  'error.badResponse.title': 'Un problème est survenu',
  'error.badResponse.text':
    'Nous n’avons pas pu lire la réponse du service de connexion. Réessayez dans quelques minutes.',
  'error.unauthorized.title': 'La connexion n’est pas disponible',
  'error.unauthorized.text':
    'Cette application n’a pas pu accéder à son service de connexion. Veuillez prévenir l’assistance de l’application.',
  'error.forbidden.title': 'Vous ne pouvez pas vous connecter ici',
  'error.forbidden.text': 'Cette connexion n’est pas autorisée. Veuillez contacter l’assistance de l’application.',
  'error.notFound.title': 'Cette tentative de connexion est terminée',
  'error.notFound.text': 'La demande n’existe plus. Recommencez.',
  'error.misconfigured.title': 'La connexion est mal configurée',
  'error.misconfigured.text':
    'Vous ne pouvez pas résoudre ce problème vous-même. Veuillez prévenir l’assistance de l’application.',
  'error.refused.title': 'La connexion n’a pas été acceptée',
  'error.refused.text': 'Recommencez. Si cela se reproduit, contactez l’assistance de l’application.',
  'error.inReview.title': 'Votre connexion est en cours d’examen',
  'error.inReview.text':
    'Vous pourrez vous connecter une fois l’examen terminé. Il n’est pas nécessaire d’attendre ici.',
  'error.sessionRefused.title': 'Votre connexion n’a pas pu aboutir',
  'error.sessionRefused.text':
    'Votre approbation nous est parvenue, mais l’application n’a pas pu vous connecter. Recommencez.',
  // The next two are identical, so that they don't reveal whether an account exists.
  'error.unknownUser.title': 'Nous n’avons pas pu envoyer de demande',
  'error.unknownUser.text': 'Vérifiez votre saisie ou utilisez un code.',
  'error.noDevice.title': 'Nous n’avons pas pu envoyer de demande',
  'error.noDevice.text': 'Vérifiez votre saisie ou utilisez un code.',
  'error.unknown.title': 'Un problème est survenu',
  'error.unknown.text': 'Réessayez. Si cela se reproduit, contactez l’assistance de l’application.',
};

/** The French texts of `<TotpSetup>`. */
export const frSetup: SetupMessages = {
  'setup.title': 'Configurez votre application d’authentification',
  'setup.text': 'Scannez ce code avec l’application d’authentification de votre téléphone.',
  'setup.loading': 'Un instant…',
  'setup.qrCode': 'Code QR pour votre application d’authentification. La clé ci-dessous a la même fonction.',
  'setup.openApp': 'Ouvrir dans l’application d’authentification de cet appareil',
  'setup.secret': 'Ou saisissez cette clé manuellement',
  'setup.copySecret': 'Copier la clé',
  'setup.codeText': 'Saisissez ensuite le code affiché par l’application.',
  'setup.confirm': 'Confirmer',
  'setup.copied': 'Copie effectuée.',
  'setup.copyFailed': 'Votre navigateur n’a pas autorisé la copie. Sélectionnez le texte et copiez-le vous-même.',
  'setup.confirmed': 'Votre application d’authentification est configurée',
  'setup.confirmedText': 'Vous pouvez désormais vous connecter avec ses codes.',
  'setup.backupCodes': 'Codes de secours',
  'setup.backupText':
    'Chacun de ces codes vous permet de vous connecter une fois si vous perdez votre téléphone. Conservez-les en lieu sûr\u00a0: ils ne seront plus affichés.',
  'setup.copyCodes': 'Copier les codes',
  'setup.download': 'Télécharger',
  'setup.fileName': 'codes-de-secours.txt',
  'setup.print': 'Imprimer',
  'setup.finish': 'J’ai conservé les codes',
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
