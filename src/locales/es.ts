import type { Messages, SessionsMessages, SetupMessages } from '../contract/messages.js';
import { dateAndTime, relativeTime } from '../contract/relative-time.js';

const pluralRules = new Intl.PluralRules('es');
const numbers = new Intl.NumberFormat('es');

/** Returns the form for the count, with the count instead of `#`. Spanish has a separate form for millions, which no text needs. */
function plural(count: number, one: string, other: string): string {
  return (pluralRules.select(count) === 'one' ? one : other).replace('#', numbers.format(count));
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** The Spanish texts, with “tú”, for both Spain and Latin America. */
export const es: Messages = {
  'idle.title': 'Iniciar sesión',
  'idle.text': 'Aprobarás el inicio de sesión en tu teléfono. No necesitas contraseña.',
  'idle.start': 'Iniciar sesión',
  'idle.useCode': 'Iniciar sesión con un código',
  'idle.after.cancel':
    'Inicio de sesión cancelado. Es posible que tu teléfono aún muestre la solicitud. Puedes rechazarla allí o ignorarla.',
  'idle.after.otherTab': 'Has iniciado sesión en otra pestaña. Vuelve a cargar esta página para continuar aquí.',

  'identifier.email': 'Correo electrónico',
  'identifier.emailInvalid': 'Escribe una dirección de correo electrónico, por ejemplo, nombre@example.com.',
  'identifier.username': 'Nombre de usuario',
  'identifier.usernameInvalid': 'Escribe tu nombre de usuario.',
  'identifier.phone': 'Número de teléfono',
  'identifier.phoneInvalid': 'Escribe un número de teléfono con el código de país, por ejemplo, +1 555 010 0123.',

  'summary.account': 'Cuenta',
  'summary.device': 'Enviada a',
  'summary.transaction': 'Por aprobar',

  'pushing.title': 'Enviando la solicitud…',
  'pushing.text': 'Ten tu teléfono a mano.',

  'polling.title': 'Revisa tu teléfono',
  'polling.text':
    'Abre la solicitud de inicio de sesión en tu teléfono y apruébala. Esta página continuará automáticamente.',
  'polling.displayCode': 'Tu código',
  'polling.displayCodeText':
    'Aprueba la solicitud solo si tu teléfono muestra este código. Si te pide elegir uno, elige este.',
  'polling.displayCodeSpoken': (characters) => `Tu código es ${characters}.`,
  'polling.timeLeft': (seconds) => `${plural(seconds, 'Queda', 'Quedan')} ${duration(seconds)}`,
  'polling.timeLeftSpoken': (seconds) =>
    plural(seconds, 'Queda # segundo para aprobar.', 'Quedan # segundos para aprobar.'),
  'polling.timeLeftLabel': 'Tiempo restante para aprobar',
  'polling.reconnecting': 'Reconectando… Tu solicitud sigue abierta.',
  'polling.offline': 'Sin conexión. Continuaremos cuando vuelva.',
  'polling.reconnected': 'Conexión recuperada.',
  'polling.resend': 'Enviar de nuevo',
  'polling.resendIn': (seconds) => `Enviar de nuevo en ${duration(seconds)}`,
  'polling.resendFailed': 'No pudimos enviar otra solicitud. La que está en tu teléfono sigue abierta.',
  'polling.resendLimit': 'No se pueden enviar más solicitudes para este inicio de sesión.',
  'polling.openApp': 'Abrir la aplicación',

  'lateHint.title': '¿No aparece nada en tu teléfono?',
  'lateHint.openApp': 'Abre la aplicación de autenticación: la solicitud te espera allí.',
  'lateHint.notifications': 'Comprueba que la aplicación esté instalada y pueda enviar notificaciones.',
  'lateHint.online': 'Comprueba que el teléfono tenga conexión.',
  'lateHint.useCode': 'O usa un código: no necesita ninguna solicitud.',

  'totpEntry.title': 'Introduce tu código',
  'totpEntry.text': 'Abre tu aplicación de autenticación e introduce el código que muestra para esta cuenta.',
  'totpEntry.pushOpen': 'Todavía puedes aprobar la solicitud en tu teléfono.',
  'totpEntry.label': (digits) => `Código de ${digits} dígitos`,
  'totpEntry.hint': 'Cada 30 segundos aparece un código nuevo.',
  'totpEntry.submit': 'Verificar código',
  'totpEntry.verifying': 'Comprobando…',
  'totpEntry.incomplete': (digits) => `Introduce los ${digits} dígitos del código.`,
  'totpEntry.digitsOnly': 'El código solo contiene números.',
  'totpEntry.wrong': 'El código no es correcto.',
  'totpEntry.wrongAgain':
    'Espera al siguiente código y comprueba que sea el de esta cuenta. La hora de tu teléfono debe ajustarse automáticamente.',
  'totpEntry.attemptsLeft': (attempts) => plural(attempts, 'Te queda # intento.', 'Te quedan # intentos.'),
  'totpEntry.fault': 'No pudimos comprobar el código. Esto no cuenta como intento.',

  'lockedOut.title': 'Demasiados códigos incorrectos',
  'lockedOut.text': 'Para proteger tu cuenta, no se aceptan códigos durante un tiempo.',
  'lockedOut.retryIn': (seconds) => `Podrás introducir otro código en ${duration(seconds)}.`,
  'lockedOut.over': 'Ya puedes introducir un código de nuevo.',

  'approved.finishingTitle': 'Solicitud aprobada',
  'approved.finishingText': 'Completando el inicio de sesión…',
  'approved.title': 'Has iniciado sesión',
  'approved.text': 'Se aprobó tu inicio de sesión.',

  'denied.title': 'Inicio de sesión rechazado',
  'denied.text': 'La solicitud se rechazó en tu teléfono, así que nadie inició sesión.',
  'denied.report': 'No fui yo',
  'denied.reported': 'Gracias por avisarnos. Si llegan más solicitudes que no hayas pedido, recházalas.',

  'expired.title': 'La solicitud ha caducado',
  'expired.text': 'No se aprobó a tiempo. Envía una nueva cuando tengas tu teléfono a mano.',
  'expired.retry': 'Enviar otra solicitud',

  'timedOut.title': '¿Sigues ahí?',
  'timedOut.text': 'Hicimos una pausa. La solicitud en tu teléfono sigue abierta y puedes seguir esperando.',
  'timedOut.keepWaiting': 'Seguir esperando',

  'action.useCode': 'Usar un código',
  'action.backToPush': 'Volver a la solicitud del teléfono',
  'action.pushInstead': 'Aprobar en el teléfono',
  'action.retry': 'Intentar de nuevo',
  'action.cancel': 'Cancelar',
  'action.back': 'Volver',
  'action.close': 'Cerrar',

  'error.offline.title': 'No tienes conexión',
  'error.offline.text': 'Comprueba tu conexión e inténtalo de nuevo.',
  'error.network.title': 'No pudimos conectarnos',
  'error.network.text': 'Comprueba tu conexión e inténtalo de nuevo.',
  'error.timeout.title': 'Está tardando demasiado',
  'error.timeout.text': 'El servicio de inicio de sesión no respondió a tiempo. Inténtalo de nuevo en un momento.',
  'error.rateLimited.title': 'Demasiadas solicitudes',
  'error.rateLimited.text': 'Espera un minuto e inténtalo de nuevo.',
  'error.unavailable.title': 'El inicio de sesión no está disponible',
  'error.unavailable.text':
    'El servicio de inicio de sesión tiene un problema en este momento. Inténtalo de nuevo en unos minutos.',
  'error.badResponse.title': 'Algo salió mal',
  'error.badResponse.text':
    'No pudimos leer la respuesta del servicio de inicio de sesión. Inténtalo de nuevo en unos minutos.',
  'error.unauthorized.title': 'El inicio de sesión no está disponible',
  'error.unauthorized.text':
    'Esta aplicación no pudo acceder a su servicio de inicio de sesión. Avisa al soporte de la aplicación.',
  'error.forbidden.title': 'No puedes iniciar sesión aquí',
  'error.forbidden.text': 'Este inicio de sesión no está permitido. Consulta con el soporte de la aplicación.',
  'error.notFound.title': 'Este inicio de sesión ya terminó',
  'error.notFound.text': 'La solicitud ya no existe. Empieza de nuevo.',
  'error.misconfigured.title': 'El inicio de sesión no está bien configurado',
  'error.misconfigured.text': 'No puedes resolverlo desde aquí. Avisa al soporte de la aplicación.',
  'error.refused.title': 'No se aceptó el inicio de sesión',
  'error.refused.text': 'Empieza de nuevo. Si vuelve a ocurrir, consulta con el soporte de la aplicación.',
  'error.inReview.title': 'Tu inicio de sesión está en revisión',
  'error.inReview.text': 'Podrás iniciar sesión cuando termine la revisión. No hace falta que esperes aquí.',
  'error.sessionRefused.title': 'No pudimos completar el inicio de sesión',
  'error.sessionRefused.text':
    'Recibimos tu aprobación, pero la aplicación no pudo iniciar tu sesión. Empieza de nuevo.',
  // The next two are identical, so that they don't reveal whether an account exists.
  'error.unknownUser.title': 'No pudimos enviar la solicitud',
  'error.unknownUser.text': 'Comprueba los datos que escribiste o usa un código.',
  'error.noDevice.title': 'No pudimos enviar la solicitud',
  'error.noDevice.text': 'Comprueba los datos que escribiste o usa un código.',
  'error.unknown.title': 'Algo salió mal',
  'error.unknown.text': 'Inténtalo de nuevo. Si vuelve a ocurrir, consulta con el soporte de la aplicación.',
};

/** The Spanish texts of `<TotpSetup>`. */
export const esSetup: SetupMessages = {
  'setup.title': 'Configura tu aplicación de autenticación',
  'setup.text': 'Escanea este código con la aplicación de autenticación de tu teléfono.',
  'setup.loading': 'Un momento…',
  'setup.qrCode': 'Código QR para tu aplicación de autenticación. La clave que aparece debajo sirve para lo mismo.',
  'setup.openApp': 'Abrir en la aplicación de autenticación de este dispositivo',
  'setup.secret': 'O introduce esta clave manualmente',
  'setup.copySecret': 'Copiar clave',
  'setup.codeText': 'Después, introduce el código que muestra la aplicación.',
  'setup.confirm': 'Confirmar',
  'setup.copied': 'Copiado.',
  'setup.copyFailed': 'Tu navegador no permitió copiar. Selecciona el texto y cópialo manualmente.',
  'setup.confirmed': 'Tu aplicación de autenticación está configurada',
  'setup.confirmedText': 'A partir de ahora puedes iniciar sesión con sus códigos.',
  'setup.backupCodes': 'Códigos de respaldo',
  'setup.backupText':
    'Con cada uno puedes iniciar sesión una sola vez si pierdes tu teléfono. Guárdalos en un lugar seguro: solo se muestran ahora.',
  'setup.copyCodes': 'Copiar códigos',
  'setup.download': 'Descargar',
  'setup.fileName': 'codigos-de-respaldo.txt',
  'setup.print': 'Imprimir',
  'setup.finish': 'Ya los guardé',
};

/** The Spanish texts of `<CibaSessions>`. */
export const esSessions: SessionsMessages = {
  'sessions.title': 'Dónde has iniciado sesión',
  'sessions.loading': 'Un momento…',
  'sessions.current': 'Este dispositivo',
  'sessions.device': (browser, system) => `${browser} en ${system}`,
  'sessions.unknownDevice': 'Dispositivo desconocido',
  'sessions.lastUsed': (secondsAgo) => `Último uso: ${relativeTime('es', secondsAgo)}`,
  'sessions.signedInAt': (time) => `Sesión iniciada: ${dateAndTime('es', time)}`,
  'sessions.push': 'Aprobada en tu teléfono',
  'sessions.code': 'Con un código de autenticación',
  'sessions.end': 'Cerrar sesión',
  'sessions.endSpoken': (device) => `Cerrar sesión en ${device}`,
  'sessions.ended': (device) => `Se ha cerrado la sesión en ${device}.`,
  'sessions.endOthers': 'Cerrar sesión en los demás dispositivos',
  'sessions.confirm': (devices) =>
    devices === 1 ? '¿Cerrar sesión en 1 dispositivo más?' : `¿Cerrar sesión en ${devices} dispositivos más?`,
  'sessions.othersEnded': 'Se ha cerrado la sesión en los demás dispositivos.',
  'sessions.noOthers': 'No has iniciado sesión en ningún otro dispositivo.',
};
