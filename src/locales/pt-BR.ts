import type { Messages, SessionsMessages, SetupMessages } from '../contract/messages.js';
import { dateAndTime, relativeTime } from '../contract/relative-time.js';

const pluralRules = new Intl.PluralRules('pt-BR');
const numbers = new Intl.NumberFormat('pt-BR');

/** Returns the form for the count, with the count instead of `#`. Zero is singular. No text needs the separate form for millions. */
function plural(count: number, one: string, other: string): string {
  return (pluralRules.select(count) === 'one' ? one : other).replace('#', numbers.format(count));
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** The Brazilian Portuguese texts, with “você”. */
export const ptBR: Messages = {
  'idle.title': 'Entrar',
  'idle.text': 'Você aprova o login no seu celular. Não é preciso usar senha.',
  'idle.start': 'Entrar',
  'idle.useCode': 'Entrar com um código',
  'idle.after.cancel':
    'Login cancelado. Talvez a solicitação ainda apareça no seu celular. Você pode recusá-la por lá ou ignorá-la.',
  'idle.after.otherTab': 'Você entrou em outra aba. Recarregue esta página para continuar aqui.',

  'identifier.email': 'E-mail',
  'identifier.emailInvalid': 'Digite um endereço de e-mail, como nome@example.com.',
  'identifier.username': 'Nome de usuário',
  'identifier.usernameInvalid': 'Digite seu nome de usuário.',
  'identifier.phone': 'Número de telefone',
  'identifier.phoneInvalid': 'Digite um número de telefone com o código do país, como +1 555 010 0123.',

  'summary.account': 'Conta',
  'summary.device': 'Enviada para',
  'summary.transaction': 'Para aprovar',

  'pushing.title': 'Enviando a solicitação…',
  'pushing.text': 'Deixe seu celular por perto.',

  'polling.title': 'Confira seu celular',
  'polling.text': 'Abra a solicitação de login no seu celular e aprove. Esta página continuará automaticamente.',
  'polling.displayCode': 'Seu código',
  'polling.displayCodeText':
    'Aprove somente se o seu celular mostrar este código. Se ele pedir que você escolha um código, escolha este.',
  'polling.displayCodeSpoken': (characters) => `Seu código é ${characters}.`,
  'polling.timeLeft': (seconds) => `${plural(seconds, 'Resta', 'Restam')} ${duration(seconds)}`,
  'polling.timeLeftSpoken': (seconds) =>
    plural(seconds, 'Resta # segundo para aprovar.', 'Restam # segundos para aprovar.'),
  'polling.timeLeftLabel': 'Tempo restante para aprovar',
  'polling.reconnecting': 'Reconectando… Sua solicitação continua aberta.',
  'polling.offline': 'Sem conexão. Continuaremos quando ela voltar.',
  'polling.reconnected': 'Conexão restabelecida.',
  'polling.resend': 'Enviar novamente',
  'polling.resendIn': (seconds) => `Enviar novamente em ${duration(seconds)}`,
  'polling.resendFailed': 'Não foi possível enviar outra solicitação. A que está no seu celular continua aberta.',
  'polling.resendLimit': 'Não é possível enviar mais solicitações para este login.',
  'polling.openApp': 'Abrir o app',

  'lateHint.title': 'Nada apareceu no seu celular?',
  'lateHint.openApp': 'Abra o app autenticador: a solicitação está esperando lá.',
  'lateHint.notifications': 'Verifique se o app está instalado e pode enviar notificações.',
  'lateHint.online': 'Verifique se o celular está conectado à internet.',
  'lateHint.useCode': 'Ou use um código: ele não depende da solicitação.',

  'totpEntry.title': 'Digite seu código',
  'totpEntry.text': 'Abra seu app autenticador e digite o código que ele mostra para esta conta.',
  'totpEntry.pushOpen': 'Você ainda pode aprovar a solicitação no seu celular.',
  'totpEntry.label': (digits) => `Código de ${digits} dígitos`,
  'totpEntry.hint': 'Um novo código aparece a cada 30 segundos.',
  'totpEntry.submit': 'Verificar código',
  'totpEntry.verifying': 'Verificando…',
  'totpEntry.incomplete': (digits) => `Digite todos os ${digits} dígitos do código.`,
  'totpEntry.digitsOnly': 'O código contém apenas números.',
  'totpEntry.wrong': 'Este código está incorreto.',
  'totpEntry.wrongAgain':
    'Aguarde o próximo código e confira no app se ele é desta conta. O horário do seu celular deve estar definido como automático.',
  'totpEntry.attemptsLeft': (attempts) => plural(attempts, 'Resta # tentativa.', 'Restam # tentativas.'),
  'totpEntry.fault': 'Não foi possível verificar o código. Isso não contou como tentativa.',

  'lockedOut.title': 'Muitos códigos incorretos',
  'lockedOut.text': 'Para proteger sua conta, não aceitaremos códigos por algum tempo.',
  'lockedOut.retryIn': (seconds) => `Você poderá digitar um código novamente em ${duration(seconds)}.`,
  'lockedOut.over': 'Você já pode digitar um código novamente.',

  'approved.finishingTitle': 'Solicitação aprovada',
  'approved.finishingText': 'Concluindo seu login…',
  'approved.title': 'Você entrou na sua conta',
  'approved.text': 'Seu login foi aprovado.',

  'denied.title': 'Login recusado',
  'denied.text': 'A solicitação foi recusada no seu celular. Por isso, ninguém entrou na conta.',
  'denied.report': 'Não fui eu',
  'denied.reported': 'Agradecemos o aviso. Se chegarem outras solicitações que você não fez, recuse-as.',

  'expired.title': 'A solicitação expirou',
  'expired.text': 'Ela não foi aprovada a tempo. Envie uma nova quando estiver com o celular por perto.',
  'expired.retry': 'Enviar nova solicitação',

  'timedOut.title': 'Você ainda está aí?',
  'timedOut.text': 'Fizemos uma pausa. A solicitação no seu celular continua aberta, e você pode continuar aguardando.',
  'timedOut.keepWaiting': 'Continuar aguardando',

  'action.useCode': 'Usar um código',
  'action.backToPush': 'Voltar à solicitação no celular',
  'action.pushInstead': 'Aprovar pelo celular',
  'action.retry': 'Tentar novamente',
  'action.cancel': 'Cancelar',
  'action.back': 'Voltar',
  'action.close': 'Fechar',

  'error.offline.title': 'Você está sem conexão',
  'error.offline.text': 'Verifique sua conexão e tente novamente.',
  'error.network.title': 'Não foi possível conectar',
  'error.network.text': 'Verifique sua conexão e tente novamente.',
  'error.timeout.title': 'Está demorando demais',
  'error.timeout.text': 'O serviço de login não respondeu a tempo. Tente novamente em instantes.',
  'error.rateLimited.title': 'Muitas solicitações',
  'error.rateLimited.text': 'Aguarde um minuto e tente novamente.',
  'error.unavailable.title': 'O login não está disponível',
  'error.unavailable.text': 'O serviço de login está com um problema no momento. Tente novamente em alguns minutos.',
  'error.badResponse.title': 'Algo deu errado',
  'error.badResponse.text': 'Não foi possível ler a resposta do serviço de login. Tente novamente em alguns minutos.',
  'error.unauthorized.title': 'O login não está disponível',
  'error.unauthorized.text': 'Este app não conseguiu acessar o serviço de login. Avise o suporte do app.',
  'error.forbidden.title': 'Você não pode entrar aqui',
  'error.forbidden.text': 'Este login não é permitido. Fale com o suporte do app.',
  'error.notFound.title': 'Este login foi encerrado',
  'error.notFound.text': 'A solicitação não existe mais. Comece novamente.',
  'error.misconfigured.title': 'O login não está configurado corretamente',
  'error.misconfigured.text': 'Não há nada que você possa fazer por aqui. Avise o suporte do app.',
  'error.refused.title': 'O login não foi aceito',
  'error.refused.text': 'Comece novamente. Se acontecer de novo, fale com o suporte do app.',
  'error.inReview.title': 'Seu login está em análise',
  'error.inReview.text': 'Você poderá entrar quando a análise terminar. Não é preciso esperar aqui.',
  'error.sessionRefused.title': 'Não foi possível concluir seu login',
  'error.sessionRefused.text':
    'Recebemos sua aprovação, mas o app não conseguiu entrar na sua conta. Comece novamente.',
  // The next two are identical, so that they don't reveal whether an account exists.
  'error.unknownUser.title': 'Não foi possível enviar a solicitação',
  'error.unknownUser.text': 'Confira o que você digitou ou use um código.',
  'error.noDevice.title': 'Não foi possível enviar a solicitação',
  'error.noDevice.text': 'Confira o que você digitou ou use um código.',
  'error.unknown.title': 'Algo deu errado',
  'error.unknown.text': 'Tente novamente. Se acontecer de novo, fale com o suporte do app.',
};

/** The Brazilian Portuguese texts of `<TotpSetup>`. */
export const ptBRSetup: SetupMessages = {
  'setup.title': 'Configure seu app autenticador',
  'setup.text': 'Escaneie este código com o app autenticador do seu celular.',
  'setup.loading': 'Um momento…',
  'setup.qrCode': 'Código QR para seu app autenticador. A chave abaixo tem a mesma função.',
  'setup.openApp': 'Abrir no app autenticador deste dispositivo',
  'setup.secret': 'Ou digite esta chave manualmente',
  'setup.copySecret': 'Copiar chave',
  'setup.codeText': 'Depois, digite o código que o app mostrar.',
  'setup.confirm': 'Confirmar',
  'setup.copied': 'Copiado.',
  'setup.copyFailed': 'Seu navegador não permitiu copiar. Selecione o texto e copie-o manualmente.',
  'setup.confirmed': 'Seu app autenticador está configurado',
  'setup.confirmedText': 'A partir de agora, você pode entrar com os códigos dele.',
  'setup.backupCodes': 'Códigos de backup',
  'setup.backupText':
    'Cada um deles permite entrar uma única vez se você perder o celular. Guarde-os em um local seguro: eles só são mostrados agora.',
  'setup.copyCodes': 'Copiar códigos',
  'setup.download': 'Baixar',
  'setup.fileName': 'codigos-de-backup.txt',
  'setup.print': 'Imprimir',
  'setup.finish': 'Já salvei os códigos',
};

/** The Brazilian Portuguese texts of `<CibaSessions>`. */
export const ptBRSessions: SessionsMessages = {
  'sessions.title': 'Onde você está conectado',
  'sessions.loading': 'Um momento…',
  'sessions.current': 'Este dispositivo',
  'sessions.device': (browser, system) => `${browser} no ${system}`,
  'sessions.unknownDevice': 'Dispositivo desconhecido',
  'sessions.lastUsed': (secondsAgo) => `Último uso: ${relativeTime('pt-BR', secondsAgo)}`,
  'sessions.signedInAt': (time) => `Login em ${dateAndTime('pt-BR', time)}`,
  'sessions.push': 'Aprovado no seu celular',
  'sessions.code': 'Com um código de autenticação',
  'sessions.end': 'Sair',
  'sessions.endSpoken': (device) => `Sair de ${device}`,
  'sessions.ended': (device) => `Você saiu de ${device}.`,
  'sessions.endOthers': 'Sair de todos os outros dispositivos',
  'sessions.confirm': (devices) =>
    devices === 1 ? 'Sair de 1 outro dispositivo?' : `Sair de ${devices} outros dispositivos?`,
  'sessions.othersEnded': 'Você saiu de todos os outros dispositivos.',
  'sessions.noOthers': 'Você não está conectado em nenhum outro dispositivo.',
};
