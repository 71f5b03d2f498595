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
/** Of the field of the first screen, and of the code. */
export const LoginLabel = createPart('label', 'label', {});
/** The field of the first screen. */
export const LoginInput = createPart('input', 'input', {});
/** A help that is always there. */
export const LoginHint = createPart('p', 'hint', {});
/** What is wrong with what was entered. */
export const LoginError = createPart('p', 'error', {});
/** Rows of names and values: the account, the phone, what is being approved. */
export const LoginSummary = createPart('dl', 'summary', {});
/** A name and its value. */
export const LoginSummaryRow = createPart('div', 'summary-row', {});
export const LoginSummaryLabel = createPart('dt', 'summary-label', {});
export const LoginSummaryValue = createPart('dd', 'summary-value', {});
/** Above every screen: whose login this is. */
export const LoginLogo = createPart('div', 'logo', {});
/** Above every screen, below the logo. */
export const LoginHeader = createPart('div', 'header', {});
/** Below every screen: where to find help. */
export const LoginHelp = createPart('div', 'help', {});
/** Below every screen, after the help. */
export const LoginFooter = createPart('div', 'footer', {});
/** The code that screen and phone both show. */
export const LoginDisplayCode = createPart('p', 'display-code', {});
/** The code itself, as text of its own direction that nothing translates. */
export const LoginDisplayCodeValue = createPart('bdi', 'display-code-value', { translate: 'no' });
/** A few characters of it: set apart to the eye, and still one word to copy. */
export const LoginDisplayCodeGroup = createPart('span', 'display-code-group', {});
/** What it is. */
export const LoginDisplayCodeLabel = createPart('span', 'display-code-label', {});
/** What to do with it. */
export const LoginDisplayCodeText = createPart('span', 'display-code-text', {});
/** The ring and the text of the time left. */
export const LoginTimeLeft = createPart('div', 'time-left', {});
/** What stands beside the ring: the time in words, and how the connection is. */
export const LoginTimeStatus = createPart('div', 'time-status', {});
/** The time left in words. */
export const LoginTimeText = createPart('span', 'time-text', {});
/** The open push, told of beside a code entry. */
export const LoginPushBeside = createPart('div', 'push-beside', {});

/** What to look at when no request shows on the phone. */
export const LoginLateHint = createPart('div', 'late-hint', {});
export const LoginLateHintList = createPart('ul', 'late-hint-list', {});
export const LoginLateHintItem = createPart('li', 'late-hint-item', {});
/** Opens the authenticator app, where this device is the phone. */
export const LoginAppLink = createPart('a', 'app-link', {});

const ButtonPart = createPart('button', 'button', { type: 'button' });

export interface LoginButtonProps extends PartProps<'button'> {
  /** How much it asks to be pressed. @default 'secondary' */
  variant?: 'primary' | 'secondary' | 'link';
}

/** A button. With `type="submit"` it sends its form. */
export const LoginButton = forwardRef<HTMLButtonElement, LoginButtonProps>(function LoginButton(
  { variant = 'secondary', ...props },
  ref,
) {
  return <ButtonPart data-variant={variant} {...props} ref={ref} />;
});
