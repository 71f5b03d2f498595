import { createHash, randomBytes, randomInt } from 'node:crypto';

/** 256 random bits: nobody guesses a cookie or the id of a login. */
export function createToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * What stands in the store instead of a cookie, an id or a hint, so that whoever reads the store can neither use them
 * nor see who signs in.
 */
export function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/**
 * One key for all the ways to write the same login hint. It folds more than most directories do (case, compatibility
 * forms, spaces, invisible characters), so that another spelling is no way round a limit.
 */
export function userKey(loginHint: string): string {
  return hash(
    'user',
    loginHint
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[\p{C}\s]/gu, ''),
  );
}

// Without 0 O, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V: they are read wrong across two screens.
const CLEAR_CHARACTERS = 'ACDEFHJKMNPQRTWXY3479';

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

/** A short code for both screens, such as `K7Q-4MX`. */
export function createDisplayCode(): string {
  return Array.from('XXX-XXX', (place) => (place === '-' ? '-' : pick(CLEAR_CHARACTERS))).join('');
}

/** The form of a display code without its content: a digit becomes `9`, a letter `A`, the rest stays. */
export function displayCodeForm(code: string): string {
  return code.replace(/\p{Nd}/gu, '9').replace(/\p{L}/gu, 'A');
}

/** A random display code of the given form. */
export function displayCodeLike(form: string): string {
  return form.replace(/9/g, () => pick('0123456789')).replace(/A/g, () => pick('ABCDEFGHIJKLMNOPQRSTUVWXYZ'));
}
