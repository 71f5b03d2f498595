'use client';

import { forwardRef } from 'react';
import { createPart } from './create-part.js';
import type { PartProps } from './create-part.js';

const PRIMARY: object = { 'data-variant': 'primary' };

/** The heading of a screen. It takes the focus when the user's own action opened the screen. */
export const Title = createPart('h2', 'title', { tabIndex: -1 });
/** The text of a screen. */
export const Text = createPart('p', 'text', {});
/** The buttons of a screen. */
export const Actions = createPart('div', 'actions', {});
/** The buttons that matter least, side by side. With `data-even` they are equally wide, so that a label that counts moves nothing. */
export const QuietActions = createPart('div', 'quiet-actions', {});
/** The dial, the title and the text, on one axis. */
export const Head = createPart('div', 'head', {});
/** What stands between the head and the buttons. */
export const Body = createPart('div', 'body', {});
/** One short fact about the state of the login. `data-tone="warning"` for what is wrong. */
export const Status = createPart('p', 'status', {});
/** The app's other ways to sign in. */
export const Alternatives = createPart('div', 'alternatives', {});
/** A line with a word in it, between two ways to sign in. */
export const Or = createPart('div', 'or', {});
/** A label with its field, hint and error. */
export const Field = createPart('div', 'field', {});
/** The label of a field. */
export const Label = createPart('label', 'label', {});
/** A text field, as on the first screen. `<TotpInput>` is the field for codes. */
export const Input = createPart('input', 'input', {});
/** Help that is always visible. */
export const Hint = createPart('p', 'hint', {});
/** What is wrong with the entered value. */
export const Error = createPart('p', 'error', {});
/** Above every screen: the logo of the app. */
export const Logo = createPart('div', 'logo', {});
/** Above every screen, below the logo. */
export const Header = createPart('div', 'header', {});
/** Below every screen: where to find help. */
export const Help = createPart('div', 'help', {});
/** Below every screen, after the help. */
export const Footer = createPart('div', 'footer', {});
/** Opens the authenticator app if this device is the phone. */
export const AppLink = createPart('a', 'app-link', PRIMARY);
/** A text for screen readers alone. */
export const Hidden = createPart('span', 'hidden', {});

const ButtonPart = createPart('button', 'button', { type: 'button' });

export interface ButtonProps extends PartProps<'button'> {
  /** How prominent the button is: the one next step, another way, or a way out. `link` is an old name of `quiet`. @default 'secondary' */
  variant?: 'primary' | 'secondary' | 'quiet' | 'link';
}

/** A button. With `type="submit"` it submits its form. */
export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { variant = 'secondary', ...props },
  ref,
) {
  return <ButtonPart data-variant={variant === 'link' ? 'quiet' : variant} {...props} ref={ref} />;
});
