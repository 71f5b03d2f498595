import { formatAmount } from '../contract/amount.js';
import { clock, joinSentences, spellClock, spellTime, spellUnit } from '../contract/durations.js';
import type { ApprovalMessages, Messages, SessionsMessages, SetupMessages } from '../contract/messages.js';
import { dateAndTime, relativeTime } from '../contract/relative-time.js';

const pluralRules = new Intl.PluralRules('pt-BR');

/** Returns the form for the count, with the count instead of `#`. Zero is singular. No text needs the separate form for millions. */
function plural(count: number, one: string, other: string): string {
  return (pluralRules.select(count) === 'one' ? one : other).replace('#', String(count));
}

/** The Brazilian Portuguese texts, with “você”. */
export const ptBR: Messages = {
  'idle.title': 'Entrar',
  'idle.text': 'Aprove uma solicitação no seu celular. Não é preciso senha.',
  'idle.start': 'Enviar solicitação',
  'idle.useCode': 'Usar código do autenticador',
  'idle.after.cancel': 'Cancelado. Se ainda houver uma solicitação no seu celular, você pode ignorá-la.',
  'idle.after.otherTab': 'Você entrou em outra aba. Recarregue esta página para continuar.',

  'identifier.email': 'E-mail',
  'identifier.emailInvalid': 'Digite seu e-mail, como nome@example.com.',
  'identifier.username': 'Nome de usuário',
  'identifier.usernameInvalid': 'Digite seu nome de usuário.',
  'identifier.phone': 'Número de telefone',
  'identifier.phoneInvalid': 'Digite seu número de telefone, como +55 11 5555 0123.',

  'summary.account': 'Conta',
  'summary.device': 'Enviada para',
  'summary.transaction': 'Solicitação',

  'pushing.title': 'Enviando solicitação…',
  'pushing.text': 'Deixe seu celular por perto.',

  'polling.title': 'Confira seu celular',
  'polling.text': 'Aprove a solicitação no seu celular. Esta página será atualizada.',
  'polling.displayCode': 'Número de controle',
  'polling.displayCodeText': 'Aprove somente se o seu celular mostrar este número.',
  'polling.displayCodeEnter': 'Digite este número no seu celular.',
  'polling.displayCodeSpoken': (characters) => `Número de controle: ${characters}.`,
  'polling.timeLeft': (seconds) => `Tempo: ${clock(seconds)}`,
  'polling.timeLeftValue': (seconds) => `Tempo restante: ${spellClock('pt-BR', seconds)}`,
  'polling.timeLeftSpoken': (seconds) => `Tempo para aprovar: ${spellUnit('pt-BR', seconds, 'second')}.`,
  'polling.timeLeftLabel': 'Tempo restante para aprovar',
  'polling.reconnecting': 'Reconectando… Você ainda pode aprovar.',
  'polling.offline': 'Sem conexão. Conecte-se para continuar.',
  'polling.reconnected': 'Conexão restabelecida.',
  'polling.resend': 'Enviar nova solicitação',
  'polling.resendIn': (seconds) => `Nova solicitação em ${clock(seconds)}`,
  'polling.resent': 'Nova solicitação enviada. Aprove a mais recente no seu celular.',
  'polling.resendFailed': 'Não foi possível enviar outra solicitação.',
  'polling.resendLimit': 'Sem mais solicitações',
  'polling.resendLimitSpoken': 'Não podemos enviar mais solicitações. Você ainda pode aprovar a última.',
  'polling.openApp': 'Abrir o app autenticador',

  'lateHint.title': 'Nenhuma solicitação no celular?',
  'lateHint.openApp': 'Abra seu app autenticador. A solicitação pode estar lá.',
  'lateHint.account': 'Confira se a conta mostrada aqui está correta.',
  'lateHint.notifications': 'Confira se o app pode enviar notificações para você.',
  'lateHint.online': 'Confira se o seu celular está conectado à internet.',
  'lateHint.useCode': 'Ou use um código do autenticador. Ele funciona sem solicitação.',

  'totpEntry.title': 'Digite seu código',
  'totpEntry.text': 'Digite o código do seu app autenticador.',
  'totpEntry.pushOpen': 'Solicitação ainda aberta',
  'totpEntry.label': (digits) => `Código de ${digits} dígitos`,
  'totpEntry.hint': 'O código muda a cada 30 segundos.',
  'totpEntry.submit': 'Verificar código',
  'totpEntry.verifying': 'Verificando…',
  'totpEntry.incomplete': (digits) => `Digite todos os ${digits} dígitos.`,
  'totpEntry.digitsOnly': 'Digite somente dígitos.',
  'totpEntry.wrong': 'Esse código não funcionou. Digite o código atual.',
  'totpEntry.wrongAgain': 'Confira se ele é desta conta e se o celular ajusta a hora automaticamente.',
  'totpEntry.attemptsLeft': (attempts) => plural(attempts, 'Resta # tentativa.', 'Restam # tentativas.'),
  'totpEntry.fault': 'Não foi possível verificar seu código. Isso não conta como tentativa.',

  'lockedOut.title': 'Muitos códigos incorretos',
  'lockedOut.text': 'Para proteger esta conta, pausamos os códigos do autenticador.',
  'lockedOut.retryIn': (seconds) => `Você poderá digitar um código em ${spellTime('pt-BR', seconds)}.`,
  'lockedOut.over': 'Você já pode digitar um código.',

  'approved.finishingTitle': 'Verificado',
  'approved.finishingText': 'Entrando na sua conta…',
  'approved.title': 'Você entrou',
  'approved.text': 'Você pode continuar.',

  'denied.title': 'Solicitação recusada',
  'denied.text': 'Ela foi recusada no seu celular. Se foi um engano, envie outra.',
  'denied.retry': 'Enviar nova solicitação',
  'denied.report': 'Eu não recusei',
  'denied.reportedTitle': 'Obrigado por nos avisar',
  'denied.reported': 'Outra pessoa pode estar usando seu celular. Se você não está com ele, fale com o suporte agora.',

  'expired.title': 'Solicitação expirada',
  'expired.text': 'Ela não foi aprovada a tempo. Confira se a conta está correta e envie outra.',
  'expired.retry': 'Enviar nova solicitação',

  'timedOut.title': 'Você ainda está aí?',
  'timedOut.text': 'Esta página parou de esperar, mas a solicitação ainda está aberta no seu celular.',
  'timedOut.keepWaiting': 'Continuar esperando',

  'action.useCode': 'Usar código do autenticador',
  'action.backToPush': 'Voltar à solicitação',
  'action.pushInstead': 'Usar o celular',
  'action.retry': 'Tentar de novo',
  'action.cancel': 'Cancelar',
  'action.back': 'Voltar',
  'action.close': 'Fechar',
  'action.changeAccount': 'Trocar de conta',
  'action.reload': 'Recarregar a página',
  'action.contactSupport': 'Falar com o suporte',
  'action.copyReference': 'Copiar referência',
  or: 'ou',

  'error.retryIn': (seconds) => `Você poderá tentar de novo em ${spellTime('pt-BR', seconds)}.`,
  'error.retryLater': 'Tente de novo em alguns minutos.',
  'error.reference': 'Referência',
  'error.referenceText': 'O suporte vai pedir esta referência.',
  'error.referenceCopied': 'Referência copiada.',
  'error.offline.title': 'Você está sem conexão',
  'error.offline.text': 'Conecte-se à internet e tente de novo.',
  'error.network.title': 'Não foi possível conectar',
  'error.network.text': 'Confira sua conexão com a internet e tente de novo.',
  'error.timeout.title': 'Está demorando demais',
  'error.timeout.text': 'Não recebemos resposta. Tente de novo.',
  'error.rateLimited.title': 'Muitas tentativas',
  'error.rateLimited.text': 'Para proteger esta conta, limitamos o número de tentativas.',
  'error.unavailable.title': 'Indisponível no momento',
  'error.unavailable.text': 'O problema é do nosso lado.',
  'error.badResponse.title': 'Algo deu errado',
  'error.badResponse.text':
    'Recebemos uma resposta inesperada. Tente de novo. Se estiver em um Wi-Fi público, confira se ele está conectado.',
  'error.unauthorized.title': 'Isto não funciona agora',
  'error.unauthorized.text': 'O problema é do nosso lado, e tentar de novo não vai ajudar. Fale com o suporte.',
  'error.forbidden.title': 'Você não pode fazer isto aqui',
  'error.forbidden.text': 'Abra esta página no endereço habitual. Se não ajudar, fale com o suporte.',
  'error.notFound.title': 'Esta solicitação terminou',
  'error.notFound.text': 'Envie outra para continuar.',
  'error.misconfigured.title': 'Isto não funciona agora',
  'error.misconfigured.text': 'O problema é do nosso lado, e tentar de novo não vai ajudar. Fale com o suporte.',
  'error.refused.title': 'Solicitação não aceita',
  'error.refused.text': 'Aprove com a conta certa. Se foi o que você fez, fale com o suporte.',
  'error.inReview.title': 'Estamos analisando a solicitação',
  'error.inReview.text': 'Você poderá continuar depois da análise. Você não precisa fazer nada.',
  'error.sessionRefused.title': 'Não foi possível entrar',
  'error.sessionRefused.text':
    'Você foi verificado, mas algo deu errado depois disso. Tente de novo ou fale com o suporte.',
  // The next two are identical, so that they don't reveal whether an account exists.
  'error.unknownUser.title': 'Não foi possível enviar',
  'error.unknownUser.text': 'Confira se a conta está correta ou tente de outro jeito.',
  'error.noDevice.title': 'Não foi possível enviar',
  'error.noDevice.text': 'Confira se a conta está correta ou tente de outro jeito.',
  'error.unknown.title': 'Algo deu errado',
  'error.unknown.text': 'Tente de novo. Se acontecer outra vez, fale com o suporte.',

  'spoken.join': (parts) => joinSentences(parts),
};

