'use client';

import { forwardRef } from 'react';
import { createPart, type PartProps } from './part.js';

/** The heading of a screen. It takes the focus when the user's act brought the screen up. */
export const LoginTitle = createPart('h2', 'title', { tabIndex: -1 });
/** What the screen says. */
export const LoginText = createPart('p', 'text', {});
/** A remark that is worth a frame: connection lost, nothing sent, cancelled. */
export const LoginNotice = createPart('p', 'notice', {});
/** The buttons of a screen. */
export const LoginActions = createPart('div', 'actions', {});
/** The app's other ways to sign in. */
export const LoginAlternatives = createPart('div', 'alternatives', {});
/** Form of the first screen; its texts are our own, so the browser's bubbles are off. */
export const LoginIdentifierForm = createPart('form', 'identifier-form', { noValidate: true });
/** A label, its field, hint and error. */
export const LoginField = createPart('div', 'field', {});
export const LoginLabel = createPart('label', 'label', {});
export const LoginInput = createPart('input', 'input', {});
export const LoginHint = createPart('p', 'hint', {});
export const LoginError = createPart('p', 'error', {});
/** Rows of names and values: the account, the phone, what is being approved. */
export const LoginSummary = createPart('dl', 'summary', {});
export const LoginSummaryRow = createPart('div', 'summary-row', {});
export const LoginSummaryLabel = createPart('dt', 'summary-label', {});
export const LoginSummaryValue = createPart('dd', 'summary-value', {});
/** The code that screen and phone both show. */
export const LoginDisplayCode = createPart('p', 'display-code', {});
export const LoginDisplayCodeValue = createPart('bdi', 'display-code-value', { translate: 'no' });

export const LoginDisplayCodeLabel = createPart('span', 'display-code-label', {});
export const LoginDisplayCodeText = createPart('span', 'display-code-text', {});
/** The bar and the text of the time left. */
export const LoginTimeLeft = createPart('div', 'time-left', {});
export const LoginTimeText = createPart('span', 'time-text', {});
/** The open push, told of beside a code entry. */
export const LoginPushBeside = createPart('div', 'push-beside', {});

const ButtonPart = createPart('button', 'button', { type: 'button' });

export interface LoginButtonProps extends PartProps<'button'> {
  /** How much it asks to be pressed. @default 'secondary' */
  variant?: 'primary' | 'secondary' | 'link';
}

export const LoginButton = forwardRef<HTMLButtonElement, LoginButtonProps>(function LoginButton(
  { variant = 'secondary', ...props },
  ref,
) {
  return <ButtonPart data-variant={variant} {...props} ref={ref} />;
});
