// The namespace `Login`: every part that an app can compose. This file must not say 'use client'. A server component
// gets the namespace of a client module as one opaque reference and couldn't read `Login.Title` from it.
export { StatusDial } from './dial.js';
export type { StatusDialProps } from './dial.js';
export { IdentifierForm } from './identifier-form.js';
export type { IdentifierFormProps, IdentifierKind } from './identifier-form.js';
export { LateHint } from './late-hint.js';
export type { LateHintProps } from './late-hint.js';
export { Order } from './order.js';
export type { OrderProps } from './order.js';
export {
  Actions,
  Alternatives,
  AppLink,
  Body,
  Button,
  Error,
  Field,
  Footer,
  Head,
  Header,
  Help,
  Hint,
  Input,
  Label,
  Logo,
  Or,
  QuietActions,
  Status,
  Text,
  Title,
} from './parts.js';
export type { ButtonProps } from './parts.js';
export { ResendButton } from './resend-button.js';
export type { ResendButtonProps } from './resend-button.js';
export { RetryHint } from './retry-hint.js';
export { Root } from './root.js';
export type { RootProps } from './root.js';
export { ScreenHead } from './screen-head.js';
export type { ScreenHeadProps } from './screen-head.js';
export { StatusLine } from './status-line.js';
export { Summary } from './summary.js';
export type { SummaryProps } from './summary.js';
export { VerbButton } from './verb-button.js';
export type { VerbButtonProps } from './verb-button.js';
