'use client';

import { useContext, useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { isSubmitKey } from '../react/dom.js';
import { normalizeLoginHint, PHONE_NUMBER } from '../contract/login-hint.js';
import { useMessages } from '../react/messages-context.js';
import { AnnounceContext } from '../react/use-announcer.js';
import type { LoginState } from './login-state.js';
import { createPart } from './create-part.js';
import * as Login from './parts.js';

/**
 * This isn't a `<form>`. HTML allows no form inside a form of the page, a frame without `allow-forms` never submits one, and
 * before hydration the browser would put the field's value into the URL.
 */
const Form = createPart('div', 'identifier-form', {});

/** What people sign in with. */
export type IdentifierKind = 'email' | 'username' | 'phone';

export interface IdentifierFormProps {
  login: LoginState<'idle'>;
  /** What people sign in with. @default 'email' */
  identifier?: IdentifierKind | undefined;
  /** Offers the code before the push, for screens on the phone itself. @default false */
  codeFirst?: boolean | undefined;
  /** Called when the user types. */
  onInput?: (() => void) | undefined;
}

const PUSH_FIRST = [
  { verb: 'start', label: 'idle.start' },
  { verb: 'useCode', label: 'action.useCode' },
] as const;
const CODE_FIRST = [
  { verb: 'useCode', label: 'idle.useCode' },
  { verb: 'start', label: 'action.pushInstead' },
] as const;

/** The two ways to start, in the order that the app prefers. */
export function waysIn(login: LoginState<'idle'>, codeFirst = false) {
  return codeFirst && login.can.useCode ? CODE_FIRST : PUSH_FIRST;
}

const FIELD_TYPES = { email: 'email', username: 'text', phone: 'tel' } as const;

/** Asks who is signing in, then sends the push or opens the code entry. */
export function IdentifierForm({ login, identifier = 'email', codeFirst, onInput }: IdentifierFormProps) {
  const messages = useMessages();
  const announce = useContext(AnnounceContext);
  const id = useId();
  const inputRef = useRef<HTMLInputElement>(null);
  const [invalid, setInvalid] = useState(false);
  const error = messages[`identifier.${identifier}Invalid`];
  const [first, second] = waysIn(login, codeFirst);

  /** Continues with the typed value, or says what is wrong with it. */
  const proceed = (act: (loginHint: string) => void) => {
    const input = inputRef.current;
    if (!input) return;
    const loginHint = normalizeLoginHint(input.value);
    // The browser then checks what is sent.
    if (input.value !== loginHint) input.value = loginHint;
    const valid = isIdentifier(identifier, loginHint, input.validity);
    setInvalid(!valid);
    if (valid) {
      act(loginHint);
      return;
    }
    announce?.(error);
    input.focus();
  };

  return (
    <Form onInput={onInput}>
      <Login.Field>
        <Login.Label htmlFor={id}>{messages[`identifier.${identifier}`]}</Login.Label>
        <Login.Input
          ref={inputRef}
          id={id}
          // It belongs to no form, so that a form of the page doesn't send its value, and Enter doesn't submit that form.
          form=""
          enterKeyHint="go"
          type={FIELD_TYPES[identifier]}
          defaultValue={login.loginHint}
          // Password managers recognize a sign-in field by this value, whatever is typed into it.
          autoComplete={identifier === 'phone' ? 'tel' : 'username'}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          required
          aria-invalid={invalid}
          aria-describedby={invalid ? `${id}-error` : undefined}
          onKeyDown={(event: KeyboardEvent) => {
            if (isSubmitKey(event)) proceed(login[first.verb]);
          }}
        />
        {/* Its place is kept, so that nothing moves when it appears. */}
        {invalid ? <Login.Error id={`${id}-error`}>{error}</Login.Error> : <Login.Hint />}
      </Login.Field>
      <Login.Actions>
        <Login.Button data-verb={first.verb} variant="primary" onClick={() => proceed(login[first.verb])}>
          {messages[first.label]}
        </Login.Button>
        {login.can[second.verb] && (
          <Login.Button data-verb={second.verb} variant="quiet" onClick={() => proceed(login[second.verb])}>
            {messages[second.label]}
          </Login.Button>
        )}
      </Login.Actions>
    </Form>
  );
}

function isIdentifier(kind: IdentifierKind, value: string, validity: ValidityState): boolean {
  if (value === '') return false;
  // The field's type makes the browser check the address (HTML, "valid email address").
  // It knows none with international characters before the `@`.
  if (kind === 'email') return !validity.typeMismatch || /^[^\s@]*[^ -~][^\s@]*@[^\s@]+$/.test(value);
  return kind === 'username' || PHONE_NUMBER.test(value);
}
