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
      `length={${given.length}} isn't a whole number from 4 to 10, so ${length} is used. Set it to the code's length.`,
    );
  if (alphabet === '')
    say('totp-alphabet', 'alphabet is empty, so nothing can be typed. List the characters of a code, or leave it out.');
  if (given.groups !== undefined && given.groups.split(',').reduce((sum, size) => sum + Number(size), 0) !== length)
    say('totp-groups', `groups={[${given.groups}]} don't add up to the length ${length}. For 6 digits, use [3, 3].`);
  if (given.value.length > length)
    say(
      'totp-value',
      `the value is longer than the length ${length}, so it was cut. Pass at most ${length} characters.`,
    );
  else if (normalizeCode(given.value, length, alphabet) !== given.value)
    say(
      'totp-value',
      'the value has characters that are not in the alphabet, so they were dropped. Pass it as onValueChange reports it.',
    );
}

/** Warns about two fields with the same name, because a form would send both. */
export function checkName(input: HTMLInputElement | null): void {
  const named = input?.name && input.form?.elements.namedItem(input.name);
  // The browser returns a single field as itself, and several as a list.
  if (named && named !== input)
    say(
      'totp-name',
      `the form has another field named "${input.name}", so both are submitted. Give each field its own name.`,
    );
}

function say(code: WarningCode, problem: string): void {
  devWarning(code, `<TotpInput>: ${problem}`);
}
