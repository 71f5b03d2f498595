/** Digits of an authenticator code (RFC 6238 with the 6 digits that authenticator apps use). */
export const TOTP_LENGTH = 6;

/** What an authenticator code is made of. */
export const DIGITS = '0123456789';

/** A decimal digit of any script: Unicode has them in runs from 0 to 9 (general category Nd). */
const DIGIT = /^\p{Nd}$/u;

function toAsciiDigit(digit: string): string {
  const point = digit.codePointAt(0) as number;
  let value = 0;
  while (DIGIT.test(String.fromCodePoint(point - value - 1))) value++;
  return String(value % 10);
}

function toMember(character: string, alphabet: string): string {
  const digit = DIGIT.test(character) ? toAsciiDigit(character) : character;
  const forms = [character, digit, character.toUpperCase(), character.toLowerCase()];
  return forms.find((form) => alphabet.includes(form)) ?? '';
}

/**
 * What a user meant by what was typed or pasted: compatibility forms folded, digits of other scripts turned into
 * ASCII ones, the other case taken where only that is in `alphabet`, everything else dropped, cut to `length`.
 *
 * @example
 * normalizeCode('Your code is 123-456.'); // '123456'
 */
export function normalizeCode(text: string, length: number = TOTP_LENGTH, alphabet: string = DIGITS): string {
  return Array.from(text.normalize('NFKC'), (character) => toMember(character, alphabet))
    .join('')
    .slice(0, length);
}

/** Whether `code` is exactly `length` characters of `alphabet`. */
export function isCompleteCode(code: string, length: number = TOTP_LENGTH, alphabet: string = DIGITS): boolean {
  return code.length === length && normalizeCode(code, length, alphabet) === code;
}
