'use client';

import { forwardRef, useContext } from 'react';
import type { ComponentPropsWithoutRef, ReactNode } from 'react';
import { TOTP_LENGTH } from '../contract/code.js';
import { MessagesContext, useMessages } from '../react/messages-context.js';
import { AnnounceContext } from '../react/use-announcer.js';
import { useTotpForm } from '../react/use-totp-form.js';
import type { UseTotpFormOptions } from '../react/use-totp-form.js';
import { chainHandlers, OWN_EVENTS } from './own-events.js';
import * as Login from './parts.js';
import { RetryHint } from './retry-hint.js';
import { TotpInput } from './totp-input/index.js';
import { useSecondClicks } from './use-second-clicks.js';

export interface TotpFormProps extends UseTotpFormOptions, Omit<ComponentPropsWithoutRef<'div'>, 'onSubmit'> {
  /** Shown beside the field, such as `<TotpPeriod />`. Apps that don't use that ring don't load it. */
  beside?: ReactNode;
}

/**
 * A form for a code: label, field, hint, error with the attempts left, and a button that is always visible. A rejected
 * code is cleared, and the focus stays in the field. While codes are locked, the form says for how long.
 *
 * @example
 * function Code({ adapter }: { adapter: CibaAdapter }) {
 *   const totp = useTotp({ adapter, loginHint: 'ada@example.com' });
 *   return <TotpForm {...totp.entry} beside={<TotpPeriod />} />;
 * }
 */
export const TotpForm = forwardRef<HTMLDivElement, TotpFormProps>(function TotpForm(
  {
    code,
    submitCode,
    retryAt = null,
    length = TOTP_LENGTH,
    autoSubmit = false,
    beside,
    messages: overrides,
    children,
    ...props
  },
  ref,
) {
  const messages = useMessages(overrides);
  const form = useTotpForm({ code, submitCode, retryAt, length, autoSubmit, messages: overrides });
  const announced = useContext(AnnounceContext) !== null;
  const clickHandlers = useSecondClicks(form.state);

  return (
    <MessagesContext.Provider value={messages}>
      <div
        data-scope="totp-form"
        data-part="root"
        data-state={form.state}
        aria-busy={form.state === 'verifying' || undefined}
        {...props}
        {...chainHandlers(clickHandlers, props, announced ? {} : OWN_EVENTS)}
        ref={ref}
      >
        <Login.Field>
          <Login.Label {...form.getLabelProps()}>{messages['totpEntry.label'](length)}</Login.Label>
          <div data-scope="totp-form" data-part="entry">
            <TotpInput {...form.getInputProps()} length={length} onValueInvalid={form.onValueInvalid} />
            {beside}
          </div>
          {/* One takes the place of the other, which is kept for two lines. */}
          <div data-scope="totp-form" data-part="message">
            {form.error !== null ? (
              <Login.Error {...form.getErrorProps()}>{form.error}</Login.Error>
            ) : retryAt !== null ? (
              <>
                <Login.Error>{messages['lockedOut.title']}</Login.Error>
                <RetryHint retryAt={retryAt} />
              </>
            ) : null}
            <Login.Hint {...form.getHintProps()} hidden={form.error !== null || retryAt !== null}>
              {messages['totpEntry.hint']}
            </Login.Hint>
          </div>
        </Login.Field>
        <Login.Actions>
          <Login.Button
            data-verb="submitCode"
            variant="primary"
            aria-busy={form.state === 'verifying' || undefined}
            {...form.getSubmitProps()}
          >
            {form.state === 'verifying' ? messages['totpEntry.verifying'] : messages['totpEntry.submit']}
          </Login.Button>
          {children}
        </Login.Actions>
      </div>
      {!announced && <div data-scope="ciba-login" data-part="announcer" {...form.getAnnouncerProps()} />}
    </MessagesContext.Provider>
  );
});
