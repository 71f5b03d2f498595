'use client';

import {
  forwardRef,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type ClipboardEvent,
  type ComponentPropsWithoutRef,
  type CompositionEvent,
  type MouseEvent,
} from 'react';
import { isCompleteCode, normalizeCode, TOTP_LENGTH } from '../contract/code.js';

/** Why the value changed: `autofill` is everything that the browser or a password manager filled in by itself. */
export type TotpValueChangeReason = 'type' | 'paste' | 'autofill' | 'clear' | 'reset';

export interface TotpValueChangeDetails {
  readonly reason: TotpValueChangeReason;
  /** What caused it; `null` for text that stood in the field before the page's scripts ran. */
  readonly event: Event | null;
}

type NativeInputProps = Omit<
  ComponentPropsWithoutRef<'input'>,
  'value' | 'defaultValue' | 'onChange' | 'type' | 'maxLength' | 'size' | 'dir' | 'style' | 'children'
>;

export interface TotpInputProps extends NativeInputProps {
  /** The code, where the app holds it. Left out: the field holds it, and it stands nowhere else. */
  value?: string;
  /** @default '' */
  defaultValue?: string;
  /** Digits, a whole number from 1 on. @default 6 */
  length?: number;
  /** Called with the digits so far, once for each change of them. */
  onValueChange?: (value: string, details: TotpValueChangeDetails) => void;
  /** Called once when all digits are there, and again only for another code. */
  onComplete?: (value: string) => void;
  /** Called when what was typed or pasted held no digit, so that nothing changed. */
  onValueInvalid?: (details: { readonly reason: 'type' | 'paste'; readonly event: Event }) => void;
  /** For the element around the field; everything else goes to the field itself. */
  className?: string;
}

// On a server the layout effect would warn in React 18 and has nothing to do.
const useIsomorphicLayoutEffect = typeof window === 'undefined' ? useEffect : useLayoutEffect;

/**
 * A field for a code: one native input, with boxes behind its digits that are decoration only. It takes what people
 * really type, paste and dictate, and autofill and password managers fill it like any other field.
 *
 * It is uncontrolled inside: React would mirror a controlled value into the `value` attribute, where a code has no
 * business to be, and rewriting the field on each key would break undo and composition.
 *
 * @example
 * <label htmlFor="code">6-digit code</label>
 * <TotpInput id="code" name="code" required onComplete={(code) => verify(code)} />
 */
