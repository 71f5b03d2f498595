import { waitText } from '../contract/error-class.js';
import type { Messages } from '../contract/messages.js';
import type { LoginView } from '../machine/view.js';

export interface ScreenText {
  readonly title: string;
  readonly text: string;
}

/** The title and text of each screen: one source for what is shown and what is announced. */
export function screenText(view: LoginView, messages: Messages): ScreenText {
  const screen = view.status === 'failed' ? (`error.${view.error.code}` as const) : view.status;
  const title = messages[`${screen}.title`];
  if (view.status === 'idle' && view.after) return { title, text: messages[`idle.after.${view.after}`] };
  if (view.status === 'denied' && view.reported)
    return { title: messages['denied.reportedTitle'], text: messages['denied.reported'] };
  if (view.status === 'approved' && view.finishing)
    return { title: messages['approved.finishingTitle'], text: messages['approved.finishingText'] };
  if (view.status === 'polling' && view.push.displayCode) {
    const entered = view.push.displayCodeUse === 'enter';
    return { title, text: messages[entered ? 'polling.displayCodeEnter' : 'polling.displayCodeText'] };
  }
  return { title, text: messages[`${screen}.text`] };
}

/** The characters one by one, without separators, which screen readers would say as words. */
function spell(code: string): string {
  return Array.from(code.replace(/[^\p{L}\p{N}]/gu, '')).join(' ');
}

/** What the live region says about a new screen. `withTitle` is false if the focus makes screen readers read the title. */
export function announcement(view: LoginView, messages: Messages, withTitle: boolean): string {
  const { title, text } = screenText(view, messages);
  const code = view.status === 'polling' ? view.push.displayCode : undefined;
  const parts = [
    withTitle && title,
    text,
    code && messages['polling.displayCodeSpoken'](spell(code)),
    view.status === 'failed' && waitText(view.error, messages),
  ];
  return messages['spoken.join'](parts.filter((part) => typeof part === 'string' && part !== '') as string[]);
}
