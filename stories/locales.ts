import type { Messages } from 'react-ciba';
import type { ApprovalMessages } from 'react-ciba/approvals';
import type { InboxMessages } from 'react-ciba/inbox';
import type { SessionsMessages } from 'react-ciba/sessions';
import type { SetupMessages } from 'react-ciba/totp-setup';

const modules = import.meta.glob<Record<string, unknown>>('../src/locales/*.ts', { eager: true });

function isMessages(value: unknown): value is Messages {
  return typeof value === 'object' && value !== null && 'idle.title' in value;
}

/** The texts of every supported language, by language tag. */
export const LOCALES: ReadonlyMap<string, Messages> = new Map(
  Object.entries(modules).flatMap(([path, exports]) => {
    const messages = Object.values(exports).find(isMessages);
    const tag = path.replace(/^.*\/|\.ts$/g, '');
    return messages ? [[tag, messages] as const] : [];
  }),
);

function isSetupMessages(value: unknown): value is SetupMessages {
  return typeof value === 'object' && value !== null && 'setup.title' in value;
}

/** The texts of one language. Falls back to English. */
export function messagesOf(tag: string): Messages {
  const messages = LOCALES.get(tag) ?? LOCALES.get('en');
  if (!messages) throw new Error('src/locales/en.ts has no texts.');
  return messages;
}

/** The additional texts of `<TotpSetup>` in one language. Falls back to English. */
export function setupMessagesOf(tag: string): SetupMessages {
  const exports = modules[`../src/locales/${tag}.ts`] ?? modules['../src/locales/en.ts'] ?? {};
  const messages = Object.values(exports).find(isSetupMessages);
  if (!messages) throw new Error(`src/locales/${tag}.ts has no texts of <TotpSetup>.`);
  return messages;
}

function isSessionsMessages(value: unknown): value is SessionsMessages {
  return typeof value === 'object' && value !== null && 'sessions.title' in value;
}

/** The additional texts of `<CibaSessions>` in one language. Falls back to English. */
export function sessionsMessagesOf(tag: string): SessionsMessages {
  const exports = modules[`../src/locales/${tag}.ts`] ?? modules['../src/locales/en.ts'] ?? {};
  const messages = Object.values(exports).find(isSessionsMessages);
  if (!messages) throw new Error(`src/locales/${tag}.ts has no texts of <CibaSessions>.`);
  return messages;
}

function isApprovalMessages(value: unknown): value is ApprovalMessages {
  return typeof value === 'object' && value !== null && 'approval.eyebrow' in value;
}

/** The additional texts of `<CibaApproval>` in one language. Falls back to English. */
export function approvalMessagesOf(tag: string): ApprovalMessages {
  const exports = modules[`../src/locales/${tag}.ts`] ?? modules['../src/locales/en.ts'] ?? {};
  const messages = Object.values(exports).find(isApprovalMessages);
  if (!messages) throw new Error(`src/locales/${tag}.ts has no texts of <CibaApproval>.`);
  return messages;
}

function isInboxMessages(value: unknown): value is InboxMessages {
  return typeof value === 'object' && value !== null && 'inbox.title' in value;
}

/** The additional texts of `<CibaInbox>` and `<CibaDevices>` in one language. Falls back to English. */
export function inboxMessagesOf(tag: string): InboxMessages {
  const exports = modules[`../src/locales/${tag}.ts`] ?? modules['../src/locales/en.ts'] ?? {};
  const messages = Object.values(exports).find(isInboxMessages);
  if (!messages) throw new Error(`src/locales/${tag}.ts has no texts of <CibaInbox>.`);
  return messages;
}

/** The writing direction of a language. */
export function directionOf(tag: string): 'ltr' | 'rtl' {
  return /^(ar|fa|he|ur)\b/.test(tag) ? 'rtl' : 'ltr';
}
