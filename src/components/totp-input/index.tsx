'use client';

import { forwardRef, useEffect, useImperativeHandle, useRef, useState } from 'react';
import type { ClipboardEvent, ComponentPropsWithoutRef, MouseEvent, ReactNode } from 'react';
import { DIGITS, isCompleteCode, normalizeCode, TOTP_LENGTH } from '../../contract/code.js';
import useIsomorphicLayoutEffect from '../../react/use-isomorphic-layout-effect.js';
import { useLatest } from '../../react/use-latest.js';
import { PropWarnings } from './dev-warnings.js';
import {
  hasFocus,
  insertText,
  isForeign,
  patternOf,
  rangeToReplace,
  reasonOf,
  reconcile,
  slotAt,
  write,
} from './editing.js';
import type { TotpValueChangeReason } from './editing.js';

export type { TotpValueChangeReason } from './editing.js';

export interface TotpValueChangeDetails {
  readonly reason: TotpValueChangeReason;
  /** The event that caused the change. `null` for text that was in the field before the page's scripts ran. */
  readonly event: Event | null;
}

type NativeInputProps = Omit<
  ComponentPropsWithoutRef<'input'>,
  'value' | 'defaultValue' | 'type' | 'maxLength' | 'size' | 'dir' | 'style' | 'children'
>;

export interface TotpInputProps extends NativeInputProps {
  /** The code, if the app holds it. Otherwise only the field holds it. */
  value?: string;
  /** @default '' */
  defaultValue?: string;
  /** The number of characters, from 4 to 10. @default 6 */
  length?: number;
  /**
   * The characters of a code, such as `'23456789ABCDEFGHJKLMNPQRSTUVWXYZ'` for a backup code. Letters typed in the
   * other case are converted; anything else is dropped. @default '0123456789'
   */
  alphabet?: string;
  /** The sizes of groups with a separator between them, such as `[3, 3]`. They must add up to `length`. */
  groups?: readonly number[];
  /** Shown between two groups. It is decoration and not part of the value. @default a short line */
  separator?: ReactNode;
  /** Shows dots instead of the code. The field stays a text field, because browsers save password fields. @default false */
  mask?: boolean;
  /** Called with the current value once for each change. */
  onValueChange?: (value: string, details: TotpValueChangeDetails) => void;
  /**
   * Called when the code becomes complete, whatever the input method. It is called once for each new complete value.
   * If it throws or rejects, that becomes an unhandled rejection and the field continues to work.
   */
  onComplete?: (value: string) => unknown;
  /** Called when typed or pasted text had no character of the alphabet, so nothing changed. */
  onValueInvalid?: (details: { readonly reason: 'type' | 'paste'; readonly event: Event }) => void;
  /** For the element around the field. All other props go to the field itself. */
  className?: string;
}

// React's own select event is silent inside a shadow root, and it has none for beforeinput and selectionchange.
const CARET_EVENTS = ['focus', 'blur', 'keyup', 'select', 'selectionchange'];

/**
 * A field for a code: one native input with decorative boxes behind its characters. It accepts what people really type,
 * paste and dictate, and autofill and password managers fill it like any other field.
 *
 * It is uncontrolled inside. React would copy a controlled value into the `value` attribute, where a code doesn't belong,
 * and rewriting the field on each key would break undo and composition.
 *
 * In development, it warns about invalid props in the console. The field works all the same.
 *
 * @example
 * <label htmlFor="code">6-digit code</label>
 * <TotpInput id="code" name="code" required onComplete={(code) => verify(code)} />
 */
