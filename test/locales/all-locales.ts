import type {
  ApprovalMessages,
  InboxMessages,
  Messages,
  SessionsMessages,
  SetupMessages,
} from '../../src/contract/index.js';

export interface Locale {
  /** Its BCP 47 tag, which is the name of its file. */
  readonly tag: string;
  readonly messages: Messages;
  readonly setup: SetupMessages;
  readonly sessions: SessionsMessages;
  readonly approval: ApprovalMessages;
  readonly inbox: InboxMessages;
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
    inbox: exports[`${name}Inbox`] as InboxMessages,
  };
});

/** The languages that are not the one that all others are compared with. */
export const translations = locales.filter(({ tag }) => tag !== 'en');

export type Text = string | ((value: never) => string);

/** Numbers that meet every plural category of these languages and both kinds of duration. */
const COUNTS = [0, 1, 2, 3, 5, 6, 10, 11, 21, 45, 59, 60, 61, 62, 65, 100, 102, 120, 125, 600, 659];
const AMOUNTS = [{ value: '1240.00', currency: 'EUR' }];
const NAMES = ['Example'];

/** For texts whose value isn't a count. */
const SAMPLES: Readonly<Record<string, readonly unknown[]>> = {
  'polling.displayCodeSpoken': ['4 7'],
  'spoken.join': [['1', '2.', '3?']],
  'approval.amount': AMOUNTS,
  'approval.payee': NAMES,
  'inbox.amount': AMOUNTS,
  'inbox.payee': NAMES,
  'inbox.from': NAMES,
  'inbox.devices.removeSpoken': NAMES,
  'inbox.devices.confirm': NAMES,
  'inbox.devices.removed': NAMES,
  ...Object.fromEntries(
    ['signIn', 'payment', 'call', 'task', 'other', 'device'].map((kind) => [`inbox.${kind}.title`, NAMES]),
  ),
};

/** What a text says; one with a value, for each of the samples. */
export function sayings(key: string, text: Text): string[] {
  return typeof text === 'string' ? [text] : (SAMPLES[key] ?? COUNTS).map((sample) => text(sample as never));
}

/** All texts of a language but those of the panel of sessions, which have a test of their own. */
export function textsOf({ messages, setup, approval, inbox }: Locale): [string, Text][] {
  return Object.entries<Text>({ ...messages, ...setup, ...approval, ...inbox });
}
