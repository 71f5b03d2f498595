/**
 * The number of digits in an authenticator code (RFC 6238). Authenticator apps use 6, and the handler and its verifier
 * accept no other number.
 */
export const TOTP_LENGTH = 6;

/** The characters of an authenticator code. */
export const DIGITS = '0123456789';

/** A decimal digit of any script. Unicode orders them in runs from 0 to 9 (general category Nd). */
const DIGIT = /^\p{Nd}$/u;

function toAsciiDigit(digit: string): string {
  const point = digit.codePointAt(0) as number;
  let value = 0;
  while (DIGIT.test(String.fromCodePoint(point - value - 1))) value++;
  return String(value % 10);
}

/** Writes the decimal digits of all scripts in ASCII. */
export function toAsciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, toAsciiDigit);
}

function toMember(character: string, alphabet: string): string {
  const forms = [character, toAsciiDigits(character), character.toUpperCase(), character.toLowerCase()];
  return forms.find((form) => alphabet.includes(form)) ?? '';
}

/**
 * Extracts the code from what the user typed or pasted. It folds compatibility forms and converts digits of other
 * scripts to ASCII. It switches the case of a letter if only the other case is in `alphabet`, and drops all other
 * characters. If the result is too long, it returns the only code of this length in the text, or nothing if there are
 * several. If the text has no words, it cuts the result to `length`.
 *
 * @param length the number of characters. @default 6
 * @param alphabet the characters that a code can have. @default '0123456789'
 *
 * @example
 * normalizeCode('Your code is 123-456.'); // '123456'
 * normalizeCode('Valid for 10 min: 123456'); // '123456'
 */
export function normalizeCode(text: string, length: number = TOTP_LENGTH, alphabet: string = DIGITS): string {
  // A full-width comma isn't a decimal separator. Marks are accents and the boxes of emoji digits.
  const folded = text
    .replaceAll('，', ' ')
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{M}]/gu, '');
  const membersOf = (part: string) => Array.from(part, (character) => toMember(character, alphabet)).join('');
  const all = membersOf(folded);
  if (all.length <= length) return all;
  // Words with other characters aren't codes, and neither are amounts, dates and times. Letters without case don't count:
  // Chinese has no spaces between words, and Korean adds endings to numbers.
  const words = folded.replace(/\p{N}+([.,:/]\p{N}+)+|[\p{LC}\p{N}]+|[^\s\p{Pd}]/gu, (word) =>
    membersOf(word).length === word.length ? word : '#',
  );
  // A code is a word, or all words that only spaces and dashes separate.
  const candidates = words.split('#').flatMap((part) => [part, ...part.split(/[\s\p{Pd}]/u)].map(membersOf));
  const [code, other] = new Set(candidates.filter((candidate) => candidate.length === length));
  // With two codes, none is taken: a wrong one would cost an attempt.
  return other ? '' : (code ?? (words.includes('#') ? '' : all.slice(0, length)));
}

/** Returns whether `code` has exactly `length` characters (6 by default), all of them from `alphabet` (ASCII digits by default). */
export function isCompleteCode(code: string, length: number = TOTP_LENGTH, alphabet: string = DIGITS): boolean {
  return code.length === length && normalizeCode(code, length, alphabet) === code;
}
