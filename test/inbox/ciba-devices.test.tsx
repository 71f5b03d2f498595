import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { createHttpInboxAdapter } from 'react-ciba/adapters/http';
import { CibaDevices } from 'react-ciba/inbox';
import type { Passkeys } from 'react-ciba/inbox';
import { createTestPhone, handlerFetch } from 'react-ciba/testing';
import { en, enInbox } from 'react-ciba/locales/en';
import { expect, test, vi } from 'vitest';
import { createSoftwarePasskey } from '../../src/testing/inbox-phone/passkey.js';
import { createApp, ORIGIN } from './harness.js';

/** Two phones of Ada: one of them shows the page. */
async function setUp() {
  const app = createApp();
  const passkey = createSoftwarePasskey(ORIGIN);
  const get = vi.fn<Passkeys['get']>(async (options) => passkey.get(options));
  const passkeys: Passkeys = { create: async (options) => passkey.create(options), get };
  const approvedBy = await createTestPhone(app.inbox, { subject: '1', device: 'Old phone' });
  const adapter = createHttpInboxAdapter({ fetch: handlerFetch(app.inbox, { origin: ORIGIN }) });
  const { code } = await app.inbox.invite({ subject: '1', name: 'Ada' });
  const first = await adapter.register({ code });
  if (first.status !== 'passkey') throw new Error(first.status);
  const waiting = await adapter.register({ code, response: passkey.create(first.passkey), name: 'Pixel 9' });
  if (waiting.status !== 'waiting') throw new Error(waiting.status);
  const [card] = await approvedBy.requests();
  await approvedBy.approve(card?.id ?? '', { number: waiting.number });
  expect(await adapter.register({ code })).toMatchObject({ status: 'added' });
  const user = userEvent.setup();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <CibaDevices adapter={adapter} passkeys={passkeys} />
    </QueryClientProvider>,
  );
  return { app, user, get };
}

const region = () => document.querySelector('[data-part="announcer"]')?.textContent?.replace('\u00a0', '');

test('lists the phones, and removes one after a question, with the passkey', async () => {
  const { app, user, get } = await setUp();
  await user.click(await screen.findByRole('button', { name: enInbox['inbox.devices.removeSpoken']('Old phone') }));
  expect(screen.getAllByRole('listitem')).toHaveLength(2);
  expect(screen.getByText(enInbox['inbox.devices.current']).closest('li')).toHaveTextContent('Pixel 9');
  const question = screen.getByRole('group', { name: enInbox['inbox.devices.confirm']('Old phone') });
  expect(within(question).getByRole('button', { name: en['action.cancel'] })).toHaveFocus();
  await user.click(within(question).getByRole('button', { name: enInbox['inbox.devices.remove'] }));
  await waitFor(() => expect(region()).toBe(enInbox['inbox.devices.removed']('Old phone')));
  expect(screen.getAllByRole('listitem')).toHaveLength(1);
  expect(screen.getByRole('heading', { name: enInbox['inbox.devices.title'] })).toHaveFocus();
  expect(get).toHaveBeenCalledTimes(1);
  expect(await app.inbox.devices('1')).toMatchObject([{ name: 'Pixel 9' }]);
});

test('Cancel leads back to the button, and a closed passkey dialog removes nothing', async () => {
  const { app, user, get } = await setUp();
  await user.click(await screen.findByRole('button', { name: enInbox['inbox.devices.removeSpoken']('Old phone') }));
  await user.click(screen.getByRole('button', { name: en['action.cancel'] }));
  expect(screen.getByRole('button', { name: enInbox['inbox.devices.removeSpoken']('Old phone') })).toHaveFocus();
  get.mockRejectedValueOnce(Object.assign(new Error('closed'), { name: 'NotAllowedError' }));
  await user.click(screen.getByRole('button', { name: enInbox['inbox.devices.removeSpoken']('Old phone') }));
  await user.click(within(screen.getByRole('group')).getByRole('button', { name: enInbox['inbox.devices.remove'] }));
  expect(await screen.findByRole('alert')).toHaveTextContent(enInbox['inbox.devices.fault']);
  expect(await app.inbox.devices('1')).toHaveLength(2);
});
