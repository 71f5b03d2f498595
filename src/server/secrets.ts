import { createHash, createHmac, randomBytes, randomInt } from 'node:crypto';

/** 256 random bits, so that no one can guess a cookie or the ID of a login. */
export function createToken(): string {
  return randomBytes(32).toString('base64url');
}

/** A random value that only has to differ from all others: 96 bits. Knowing it gives no access. */
export function createNonce(): string {
  return randomBytes(12).toString('base64url');
}

/**
 * Characters of a hash in the store, 132 bits. Each start writes dozens of them, and no one can find a second text for a hash
 * of half the length either.
 */
export const HASH_CHARACTERS = 22;

/**
 * Replaces a cookie, an ID or a hint in the store. An attacker who reads the store can neither use them nor see who
 * signs in.
 */
export function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, HASH_CHARACTERS);
}

/**
 * One key for every spelling of the same login hint. It folds more than most directories do (case, accents, compatibility
 * forms, spaces, invisible characters), so that another spelling can't bypass a limit.
 */
export function userKey(loginHint: string): string {
  return hash('user', foldHint(loginHint));
}

/** Accents of Latin, Greek and Cyrillic letters. In other scripts, marks are vowels. */
const ACCENTS = /[\u0300-\u036f]/g;

function foldHint(loginHint: string): string {
  return (
    loginHint
      .normalize('NFKD')
      // Some letters only meet in upper case: ß and ss, the dotless i, both forms of sigma.
      .toUpperCase()
      .toLowerCase()
      .normalize('NFKD')
      .replace(ACCENTS, '')
      .replace(/[\p{C}\s]/gu, '')
      .replaceAll('ς', 'σ')
  );
}

/** The key of an account that the app named. Names are exact: two that differ in case can be two people. */
export function accountKey(name: string): string {
  return hash('account', name);
}

/** The key of an account that only has a login hint. */
export function hintAccountKey(loginHint: string): string {
  return hash('hint-account', foldHint(loginHint));
}

/** Replaces an account in events. Only the owner of `auditKey` can tell which account it is. */
export function auditName(auditKey: string, account: string): string {
  return createHmac('sha256', auditKey).update(account).digest('base64url');
}

// Leaves out 0 O, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V, which are easily misread when comparing two screens.
const CLEAR_CHARACTERS = 'ACDEFHJKMNPQRTWXY3479';

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

/** Replaces each `X` of a pattern with a random clear character. */
function fill(pattern: string): string {
  return pattern.replace(/X/g, () => pick(CLEAR_CHARACTERS));
}

/**
 * A short code for both screens: digits such as `4827`, which can't be mistaken for an authenticator code, or letters
 * and digits such as `K7Q-4MX`.
 */
export function createDisplayCode(kind: 'digits' | 'letters'): string {
  return kind === 'digits' ? String(randomInt(10_000)).padStart(4, '0') : fill('XXX-XXX');
}

/** What a user tells support about an error, such as `K7Q4-MX2P`. The event has it, too, and it reveals nothing. */
export function createReference(): string {
  return fill('XXXX-XXXX');
}

/** A random display code of the given form. */
export function displayCodeLike(form: string): string {
  return form.replace(/9/g, () => pick('0123456789')).replace(/A/g, () => pick('ABCDEFGHIJKLMNOPQRSTUVWXYZ'));
}