/** The Brazilian Portuguese texts of approvals. */
export const ptBRApproval: ApprovalMessages = {
  'approval.idle.title': 'Aprovar esta solicitação',
  'approval.idle.text': 'Enviaremos uma solicitação para o seu celular.',
  'approval.idle.start': 'Enviar solicitação',
  'approval.idle.after.otherTab': 'Você aprovou isto em outra aba. Recarregue esta página para continuar.',
  'approval.approved.finishingText': 'Concluindo…',
  'approval.approved.title': 'Solicitação aprovada',
  'approval.denied.text': 'Ela foi recusada no seu celular.',
  'approval.expired.text': 'Ela não foi aprovada a tempo.',
  'approval.error.sessionRefused.title': 'Não foi possível concluir',
  'approval.eyebrow': 'Pagamento para aprovar',
  'approval.amount': (amount) => formatAmount('pt-BR', amount),
  'approval.payee': (payee) => `para ${payee}`,
};

/** The Brazilian Portuguese texts of `<TotpSetup>`. */
export const ptBRSetup: SetupMessages = {
  'setup.title': 'Configure seu app autenticador',
  'setup.text': 'Escaneie este código QR com seu app autenticador.',
  'setup.loading': 'Preparando seu código QR…',
  'setup.qrCode':
    'Código QR para configurar seu app autenticador. Você também pode digitar a chave de configuração abaixo.',
  'setup.openApp': 'Abrir em um app neste dispositivo',
  'setup.secret': 'Ou digite esta chave de configuração',
  'setup.copySecret': 'Copiar chave de configuração',
  'setup.codeText': 'Depois digite o código que o app mostra.',
  'setup.confirm': 'Verificar código',
  'setup.codeFault': 'Não foi possível verificar seu código.',
  'setup.copied': 'Copiado',
  'setup.copyFailed': 'Não foi possível copiar. Selecione o texto e copie.',
  'setup.failedTitle': 'Não foi possível começar',
  'setup.failedText': 'Tente de novo. Se acontecer outra vez, fale com o suporte.',
  'setup.sessionEndedTitle': 'Sua sessão terminou',
  'setup.sessionEndedText': 'Entre de novo e depois configure seu app autenticador.',
  'setup.startOver': 'Começar de novo',
  'setup.confirmed': 'Seu app autenticador está pronto',
  'setup.confirmedText': 'Você já pode usar os códigos dele.',
  'setup.backupCodes': 'Códigos de backup',
  'setup.backupText':
    'Use um se perder seu celular. Cada um funciona uma vez. Salve-os agora, você não os verá de novo.',
  'setup.copyCodes': 'Copiar códigos de backup',
  'setup.download': 'Baixar',
  'setup.fileName': 'codigos-de-backup.txt',
  'setup.print': 'Imprimir',
  'setup.finish': 'Salvei meus códigos de backup',
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
