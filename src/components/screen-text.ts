import type { Messages } from '../contract/messages.js';
import type { LoginView } from '../machine/view.js';

export interface ScreenText {
  readonly title: string;
  readonly text: string;
}

/** What each screen is called and says: one source for what is shown and what is announced. */
export function screenText(view: LoginView, messages: Messages): ScreenText {
  switch (view.status) {
    case 'idle':
      return {
        title: messages['idle.title'],
        text: view.after === null ? messages['idle.text'] : messages[`idle.after.${view.after}`],
      };
    case 'approved':
      return view.finishing
        ? { title: messages['approved.finishingTitle'], text: messages['approved.finishingText'] }
        : { title: messages['approved.title'], text: messages['approved.text'] };
    case 'denied':
      return {
        title: messages['denied.title'],
        text: view.reported ? messages['denied.reported'] : messages['denied.text'],
      };
    case 'failed':
      return {
        title: messages[`error.${view.error.code}.title`],
        text: messages[`error.${view.error.code}.text`],
      };
    case 'pushing':
    case 'polling':
    case 'totpEntry':
    case 'lockedOut':
    case 'expired':
    case 'timedOut':
      return { title: messages[`${view.status}.title`], text: messages[`${view.status}.text`] };
  }
}

/** What the live region says when a screen comes up; `withTitle` is false where the focus reads the title already. */
export function announcement(view: LoginView, messages: Messages, withTitle: boolean): string {
  const { title, text } = screenText(view, messages);
  const code = view.status === 'polling' ? view.push.displayCode : undefined;
  return [withTitle && title, text, code && messages['polling.displayCodeSpoken'](Array.from(code).join(' '))]
    .filter(Boolean)
    .join(' ');
}
