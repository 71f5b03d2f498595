import { toAsciiDigits } from './code.js';

/** What a cleaned phone number looks like. */
export const PHONE_NUMBER = /^\+?[\d ().\-/]{5,}$/;

/**
 * Cleans what the user typed or pasted as an email address, a phone number or a user name. It removes invisible
 * characters and the spaces around it, and folds full-width forms. In an address it removes spaces beside `@` and dots, trailing
 * punctuation, and what mail programs and links add (`Ada <ada@example.com>`, `mailto:`), and writes an international
 * domain name in ASCII, as browsers do. The part before the `@` isn't changed. In a phone number it writes digits and
 * dashes in ASCII, and removes `tel:`.
 */
export function normalizeLoginHint(text: string): string {
  const hint = text
    .replace(/[\uff01-\uff60]+/g, (wide) => wide.normalize('NFKC'))
    .replace(/(?![\s\u200c\u200d])[\p{Cf}\p{Cc}]/gu, '')
    .replace(/\s+|([ -~]|^)[\u200c\u200d]+/g, (_, before?: string) => before ?? ' ')
    .normalize('NFC')
    .trim();
  if (hint.includes('@')) {
    const address = hint.replace(/ ?([@.<>]) ?/g, '$1').replace(/^([^@]*<)?(mailto:)*|[.,;]*([>?][^@]*)?$/gi, '');
    const split = address.lastIndexOf('@') + 1;
    return address.slice(0, split) + toAsciiDomain(address.slice(split));
  }
  const phone = toAsciiDigits(hint.replace(/^tel: ?/i, '')).replace(/[\p{Pd}\u2212]/gu, '-');
  return PHONE_NUMBER.test(phone) ? phone : hint;
}

function toAsciiDomain(domain: string): string {
  if (/^[ -~]*$/.test(domain)) return domain;
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return domain;
  }
}

/** Returns whether two hints are spellings of the same one: the case and the separators of phone numbers don't count. */
export function isSameHint(a: string, b: string): boolean {
  return toKey(a) === toKey(b);
}

function toKey(text: string): string {
  const hint = normalizeLoginHint(text).toLowerCase();
  return /^[+\d][^@]*$/.test(hint) ? hint.replace(/[ ().\-/]/g, '') : hint;
}