export const TotpInput = forwardRef<HTMLInputElement, TotpInputProps>(function TotpInput(
  {
    value: controlled,
    defaultValue = '',
    length = TOTP_LENGTH,
    onValueChange,
    onComplete,
    onValueInvalid,
    className,
    onInput,
    onPaste,
    onClick,
    onCompositionEnd,
    ...inputProps
  },
  forwardedRef,
) {
  assertLength(length);
  const inputRef = useRef<HTMLInputElement>(null);
  const slotsRef = useRef<HTMLDivElement>(null);
  useImperativeHandle(forwardedRef, () => inputRef.current as HTMLInputElement, []);

  // Kept as it was at first: React writes `defaultValue` into the `value` attribute whenever it changes.
  const [initial] = useState(() => normalizeCode(controlled ?? defaultValue, length));
  // What the boxes show; the code itself is not among it.
  const [look, setLook] = useState({ filled: initial.length, active: -1 });
  const lastValue = useRef(initial);
  const composing = useRef(false);
  const pasting = useRef(false);

  const syncLook = useCallback(() => {
    const input = inputRef.current;
    if (!input) return;
    const filled = Math.min(lastValue.current.length, length);
    const active = hasFocus(input) ? Math.min(input.selectionStart ?? filled, length - 1) : -1;
    setLook((look) => (look.filled === filled && look.active === active ? look : { filled, active }));
  }, [length]);

  const publish = useCallback(
    (next: string, details: TotpValueChangeDetails) => {
      if (next !== lastValue.current) {
        lastValue.current = next;
        onValueChange?.(next, details);
        syncLook();
        if (isCompleteCode(next, length)) onComplete?.(next);
      } else {
        syncLook();
      }
    },
    [length, onComplete, onValueChange, syncLook],
  );

  /** Reads the field after the browser changed it. */
  const readField = (event: Event) => {
    const input = inputRef.current;
    if (!input) return;
    // A compositionend has no such property, which is the answer for it.
    composing.current = (event as Partial<InputEvent>).isComposing === true;
    const text = input.value;
    const caret = input.selectionStart ?? text.length;
    const { value: next, caret: nextCaret } = reconcile(text, caret, length);
    // Rewriting during a composition would end it, so the field may show more than counts until it is over.
    if (text !== next && !composing.current) write(input, next, nextCaret);
    if (text !== '' && next === lastValue.current && text.length > next.length && !composing.current) {
      if (/[^0-9\s-]/.test(text)) onValueInvalid?.({ reason: 'type', event });
    }
    publish(next, { reason: pasting.current ? 'paste' : reasonOf(event, next), event });
  };

  // The app's value, where it holds one, wins after each render; so does its refusal of a change.
  useIsomorphicLayoutEffect(() => {
    const input = inputRef.current;
    if (controlled === undefined || !input || composing.current) return;
    const value = normalizeCode(controlled, length);
    if (input.value === value && lastValue.current === value) return;
    lastValue.current = value;
    if (input.value !== value) write(input, value, value.length);
    syncLook();
  });

  // On the field itself: React's select event stays silent inside a shadow root.
  useEffect(() => {
    const input = inputRef.current;
    const events = ['focus', 'blur', 'keyup', 'select', 'selectionchange'];
    for (const event of events) input?.addEventListener(event, syncLook);
    // An autofocus came before.
    if (input && hasFocus(input)) syncLook();
    return () => {
      for (const event of events) input?.removeEventListener(event, syncLook);
    };
  }, [syncLook]);

  // Text that no event told us of: typed before hydration, or put back by the browser with the page.
  useEffect(() => {
    const input = inputRef.current;
    if (!input || controlled !== undefined || composing.current || input.value === lastValue.current) return;
    const next = normalizeCode(input.value, length);
    if (input.value !== next) write(input, next, next.length);
    publish(next, { reason: 'autofill', event: null });
  }, [controlled, length, publish]);

  const { form } = inputProps;
  useEffect(() => {
    const owner = inputRef.current?.form;
    if (!owner) return;
    // The event comes before the browser resets the field, so the value that it will have is taken from the attribute.
    const onReset = (event: Event) => {
      if (event.defaultPrevented) return;
      publish(normalizeCode(inputRef.current?.defaultValue ?? '', length), { reason: 'reset', event });
    };
    owner.addEventListener('reset', onReset);
    return () => owner.removeEventListener('reset', onReset);
  }, [form, length, publish]);

  const handlePaste = (event: ClipboardEvent<HTMLInputElement>) => {
    onPaste?.(event);
    const input = event.currentTarget;
    if (event.defaultPrevented || input.readOnly || input.disabled) return;
    event.preventDefault();
    const digits = normalizeCode(event.clipboardData.getData('text'), length);
    if (digits === '') {
      onValueInvalid?.({ reason: 'paste', event: event.nativeEvent });
      return;
    }
    const whole = digits.length === length;
    const start = whole ? 0 : (input.selectionStart ?? 0);
    let end = whole ? input.value.length : (input.selectionEnd ?? start);
    // What does not fit overwrites the digits after the caret.
    const overflow = input.value.length - (end - start) + digits.length - length;
    if (overflow > 0) end = Math.min(end + overflow, input.value.length);
    pasting.current = true;
    try {
      insertText(input, digits.slice(0, length - start), start, end);
      readField(event.nativeEvent);
    } finally {
      pasting.current = false;
    }
  };

  const handleClick = (event: MouseEvent<HTMLInputElement>) => {
    onClick?.(event);
    const input = event.currentTarget;
    // A click on a digit picks it, so that the next key replaces it. A drag or a double click has its own selection.
    if (event.defaultPrevented || event.detail !== 1 || input.selectionStart !== input.selectionEnd) return;
    const index = slotAt(slotsRef.current, event.clientX, event.clientY);
    if (index >= 0) {
      const end = input.value.length;
      input.setSelectionRange(Math.min(index, end), Math.min(index + 1, end));
    }
    syncLook();
  };

  const state = look.filled >= length ? 'complete' : look.filled > 0 ? 'partial' : 'empty';
  const invalid = inputProps['aria-invalid'] === true || inputProps['aria-invalid'] === 'true';

  return (
    <div
      className={className}
      data-scope="totp-input"
      data-part="root"
      data-state={state}
      data-length={length}
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
          />
        ))}
      </div>
      <input
        autoComplete="one-time-code"
        inputMode="numeric"
        pattern={`[0-9]{${length}}`}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        {...inputProps}
        ref={inputRef}
        type="text"
        data-scope="totp-input"
        data-part="input"
        data-state={state}
        defaultValue={initial}
        onInput={(event) => {
          onInput?.(event);
          if (!pasting.current) readField(event.nativeEvent);
        }}
        // Some password managers announce what they filled in by a change event alone.
        onChange={(event) => {
          if (!pasting.current) readField(event.nativeEvent);
        }}
        onPaste={handlePaste}
        onClick={handleClick}
        onCompositionEnd={(event: CompositionEvent<HTMLInputElement>) => {
          onCompositionEnd?.(event);
          readField(event.nativeEvent);
        }}
      />
    </div>
  );
});

