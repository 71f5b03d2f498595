import type { ApprovalMessages, Messages, SessionsMessages, SetupMessages } from '../../src/contract/index.js';

export interface Locale {
  /** Its BCP 47 tag, which is the name of its file. */
  readonly tag: string;
  readonly messages: Messages;
  readonly setup: SetupMessages;
  readonly sessions: SessionsMessages;
  readonly approval: ApprovalMessages;
}

const modules = import.meta.glob<Record<string, unknown>>('../../src/locales/*.ts', { eager: true });

/** Every file of src/locales. */
export const locales: readonly Locale[] = Object.entries(modules).map(([path, exports]) => {
  const tag = path.replace(/^.*\/|\.ts$/g, '');
  const name = tag.replace('-', '');
  return {
    tag,
    messages: exports[name] as Messages,
    setup: exports[`${name}Setup`] as SetupMessages,
    sessions: exports[`${name}Sessions`] as SessionsMessages,
    approval: exports[`${name}Approval`] as ApprovalMessages,
  };
});

/** The languages that are not the one that all others are compared with. */
export const translations = locales.filter(({ tag }) => tag !== 'en');
