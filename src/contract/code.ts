/** Digits of an authenticator code (RFC 6238 with the 6 digits that authenticator apps use). */
export const TOTP_LENGTH = 6;

/** What an authenticator code is made of. */
export const DIGITS = '0123456789';

// The first code point of each block of ten decimal digits that people's keyboards produce. NFKC folds full-width
// digits to ASCII, but not these.
const DIGIT_ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50];

function toAsciiDigit(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  for (const zero of DIGIT_ZEROS) {
    if (point >= zero && point < zero + 10) return String(point - zero);
  }
  return character;
}

function toMember(character: string, alphabet: string): string {
  const folded = toAsciiDigit(character);
  const forms = [folded, folded.toUpperCase(), folded.toLowerCase()];
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
