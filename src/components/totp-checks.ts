import { normalizeCode, TOTP_LENGTH } from '../contract/code.js';
import type { CodeShape } from './totp-editing.js';

/** Lets the browser show an error of the app's code like any uncaught one, and everything else go on. */
export function report(problem: string, cause?: unknown): void {
  const error = new Error(`<TotpInput>: ${problem}`, cause === undefined ? undefined : { cause });
  queueMicrotask(() => {
    throw error;
  });
}

/** A length that boxes can be drawn for; for any other the usual one. */
export function usableLength(length: number): number {
  return Number.isInteger(length) && length >= 4 && length <= 10 ? length : TOTP_LENGTH;
}

interface Checked extends CodeShape {
  readonly given: { readonly length: number; readonly value: string; readonly groups: readonly number[] | undefined };
}

/** Reports what the app gave and the field cannot use. For development; no text here quotes a code. */
export function checkProps({ length, alphabet, given }: Checked): void {
  if (given.length !== length)
    report(`length={${given.length}} is no whole number from 4 to 10, so ${length} is used. Give the code's length.`);
  if (alphabet === '')
    report('alphabet is empty, so nothing can be typed. List the characters of a code, or leave it out.');
  if (given.groups && given.groups.reduce((sum, size) => sum + size, 0) !== length)
    report(`groups={[${given.groups}]} do not add up to the length ${length}. For 6 digits, give [3, 3].`);
  if (given.value.length > length)
    report(`the value is longer than the length ${length}, so it was cut. Give a value of at most ${length}.`);
  else if (normalizeCode(given.value, length, alphabet) !== given.value)
    report('the value has characters that no code has, so they were dropped. Give it as onValueChange does.');
}

/** Two fields of one name: a form would send both. */
export function checkName(input: HTMLInputElement): void {
  const named = input.name && input.form?.elements.namedItem(input.name);
  // One field comes as itself, several as a list.
  if (named && named !== input)
    report(`the form has another field named "${input.name}", so it sends two. Give each a name of its own.`);
}
