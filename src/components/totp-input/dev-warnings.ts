import { normalizeCode } from '../../contract/code.js';
import { devWarning, type WarningCode } from '../../contract/dev-warning.js';
import type { CodeShape } from './editing.js';

interface Checked extends CodeShape {
  readonly given: { readonly length: number; readonly value: string; readonly groups: string | undefined };
}

/** Warns in development about props that the field can't use. No warning quotes a code. */
export function checkProps({ length, alphabet, given }: Checked): void {
  if (given.length !== length)
    say(
      'totp-length',
      `length={${given.length}} is no whole number from 4 to 10, so ${length} is used. Give the code's length.`,
    );
  if (alphabet === '')
    say('totp-alphabet', 'alphabet is empty, so nothing can be typed. List the characters of a code, or leave it out.');
  if (given.groups !== undefined && given.groups.split(',').reduce((sum, size) => sum + Number(size), 0) !== length)
    say('totp-groups', `groups={[${given.groups}]} do not add up to the length ${length}. For 6 digits, give [3, 3].`);
  if (given.value.length > length)
    say(
      'totp-value',
      `the value is longer than the length ${length}, so it was cut. Give a value of at most ${length}.`,
    );
  else if (normalizeCode(given.value, length, alphabet) !== given.value)
    say(
      'totp-value',
      'the value has characters that no code has, so they were dropped. Give it as onValueChange does.',
    );
}

/** Warns about two fields with the same name, because a form would send both. */
export function checkName(input: HTMLInputElement | null): void {
  const named = input?.name && input.form?.elements.namedItem(input.name);
  // The browser returns a single field as itself, and several as a list.
  if (named && named !== input)
    say('totp-name', `the form has another field named "${input.name}", so it sends two. Give each a name of its own.`);
}

function say(code: WarningCode, problem: string): void {
  devWarning(code, `<TotpInput>: ${problem}`);
}
