import type { ReactNode } from 'react';
import { TotpInput, useMessages, useTotpForm, type LoginState } from 'react-ciba';

/** The form for the six digits. The hook links label, hint and error to the field, and announces errors. */
export function CodeForm({ login, children }: { login: LoginState<'totpEntry'>; children: ReactNode }) {
  const messages = useMessages();
  const form = useTotpForm({ code: login.code, submitCode: login.submitCode });
  return (
    <form className="ticket-form" {...form.getFormProps()}>
      <label {...form.getLabelProps()}>{messages['totpEntry.label'](6)}</label>
      <TotpInput {...form.getInputProps()} onValueInvalid={form.onValueInvalid} />
      {form.error !== null && (
        <p className="ticket-error" {...form.getErrorProps()}>
          {form.error}
        </p>
      )}
      <p className="ticket-note" {...form.getHintProps()}>
        {messages['totpEntry.hint']}
      </p>
      <div className="ticket-acts">
        <button className="ticket-primary" {...form.getSubmitProps()}>
          {form.state === 'verifying' ? messages['totpEntry.verifying'] : messages['totpEntry.submit']}
        </button>
        {children}
      </div>
      <div className="ticket-spoken" {...form.getAnnouncerProps()} />
    </form>
  );
}
