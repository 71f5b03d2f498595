import type { ReactNode } from 'react';
import { TotpInput, useMessages, useTotpForm, type LoginState } from 'react-ciba';

/** The form for the six digits. The hook links label, hint and error to the field, and announces errors. */
export function CodeForm({ login, children }: { login: LoginState<'totpEntry'>; children: ReactNode }) {
  const messages = useMessages();
  const form = useTotpForm({ code: login.code, submitCode: login.submitCode });
  return (
    <form className="dial-form" {...form.getFormProps()}>
      <label {...form.getLabelProps()}>{messages['totpEntry.label'](6)}</label>
      <TotpInput {...form.getInputProps()} onValueInvalid={form.onValueInvalid} />
      {form.error !== null && (
        <p className="dial-error" {...form.getErrorProps()}>
          {form.error}
        </p>
      )}
      <p className="dial-note" {...form.getHintProps()}>
        {messages['totpEntry.hint']}
      </p>
      <div className="dial-acts">
        <button className="dial-primary" {...form.getSubmitProps()}>
          {form.state === 'verifying' ? messages['totpEntry.verifying'] : messages['totpEntry.submit']}
        </button>
        {children}
      </div>
      <div className="dial-spoken" {...form.getAnnouncerProps()} />
    </form>
  );
}
