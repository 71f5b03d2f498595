'use client';

import {
  forwardRef,
  useContext,
  useEffect,
  useId,
  useRef,
  useState,
  type ComponentPropsWithoutRef,
  type FormEvent,
} from 'react';
import { isCompleteCode, TOTP_LENGTH } from '../contract/code.js';
import type { Messages } from '../contract/messages.js';
import type { CodeView } from '../machine/view.js';
import { MessagesContext, useMessages } from '../react/messages-context.js';
import { AnnounceContext, useAnnouncer } from '../react/use-announcer.js';
import { LoginActions, LoginButton, LoginError, LoginField, LoginHint, LoginLabel } from './parts.js';
import { TotpInput } from './totp-input.js';

export interface TotpFormProps extends Omit<ComponentPropsWithoutRef<'form'>, 'onSubmit' | 'action' | 'method'> {
  /** How the entry stands: `login.code` of a login in `totpEntry`, or the like. */
  code: CodeView;
  /** Gets the complete code, once for each time the user sends it. */
  submitCode: (code: string) => void;
  /** Digits. @default 6 */
  length?: number;
  /** Sends the code as soon as it is complete; one that was rejected is not sent again by itself. @default false */
  autoSubmit?: boolean;
  messages?: Partial<Messages> | undefined;
}

/**
 * A form for a code: label, field, hint, error with the tries left, and a button that is always there. A rejected code
 * is cleared, and the focus stays in the field.
 *
 * @example
 * <TotpForm code={login.code} submitCode={login.submitCode} />
 */
export const TotpForm = forwardRef<HTMLFormElement, TotpFormProps>(function TotpForm(
  { code, submitCode, length = TOTP_LENGTH, autoSubmit = false, messages: overrides, children, ...props },
  ref,
) {
  const messages = useMessages(overrides);
  const id = useId();
  const inputRef = useRef<HTMLInputElement>(null);
  const { announce: ownAnnounce, regionRef } = useAnnouncer();
  const inherited = useContext(AnnounceContext);
  const announce = inherited ?? ownAnnounce;

  const [mistake, setMistake] = useState<'incomplete' | 'digitsOnly' | null>(null);
  const awaiting = useRef(false);
  const sentCode = useRef<string | null>(null);

  const error = mistake
    ? mistake === 'incomplete'
      ? messages['totpEntry.incomplete'](length)
      : messages['totpEntry.digitsOnly']
    : code.verifying
      ? null
      : problemText(code, messages);

  const { verifying, problem } = code;
  useEffect(() => {
    if (!awaiting.current || verifying || !problem) return;
    awaiting.current = false;
    const input = inputRef.current;
    if (!input) return;
    if (problem.kind === 'invalidCode') input.form?.reset();
    // Not from a field of somebody else's: only where the focus is in this form, or was on a button that has gone.
    const { activeElement } = input.getRootNode() as Document | ShadowRoot;
    if (!activeElement || activeElement === input.ownerDocument.body || input.form?.contains(activeElement))
      input.focus();
    if (error) announce(error);
  }, [announce, error, problem, verifying]);

  const send = (value: string) => {
    if (verifying) return;
    setMistake(null);
    awaiting.current = true;
    if (autoSubmit) sentCode.current = value;
    submitCode(value);
  };

  const reject = (kind: 'incomplete' | 'digitsOnly') => {
    setMistake(kind);
    announce(kind === 'incomplete' ? messages['totpEntry.incomplete'](length) : messages['totpEntry.digitsOnly']);
  };

  const handleSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const value = inputRef.current?.value ?? '';
    if (isCompleteCode(value, length)) {
      send(value);
      return;
    }
    reject('incomplete');
    inputRef.current?.focus();
  };

  return (
    <MessagesContext.Provider value={messages}>
      <form
        noValidate
        data-scope="totp-form"
        data-part="root"
        data-state={verifying ? 'verifying' : error ? 'invalid' : 'entry'}
        aria-busy={verifying}
        {...props}
        ref={ref}
        onSubmit={handleSubmit}
      >
        <LoginField>
          <LoginLabel htmlFor={id}>{messages['totpEntry.label'](length)}</LoginLabel>
          <TotpInput
            ref={inputRef}
            id={id}
            name="code"
            required
            length={length}
            readOnly={verifying}
            aria-invalid={error !== null}
            aria-describedby={error === null ? `${id}-hint` : `${id}-hint ${id}-error`}
            onValueChange={(_, { reason }) => {
              if (reason !== 'reset') setMistake(null);
            }}
            onValueInvalid={() => reject('digitsOnly')}
            onComplete={(value) => {
              if (autoSubmit && value !== sentCode.current) send(value);
            }}
          />
          <LoginHint id={`${id}-hint`}>{messages['totpEntry.hint']}</LoginHint>
          {error !== null && <LoginError id={`${id}-error`}>{error}</LoginError>}
        </LoginField>
        <LoginActions>
          {/* Not disabled while verifying: a disabled button drops the focus that it has. */}
          <LoginButton variant="primary" type="submit" aria-disabled={verifying}>
            {verifying ? messages['totpEntry.verifying'] : messages['totpEntry.submit']}
          </LoginButton>
          {children}
        </LoginActions>
      </form>
      {!inherited && <div ref={regionRef} role="status" data-scope="ciba-login" data-part="announcer" />}
    </MessagesContext.Provider>
  );
});

function problemText({ problem, wrongCodes, attemptsLeft }: CodeView, messages: Messages): string | null {
  if (!problem) return null;
  if (problem.kind === 'fault') return `${messages['totpEntry.fault']} ${messages[`error.${problem.error.code}.text`]}`;
  return [
    messages['totpEntry.wrong'],
    messages['totpEntry.attemptsLeft'](attemptsLeft),
    wrongCodes >= 2 && messages['totpEntry.wrongAgain'],
  ]
    .filter(Boolean)
    .join(' ');
}
