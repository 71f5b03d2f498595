'use client';

import { useContext, useEffect, useId, useRef, useState } from 'react';
import type { ComponentPropsWithoutRef, FormEvent, KeyboardEvent, MouseEvent, RefObject } from 'react';
import { isCompleteCode, normalizeCode, TOTP_LENGTH } from '../contract/code.js';
import { waitText } from '../contract/error-class.js';
import type { Messages } from '../contract/messages.js';
import type { CodeView } from '../machine/view.js';
import { focusedElement, isSubmitKey, replaceText } from './dom.js';
import { useMessages } from './messages-context.js';
import { AnnounceContext, useAnnouncer } from './use-announcer.js';
import type { Announce } from './use-announcer.js';
import { ClockContext, secondsLeft } from './use-countdown.js';

/** The state of a code entry, and what sends a code: `useTotp(…).entry`, or the same fields of a login in `totpEntry`. */
export interface CodeEntry {
  readonly code: CodeView;
  /** Receives the complete code each time the user submits it. */
  readonly submitCode: (code: string) => void;
  /** While codes are locked: when the lockout ends, in wall-clock milliseconds. */
  readonly retryAt?: number | null;
}

export interface UseTotpFormOptions extends CodeEntry {
  /** The number of digits. `createCibaHandler` accepts 6; another number needs an adapter that checks such codes. @default 6 */
  readonly length?: number | undefined;
  /** Submits the code as soon as it is complete. A rejected code is not submitted again automatically. @default false */
  readonly autoSubmit?: boolean | undefined;
  readonly messages?: Partial<Messages> | undefined;
}

/** What a form for a code needs, whatever its markup. Spread each getter's props onto one element. */
export interface UseTotpFormResult {
  readonly state: 'entry' | 'verifying' | 'invalid' | 'lockedOut';
  /** The error text for the user, or `null`. */
  readonly error: string | null;
  /** Says that only digits are allowed. Pass it to `onValueInvalid` of `<TotpInput>`. */
  readonly onValueInvalid: () => void;
  /** For a `<form>` around the field and the button. It is optional: they submit the code without a form, too. */
  readonly getFormProps: () => Pick<
    ComponentPropsWithoutRef<'form'>,
    'noValidate' | 'method' | 'onSubmit' | 'aria-busy'
  >;
  readonly getLabelProps: () => { readonly htmlFor: string };
  /** For `<TotpInput>`, or for an uncontrolled `<input>`. It belongs to no form, so that no form can send the code. */
  readonly getInputProps: () => {
    readonly ref: RefObject<HTMLInputElement | null>;
    readonly id: string;
    readonly form: '';
    readonly enterKeyHint: 'go';
    readonly required: true;
    readonly readOnly: boolean;
    readonly inputMode: 'numeric';
    readonly autoComplete: 'one-time-code';
    readonly 'aria-invalid': boolean;
    readonly 'aria-describedby': string;
    readonly onChange: () => void;
    readonly onKeyDown: (event: KeyboardEvent) => void;
  };
  readonly getHintProps: () => { readonly id: string };
  /** For the element that shows `error`. Render it only while there is an error. */
  readonly getErrorProps: () => { readonly id: string };
  /** The button isn't disabled while a code is checked, because a disabled button loses the focus. */
  readonly getSubmitProps: () => {
    readonly type: 'button';
    readonly 'aria-disabled': boolean;
    readonly onClick: (event: MouseEvent) => void;
  };
  /** For an empty element that is always rendered. It tells screen readers what went wrong. */
  readonly getAnnouncerProps: () => { readonly ref: RefObject<HTMLDivElement | null>; readonly role: 'status' };
}

/**
 * The behavior of a form for a code, without markup. The field is tied to its label, hint and error. A rejected code is
 * cleared, announced and not sent again automatically, and the focus stays in the field.
 *
 * @example
 * function CodeForm({ entry }: { entry: CodeEntry }) {
 *   const form = useTotpForm(entry);
 *   return (
 *     <form {...form.getFormProps()}>
 *       <label {...form.getLabelProps()}>Code</label>
 *       <TotpInput {...form.getInputProps()} />
 *       <p {...form.getHintProps()}>Six digits, from your authenticator app.</p>
 *       {form.error !== null && <p {...form.getErrorProps()}>{form.error}</p>}
 *       <button {...form.getSubmitProps()}>Verify</button>
 *       <div {...form.getAnnouncerProps()} />
 *     </form>
 *   );
 * }
 */
