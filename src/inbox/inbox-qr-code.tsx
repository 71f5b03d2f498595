'use client';

import type { LoginState } from '../components/login-state.js';
import type { InboxMessages } from '../contract/messages.js';
import { QrCode } from '../totp-setup/qr-code.js';

/** The texts beside the QR code. A locale's inbox texts, such as `deInbox`, have them. */
export type QrCodeMessages = Pick<InboxMessages, 'inbox.qrCode' | 'inbox.qrCodeText'>;

/** A copy of two lines of `enInbox`: the shop's page must not carry the phone's other texts. */
const ENGLISH: QrCodeMessages = {
  'inbox.qrCode': 'QR code that opens this request on your phone.',
  'inbox.qrCodeText': 'Or scan this QR code with your phone.',
};

export interface InboxQrCodeProps {
  /** From `useCibaLogin`, or what a function in the slot `help` gets. */
  login: LoginState;
  /** @default English */
  messages?: QrCodeMessages | undefined;
}

/**
 * Opens the phone's page with the number filled in, for users who would rather not copy it. It shows nothing unless a
 * request waits whose backend gives such a link, as the inbox does. It needs the package `uqr`.
 *
 * @example
 * <CibaLogin adapter={adapter} help={(login) => <InboxQrCode login={login} />} />
 */
export function InboxQrCode({ login, messages = ENGLISH }: InboxQrCodeProps) {
  const link = login.status === 'polling' ? login.push.displayCodeUrl : undefined;
  if (link === undefined) return null;
  return (
    <div data-scope="ciba-inbox" data-part="qr-code">
      <QrCode text={link} label={messages['inbox.qrCode']} />
      <p>{messages['inbox.qrCodeText']}</p>
    </div>
  );
}
