import type { LoginView, Messages } from 'react-ciba';

export interface Words {
  readonly title: string;
  readonly text: string;
}

/** The title and the text of each screen, in the current language. */
export function wordsOf(login: LoginView, messages: Messages): Words {
  switch (login.status) {
    case 'idle':
      return {
        title: messages['idle.title'],
        text: login.after ? messages[`idle.after.${login.after}`] : messages['idle.text'],
      };
    case 'approved':
      return login.finishing
        ? { title: messages['approved.finishingTitle'], text: messages['approved.finishingText'] }
        : { title: messages['approved.title'], text: messages['approved.text'] };
    case 'denied':
      return {
        title: messages['denied.title'],
        text: login.reported ? messages['denied.reported'] : messages['denied.text'],
      };
    case 'failed':
      return {
        title: messages[`error.${login.error.code}.title`],
        text: messages[`error.${login.error.code}.text`],
      };
    default:
      return { title: messages[`${login.status}.title`], text: messages[`${login.status}.text`] };
  }
}