function assertLength(length: number): void {
  if (Number.isInteger(length) && length > 0) return;
  throw new RangeError(`<TotpInput length={${length}}>: a code has a whole number of digits, 1 or more. Use 6.`);
}

/**
 * What the field holds after an edit that the browser made, and where the caret belongs: digits alone, at most
 * `length`. Digits typed into a full field overwrite the ones after the caret.
 */
export function reconcile(text: string, caret: number, length: number): { value: string; caret: number } {
  const all = normalizeCode(text, Infinity);
  const head = normalizeCode(text.slice(0, caret), Infinity);
  const overflow = all.length - length;
  if (overflow <= 0) return { value: all, caret: head.length };
  const tail = all.slice(head.length);
  const kept = head === '' ? all : head + tail.slice(overflow);
  return { value: kept.slice(0, length), caret: Math.min(head.length, length) };
}

function reasonOf(event: Event, next: string): TotpValueChangeReason {
  if (next === '') return 'clear';
  const inputType = (event as Partial<InputEvent>).inputType;
  if (event.type === 'compositionend') return 'type';
  if (!inputType || inputType === 'insertReplacementText') return 'autofill';
  return inputType === 'insertFromPaste' || inputType === 'insertFromDrop' ? 'paste' : 'type';
}

function write(input: HTMLInputElement, value: string, caret: number): void {
  input.value = value;
  // Safari moves the focus to a field whose selection is set.
  if (hasFocus(input)) input.setSelectionRange(caret, caret);
}

function insertText(input: HTMLInputElement, text: string, start: number, end: number): void {
  input.setSelectionRange(start, end);
  // The one way to insert text that the browser's undo knows of. Where it is missing, undo is what is lost.
  const { ownerDocument } = input;
  const inserted =
    typeof ownerDocument.execCommand === 'function' && ownerDocument.execCommand('insertText', false, text);
  if (!inserted) input.setRangeText(text, start, end, 'end');
}

function hasFocus(input: HTMLInputElement): boolean {
  return (input.getRootNode() as Document | ShadowRoot).activeElement === input;
}

function slotAt(slots: HTMLElement | null, x: number, y: number): number {
  return Array.from(slots?.children ?? []).findIndex((slot) => {
    const box = slot.getBoundingClientRect();
    return x >= box.left && x < box.right && y >= box.top && y < box.bottom;
  });
}
