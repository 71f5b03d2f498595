import { createHash, randomBytes, randomInt } from 'node:crypto';

/** 256 random bits, so that no one can guess a cookie or the ID of a login. */
export function createToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Stands in the store for a cookie, an ID or a hint, so that someone who reads the store can neither use them nor see who
 * signs in.
 */
export function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/**
 * One key for every spelling of the same login hint. It folds more than most directories do (case, compatibility forms,
 * spaces, invisible characters), so that another spelling can't bypass a limit.
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

// Leaves out 0 O, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V, which are easily misread when comparing two screens.
const CLEAR_CHARACTERS = 'ACDEFHJKMNPQRTWXY3479';

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

/** A short code for both screens, such as `K7Q-4MX`. */
export function createDisplayCode(): string {
  return Array.from('XXX-XXX', (place) => (place === '-' ? '-' : pick(CLEAR_CHARACTERS))).join('');
}

/** The form of a display code without its content: a digit becomes `9`, a letter becomes `A`, the rest stays. */
export function displayCodeForm(code: string): string {
  return code.replace(/\p{Nd}/gu, '9').replace(/\p{L}/gu, 'A');
}

/** A random display code of the given form. */
export function displayCodeLike(form: string): string {
  return form.replace(/9/g, () => pick('0123456789')).replace(/A/g, () => pick('ABCDEFGHIJKLMNOPQRSTUVWXYZ'));
}
