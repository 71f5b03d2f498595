import type { Messages } from 'react-ciba';

const modules = import.meta.glob<Record<string, unknown>>('../src/locales/*.ts', { eager: true });

function isMessages(value: unknown): value is Messages {
  return typeof value === 'object' && value !== null && 'idle.title' in value;
}

/** The texts of every language that the library has, by language tag. */
export const LOCALES: ReadonlyMap<string, Messages> = new Map(
  Object.entries(modules).flatMap(([path, exports]) => {
    const messages = Object.values(exports).find(isMessages);
    const tag = path.replace(/^.*\/|\.ts$/g, '');
    return messages ? [[tag, messages] as const] : [];
  }),
);

/** The texts of one language; English where there is no such language. */
export function messagesOf(tag: string): Messages {
  const messages = LOCALES.get(tag) ?? LOCALES.get('en');
  if (!messages) throw new Error('src/locales/en.ts has no texts.');
  return messages;
}

/** The writing direction of a language. */
export function directionOf(tag: string): 'ltr' | 'rtl' {
  return /^(ar|fa|he|ur)\b/.test(tag) ? 'rtl' : 'ltr';
}
