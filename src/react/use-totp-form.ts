'use client';

import {
  useContext,
  useEffect,
  useId,
  useRef,
  useState,
  type ComponentPropsWithoutRef,
  type FormEvent,
  type RefObject,
} from 'react';
import { isCompleteCode, normalizeCode, TOTP_LENGTH } from '../contract/code.js';
import type { Messages } from '../contract/messages.js';
import type { CodeView } from '../machine/view.js';
import { activeElementOutsideBody, replaceText } from './dom.js';
import { useMessages } from './messages-context.js';
import { AnnounceContext, useAnnouncer, type Announce } from './use-announcer.js';
import { ClockContext, secondsLeft } from './use-countdown.js';

/** How a code entry stands and what sends a code: `useTotp(…).entry`, or what a login in `totpEntry` has of that name. */
export interface CodeEntry {
  readonly code: CodeView;
  /** Gets the complete code, once for each time the user sends it. */
  readonly submitCode: (code: string) => void;
  /** While no code is taken: until when, in wall-clock milliseconds, as the server said or the count of tries. */
  readonly retryAt?: number | null;
}

export interface UseTotpFormOptions extends CodeEntry {
  /** Digits. @default 6 */
  readonly length?: number | undefined;
  /** Sends the code as soon as it is complete; one that was rejected is not sent again by itself. @default false */
  readonly autoSubmit?: boolean | undefined;
  readonly messages?: Partial<Messages> | undefined;
}

/** What a form for a code needs, whatever it is made of. Each getter's props go onto one element. */
export interface UseTotpFormResult {
  readonly state: 'entry' | 'verifying' | 'invalid' | 'lockedOut';
  /** What went wrong, for the user; `null` when nothing did. */
  readonly error: string | null;
  /** Focuses the field and says what is wrong with it; for `onValueInvalid` of `<TotpInput>`. */
  readonly onValueInvalid: () => void;
  readonly getFormProps: () => Pick<ComponentPropsWithoutRef<'form'>, 'noValidate' | 'onSubmit' | 'aria-busy'>;
  readonly getLabelProps: () => { readonly htmlFor: string };
  /** For `<TotpInput>`, or an `<input>` that holds its own value. */
  readonly getInputProps: () => {
    readonly ref: RefObject<HTMLInputElement | null>;
    readonly id: string;
    readonly name: 'code';
    readonly required: true;
    readonly readOnly: boolean;
    readonly inputMode: 'numeric';
    readonly autoComplete: 'one-time-code';
    readonly 'aria-invalid': boolean;
    readonly 'aria-describedby': string;
    readonly onChange: () => void;
  };
  readonly getHintProps: () => { readonly id: string };
  /** For the element with `error`, which belongs on the page only while there is one. */
  readonly getErrorProps: () => { readonly id: string };
  /** Not disabled while a code is checked: a disabled button drops the focus that it has. */
  readonly getSubmitProps: () => { readonly type: 'submit'; readonly 'aria-disabled': boolean };
  /** For an element that is empty and always on the page: it says to screen readers what went wrong. */
  readonly getAnnouncerProps: () => { readonly ref: RefObject<HTMLDivElement | null>; readonly role: 'status' };
}

/**
 * The behaviour of a form for a code, without any element: the field is tied to its label, hint and error; a rejected
 * code is cleared, announced and not sent again by itself; the focus stays in the field.
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
  const awaiting = useRef(false);
  const sentCode = useRef<string | null>(null);

  const { verifying, problem } = code;
  const locked = retryAt !== null;
  const closed = verifying || locked;
  const mistakeText = {
    incomplete: messages['totpEntry.incomplete'](length),
    digitsOnly: messages['totpEntry.digitsOnly'],
  };
  const error = closed ? null : mistake ? mistakeText[mistake] : problemText(code, messages);

  useEffect(() => {
    if (!awaiting.current || verifying || !problem) return;
    awaiting.current = false;
    const input = inputRef.current;
    if (!input) return;
    if (problem.kind === 'invalidCode') replaceText(input, '', 0, input.value.length);
    // Not from a field of somebody else's: only where the focus is in this form, or was on a button that has gone.
    const focused = activeElementOutsideBody(input);
    if (!focused || input.form?.contains(focused)) input.focus();
    if (error) announce(error);
  }, [announce, error, problem, verifying]);

  useLockAnnouncement(retryAt, announce, messages);

  const valueOf = () => normalizeCode(inputRef.current?.value ?? '', length);

  const send = (value: string) => {
    if (closed) return;
    setMistake(null);
    awaiting.current = true;
    sentCode.current = value;
    submitCode(value);
  };

  const reject = (kind: 'incomplete' | 'digitsOnly') => {
    setMistake(kind);
    announce(mistakeText[kind]);
  };

  return {
    state: locked ? 'lockedOut' : verifying ? 'verifying' : error === null ? 'entry' : 'invalid',
    error,
    onValueInvalid: () => reject('digitsOnly'),
    getFormProps: () => ({
      // The texts are our own, so the browser's bubbles are off.
      noValidate: true,
      'aria-busy': verifying,
      onSubmit: (event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        if (closed) return;
        const value = valueOf();
        if (isCompleteCode(value, length)) {
          send(value);
          return;
        }
        reject('incomplete');
        inputRef.current?.focus();
      },
    }),
    getLabelProps: () => ({ htmlFor: id }),
    getInputProps: () => ({
      ref: inputRef,
      id,
      name: 'code',
      required: true,
      readOnly: closed,
      inputMode: 'numeric',
      autoComplete: 'one-time-code',
      'aria-invalid': error !== null,
      'aria-describedby': error === null ? `${id}-hint` : `${id}-hint ${id}-error`,
      onChange: () => {
        setMistake(null);
        const value = valueOf();
        if (autoSubmit && isCompleteCode(value, length) && value !== sentCode.current) send(value);
      },
    }),
    getHintProps: () => ({ id: `${id}-hint` }),
    getErrorProps: () => ({ id: `${id}-error` }),
    getSubmitProps: () => ({ type: 'submit', 'aria-disabled': closed }),
    getAnnouncerProps: () => ({ ref: regionRef, role: 'status' }),
  };
}

/** Says that codes are locked, until when, and when they are taken again. */
function useLockAnnouncement(retryAt: number | null, announce: Announce, messages: Messages): void {
  const clock = useContext(ClockContext);
  const announced = useRef<number | null>(null);
  useEffect(() => {
    if (announced.current === retryAt) return;
    announced.current = retryAt;
    announce(
      retryAt === null
        ? messages['lockedOut.over']
        : `${messages['lockedOut.title']}. ${messages['lockedOut.retryIn'](secondsLeft(retryAt, clock.now()))}`,
    );
  }, [announce, clock, messages, retryAt]);
}

function problemText({ problem, wrongCodes, attemptsLeft }: CodeView, messages: Messages): string | null {
  if (!problem) return null;
  if (problem.kind === 'fault') return `${messages['totpEntry.fault']} ${messages[`error.${problem.error.code}.text`]}`;
  return [
    messages['totpEntry.wrong'],
    // Nobody counts where a code is confirmed for the first time.
    Number.isFinite(attemptsLeft) && messages['totpEntry.attemptsLeft'](attemptsLeft),
    wrongCodes >= 2 && messages['totpEntry.wrongAgain'],
  ]
    .filter(Boolean)
    .join(' ');
}
