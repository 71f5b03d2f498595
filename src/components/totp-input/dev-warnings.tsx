import { useEffect } from 'react';
import type { RefObject } from 'react';
import { normalizeCode } from '../../contract/code.js';
import { devWarning } from '../../contract/dev-warning.js';
import type { WarningCode } from '../../contract/dev-warning.js';
import type { CodeShape } from './editing.js';

export interface PropWarningsProps extends CodeShape {
  inputRef: RefObject<HTMLInputElement | null>;
  form: string | undefined;
  name: string | undefined;
  given: { readonly length: number; readonly value: string; readonly groups: readonly number[] | undefined };
}

/**
 * Warns about props that the field can't use, and about two fields with the same name, because a form would send both. It
 * renders nothing. A component can be left out of production builds, and an effect can't. No warning quotes a code.
 */
export function PropWarnings({ length, alphabet, inputRef, form, name, given }: PropWarningsProps) {
  const groups = given.groups?.join();
  useEffect(() => {
    if (given.length !== length)
      say(
        'totp-length',
        `length={${given.length}} isn't a whole number from 4 to 10, so ${length} is used. Set it to the code's length.`,
      );
    if (alphabet === '')
      say(
        'totp-alphabet',
        'alphabet is empty, so nothing can be typed. List the characters of a code, or leave it out.',
      );
    if (groups !== undefined && groups.split(',').reduce((sum, size) => sum + Number(size), 0) !== length)
      say('totp-groups', `groups={[${groups}]} don't add up to the length ${length}. For 6 digits, use [3, 3].`);
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
  }, [alphabet, given.length, given.value, groups, length]);

  useEffect(() => {
    const input = inputRef.current;
    const named = input?.name && input.form?.elements.namedItem(input.name);
    // The browser returns a single field as itself, and several as a list.
    if (named && named !== input)
      say(
        'totp-name',
        `the form has another field named "${input.name}", so both are submitted. Give each field its own name.`,
      );
  }, [form, inputRef, name]);

  return null;
}

function say(code: WarningCode, problem: string): void {
  devWarning(code, `<TotpInput>: ${problem}`);
}
