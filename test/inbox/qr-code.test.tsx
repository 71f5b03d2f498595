import { render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { CibaLogin } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import type { MemoryAdapterOptions, MemorySession } from 'react-ciba/adapters/memory';
import { InboxQrCode } from 'react-ciba/inbox/qr-code';
import { deInbox } from 'react-ciba/locales/de';
import { enInbox } from 'react-ciba/locales/en';
import { expect, test } from 'vitest';

const LINK = 'https://approve.example/phone#4711';

async function waitForPhone(options: MemoryAdapterOptions<MemorySession>, german = false) {
  const { container } = render(
    <CibaLogin
      adapter={createMemoryAdapter(options)}
      loginHint="ada@example.com"
      help={(login) => <InboxQrCode login={login} {...(german && { messages: deInbox })} />}
    />,
  );
  const help = container.querySelector('[data-part=help]');
  // Before a request waits, the slot is empty and takes no room.
  expect(help).toBeEmptyDOMElement();
  await userEvent.click(screen.getByRole('button', { name: 'Send sign-in request' }));
  await screen.findByRole('heading', { name: 'Check your phone' });
  return help;
}

test('while a request waits, its link is shown as a QR code', async () => {
  await waitForPhone({ displayCode: '4711', displayCodeUse: 'enter', displayCodeUrl: LINK });
  expect(screen.getByRole('img', { name: enInbox['inbox.qrCode'] })).toBeVisible();
  expect(screen.getByText(enInbox['inbox.qrCodeText'])).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(screen.queryByRole('img', { name: enInbox['inbox.qrCode'] })).toBeNull();
});

test('its texts can be those of a locale', async () => {
  await waitForPhone({ displayCode: '4711', displayCodeUse: 'enter', displayCodeUrl: LINK }, true);
  expect(screen.getByRole('img', { name: deInbox['inbox.qrCode'] })).toBeVisible();
  expect(screen.getByText(deInbox['inbox.qrCodeText'])).toBeVisible();
});

test('a backend without such a link shows none', async () => {
  expect(await waitForPhone({ displayCode: '4711' })).toBeEmptyDOMElement();
});