export function useTotpForm({
  code,
  submitCode,
  retryAt = null,
  length = TOTP_LENGTH,
  autoSubmit = false,
  messages: overrides,
}: UseTotpFormOptions): UseTotpFormResult {
  const messages = useMessages(overrides);
  const id = useId();
  const inputRef = useRef<HTMLInputElement>(null);
  const { announce: ownAnnounce, regionRef } = useAnnouncer();
  const announce = useContext(AnnounceContext) ?? ownAnnounce;

  const [mistake, setMistake] = useState<'incomplete' | 'digitsOnly' | null>(null);
  const sentCode = useRef<string | null>(null);
  /** The field or the button that the code was sent from, until it is answered. */
  const sentFrom = useRef<EventTarget | null>(null);

  const { verifying, problem } = code;
  const locked = retryAt !== null;
  const closed = verifying || locked;
  const mistakeText = {
    incomplete: messages['totpEntry.incomplete'](length),
    digitsOnly: messages['totpEntry.digitsOnly'],
  };
  const error = closed ? null : mistake ? mistakeText[mistake] : problemText(code, messages);

  useEffect(() => {
    const from = sentFrom.current;
    const input = inputRef.current;
    if (!from || !input || verifying || !problem) return;
    sentFrom.current = null;
    if (problem.kind === 'invalidCode') replaceText(input, '', 0, input.value.length);
    // Don't take the focus from another field or button. Only move it if it is still where the code was sent from, or nowhere.
    const focused = focusedElement(input);
    if (!focused || focused === from) input.focus();
    if (error) announce(error);
  }, [announce, error, problem, verifying]);

  useLockAnnouncement(retryAt, announce, messages);

  const valueOf = () => normalizeCode(inputRef.current?.value ?? '', length);

  const send = (value: string, from: EventTarget | null) => {
    if (closed) return;
    setMistake(null);
    sentCode.current = value;
    sentFrom.current = from;
    submitCode(value);
  };

  const reject = (kind: 'incomplete' | 'digitsOnly') => {
    setMistake(kind);
    announce(mistakeText[kind]);
  };

  const submit = (from: EventTarget | null) => {
    if (closed) return;
    const value = valueOf();
    if (isCompleteCode(value, length)) {
      send(value, from);
      return;
    }
    reject('incomplete');
    inputRef.current?.focus();
  };

  return {
    state: locked ? 'lockedOut' : verifying ? 'verifying' : error === null ? 'entry' : 'invalid',
    error,
    onValueInvalid: () => reject('digitsOnly'),
    getFormProps: () => ({
      // The form shows its own texts, so the browser's validation bubbles are off.
      noValidate: true,
      'aria-busy': verifying,
      // If the browser submits the form before hydration, this method makes it do nothing.
      method: 'dialog',
      onSubmit: (event: FormEvent) => {
        event.preventDefault();
        event.stopPropagation();
        submit(inputRef.current);
      },
    }),
    getLabelProps: () => ({ htmlFor: id }),
    getInputProps: () => ({
      ref: inputRef,
      id,
      form: '',
      enterKeyHint: 'go',
      required: true,
      readOnly: closed,
      inputMode: 'numeric',
      autoComplete: 'one-time-code',
      'aria-invalid': error !== null,
      'aria-describedby': error === null ? `${id}-hint` : `${id}-hint ${id}-error`,
      onChange: () => {
        setMistake(null);
        const value = valueOf();
        if (autoSubmit && isCompleteCode(value, length) && value !== sentCode.current) {
          send(value, inputRef.current);
        }
      },
      onKeyDown: (event) => {
        if (!isSubmitKey(event)) return;
        event.preventDefault();
        submit(inputRef.current);
      },
    }),
    getHintProps: () => ({ id: `${id}-hint` }),
    getErrorProps: () => ({ id: `${id}-error` }),
    getSubmitProps: () => ({
      type: 'button',
      'aria-disabled': closed,
      onClick: (event) => submit(event.currentTarget),
    }),
    getAnnouncerProps: () => ({ ref: regionRef, role: 'status' }),
  };
}

/** Announces that codes are locked and for how long, and when the lockout ends. */
function useLockAnnouncement(retryAt: number | null, announce: Announce, messages: Messages): void {
  const clock = useContext(ClockContext);
  const announced = useRef<number | null>(null);
  useEffect(() => {
    if (announced.current === retryAt) return;
    announced.current = retryAt;
    announce(
      retryAt === null
        ? messages['lockedOut.over']
        : messages['spoken.join']([
            messages['lockedOut.title'],
            messages['lockedOut.retryIn'](secondsLeft(retryAt, clock.now())),
          ]),
    );
  }, [announce, clock, messages, retryAt]);
}

function problemText({ problem, wrongCodes, attemptsLeft }: CodeView, messages: Messages): string | null {
  if (!problem) return null;
  const parts =
    problem.kind === 'fault'
      ? [messages['totpEntry.fault'], messages[`error.${problem.error.code}.text`], waitText(problem.error, messages)]
      : [
          messages['totpEntry.wrong'],
          // Attempts aren't counted when a code is confirmed for the first time.
          Number.isFinite(attemptsLeft) ? messages['totpEntry.attemptsLeft'](attemptsLeft) : null,
          wrongCodes >= 2 ? messages['totpEntry.wrongAgain'] : null,
        ];
  return messages['spoken.join'](parts.filter((part) => part !== null));
}
