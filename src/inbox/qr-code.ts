// An entry of its own: only apps that show the code need the package that draws it.
export { InboxQrCode } from './inbox-qr-code.js';
export type { InboxQrCodeProps, QrCodeMessages } from './inbox-qr-code.js';