export const TotpInput = forwardRef<HTMLInputElement, TotpInputProps>(function TotpInput(
  {
    value: controlled,
    defaultValue = '',
    length: givenLength = TOTP_LENGTH,
    alphabet = DIGITS,
    groups,
    separator,
    mask = false,
    onValueChange,
    onComplete,
    onValueInvalid,
    className,
    onInput,
    onChange,
    onPaste,
    onClick,
    onCompositionEnd,
    ...inputProps
  },
  forwardedRef,
) {
  const length = usableLength(givenLength);
  const inputRef = useRef<HTMLInputElement>(null);
  const slotsRef = useRef<HTMLDivElement>(null);
  useImperativeHandle(forwardedRef, () => inputRef.current as HTMLInputElement, []);

  // Keep the first value, because React writes `defaultValue` into the `value` attribute whenever it changes.
  const [initial] = useState(() => normalizeCode(controlled ?? defaultValue, length, alphabet));
  // The state that the boxes show. It doesn't include the code.
  const [look, setLook] = useState({ filled: initial.length, active: -1 });
  const shownLook = useRef(look);
  const lastValue = useRef(initial);
  const composing = useRef(false);
  const pasting = useRef(false);

  const syncLook = (force = false) => {
    const input = inputRef.current;
    if (!input) return;
    const filled = Math.min(lastValue.current.length, length);
    const active = hasFocus(input) ? Math.min(input.selectionStart ?? filled, length - 1) : -1;
    const shown = shownLook.current;
    if (force || shown.filled !== filled || shown.active !== active) setLook((shownLook.current = { filled, active }));
  };

  const publish = (next: string, details: TotpValueChangeDetails) => {
    const changed = next !== lastValue.current;
    lastValue.current = next;
    // An app that holds the value may refuse the change. Only a render then restores the field.
    syncLook(changed && controlled !== undefined);
    if (!changed) return;
    onValueChange?.(next, details);
    if (!onComplete || details.reason === 'reset' || !isCompleteCode(next, length, alphabet)) return;
    // Errors from `onComplete` are left unhandled on purpose, as if it had been called outside the field.
    void new Promise((resolve) => resolve(onComplete(next)));
  };

  /** Reads the field after the browser changed it. */
  const readField = (event: Event) => {
    const input = inputRef.current;
    if (!input) return;
    // A compositionend event doesn't have this property, so it counts as not composing.
    composing.current = (event as Partial<InputEvent>).isComposing === true;
    const text = input.value;
    const { value: next, caret } = reconcile(text, input.selectionStart ?? text.length, { length, alphabet });
    // Rewriting would end a composition, so until it ends the field may show more than the value has.
    if (text !== next && !composing.current) {
      write(input, next, caret);
      if (next === lastValue.current && isForeign(text, alphabet)) onValueInvalid?.({ reason: 'type', event });
    }
    publish(next, { reason: pasting.current && next !== '' ? 'paste' : reasonOf(event, next), event });
  };

  // Text that the field wouldn't keep is corrected before the browser inserts it. A rewrite afterwards would break undo.
  const mendInsertion = (event: InputEvent) => {
    const input = event.currentTarget as HTMLInputElement;
    const dropped = event.inputType === 'insertFromDrop';
    if (!(dropped || event.inputType === 'insertText') || event.isComposing || !event.data || !event.cancelable) return;
    const clean = normalizeCode(event.data, length, alphabet);
    const { text, start, end } = rangeToReplace(input, clean, length);
    if (text === event.data && start === input.selectionStart && end === input.selectionEnd) return;
    event.preventDefault();
    pasting.current = dropped;
    if (text) insertText(input, text, start, end);
    else if (isForeign(event.data, alphabet)) onValueInvalid?.({ reason: dropped ? 'paste' : 'type', event });
    pasting.current = false;
  };

  /** Picks up text that came without an event: typed before hydration, or restored by the browser with the page. */
  const adoptText = (input: HTMLInputElement) => {
    if (controlled !== undefined || input.value === lastValue.current) return;
    const next = normalizeCode(input.value, length, alphabet);
    if (input.value !== next) write(input, next, next.length);
    publish(next, { reason: 'autofill', event: null });
  };

  const latest = useLatest({ syncLook, publish, mendInsertion, adoptText });

  // After each render, the app's value wins if it holds one. That includes a change that it refused.
  useIsomorphicLayoutEffect(() => {
    const input = inputRef.current;
    if (controlled === undefined || !input || composing.current) return;
    const value = normalizeCode(controlled, length, alphabet);
    if (input.value === value && lastValue.current === value) return;
    lastValue.current = value;
    if (input.value !== value) write(input, value, value.length);
    syncLook();
  });

  useEffect(() => {
    const input = inputRef.current;
    if (!input) return;
    const onCaret = () => latest.current.syncLook();
    const onBeforeInput = (event: InputEvent) => latest.current.mendInsertion(event);
    for (const event of CARET_EVENTS) input.addEventListener(event, onCaret);
    input.addEventListener('beforeinput', onBeforeInput);
    latest.current.adoptText(input);
    // Autofocus happened before this effect.
    onCaret();
    return () => {
      for (const event of CARET_EVENTS) input.removeEventListener(event, onCaret);
      input.removeEventListener('beforeinput', onBeforeInput);
    };
  }, [latest]);

  const { form } = inputProps;
  useEffect(() => {
    const owner = inputRef.current?.form;
    if (!owner) return;
    // The event fires before the browser resets the field, so read the coming value from the attribute.
    const onReset = (event: Event) => {
      if (event.defaultPrevented) return;
      latest.current.publish(inputRef.current?.defaultValue ?? '', { reason: 'reset', event });
    };
    owner.addEventListener('reset', onReset);
    return () => owner.removeEventListener('reset', onReset);
  }, [form, latest]);

  const handlePaste = (event: ClipboardEvent<HTMLInputElement>) => {
    onPaste?.(event);
    const input = event.currentTarget;
    if (event.defaultPrevented || input.readOnly || input.disabled) return;
    event.preventDefault();
    const pasted = normalizeCode(event.clipboardData.getData('text'), length, alphabet);
    if (pasted === '') {
      onValueInvalid?.({ reason: 'paste', event: event.nativeEvent });
      return;
    }
    const { text, start, end } = rangeToReplace(input, pasted, length);
    pasting.current = true;
    insertText(input, text, start, end);
    pasting.current = false;
  };

  const handleClick = (event: MouseEvent<HTMLInputElement>) => {
    onClick?.(event);
    const input = event.currentTarget;
    // A click on a character selects it, so that the next key replaces it. A drag or a double click makes its own selection.
    if (event.defaultPrevented || event.detail !== 1 || input.selectionStart !== input.selectionEnd) return;
    const index = slotAt(slotsRef.current, event.clientX, event.clientY);
    if (index >= 0) {
      const end = input.value.length;
      input.setSelectionRange(Math.min(index, end), Math.min(index + 1, end));
    }
    syncLook();
  };

  const state = look.filled >= length ? 'complete' : look.filled > 0 ? 'partial' : 'empty';
  const invalid = String(inputProps['aria-invalid']) === 'true';
  const groupEnds = endsOf(groups);

  return (
    <div
      className={className}
      data-scope="totp-input"
      data-part="root"
      data-state={state}
      data-length={length}
      data-grouped={groups ? '' : undefined}
      data-mask={mask ? '' : undefined}
      data-invalid={invalid ? '' : undefined}
      data-disabled={inputProps.disabled ? '' : undefined}
      data-readonly={inputProps.readOnly ? '' : undefined}
      dir="ltr"
      translate="no"
    >
      <div ref={slotsRef} data-scope="totp-input" data-part="slots" aria-hidden="true">
        {Array.from({ length }, (_, index) => (
          <span
            key={index}
            data-scope="totp-input"
            data-part="slot"
            data-active={index === look.active ? '' : undefined}
            data-filled={index < look.filled ? '' : undefined}
          >
            {index + 1 < length && groupEnds.includes(index + 1) && (
              <span data-scope="totp-input" data-part="separator">
                {separator}
              </span>
            )}
          </span>
        ))}
      </div>
      <input
        autoComplete="one-time-code"
        inputMode={alphabet === DIGITS ? 'numeric' : 'text'}
        pattern={patternOf({ length, alphabet })}
        spellCheck={false}
        autoCapitalize={/[A-Z]/.test(alphabet) && !/[a-z]/.test(alphabet) ? 'characters' : 'off'}
        autoCorrect="off"
        {...inputProps}
        ref={inputRef}
        type="text"
        data-scope="totp-input"
        data-part="input"
        data-state={state}
        defaultValue={initial}
        // The app's own handlers run afterwards, so that they see the corrected field.
        onInput={(event) => {
          readField(event.nativeEvent);
          onInput?.(event);
        }}
        // Some password managers only fire a change event after they filled in a value.
        onChange={(event) => {
          readField(event.nativeEvent);
          onChange?.(event);
        }}
        onPaste={handlePaste}
        onClick={handleClick}
        onCompositionEnd={(event) => {
          readField(event.nativeEvent);
          onCompositionEnd?.(event);
        }}
      />
      {process.env.NODE_ENV !== 'production' && (
        <PropWarnings
          {...{ length, alphabet, inputRef, form, name: inputProps.name }}
          given={{ length: givenLength, value: controlled ?? defaultValue, groups }}
        />
      )}
    </div>
  );
});

/** The length if boxes can be drawn for it, otherwise the default. */
function usableLength(length: number): number {
  return Number.isInteger(length) && length >= 4 && length <= 10 ? length : TOTP_LENGTH;
}

/** The number of characters before the end of each group. */
function endsOf(groups: readonly number[] = []): number[] {
  let end = 0;
  return groups.map((size) => (end += size));
}
