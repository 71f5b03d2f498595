import { render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { CibaLogin, useCibaSession } from 'react-ciba';
import type { MemorySession } from 'react-ciba/adapters/memory';
import { createAuthSecEmulator, renderWithCiba } from 'react-ciba/testing';
import { en } from 'react-ciba/locales/en';
import { http } from 'msw';
import { setupServer } from 'msw/node';
import { expect, test, vi } from 'vitest';

const start = () => userEvent.click(screen.getByRole('button', { name: en['idle.start'] }));

test('renders with a phone that answers, and hands it out', async () => {
  const onApproved = vi.fn<(session: MemorySession) => void>();
  const { phone, adapter, container } = renderWithCiba(
    (memory) => <CibaLogin adapter={memory} loginHint="ada@example.com" onApproved={onApproved} />,
    { render, interval: 0.05 },
  );
  await start();
  await screen.findByText(en['polling.title']);
  phone.approve();
  await screen.findByText(en['approved.title']);
  expect(onApproved).toHaveBeenCalledExactlyOnceWith({ name: 'ada@example.com' });
  expect(adapter.phone).toBe(phone);
  expect(container.querySelector('[data-state="approved"]')).not.toBeNull();
});

test('a login reaches what else asks who is signed in, through the one client', async () => {
  let user: MemorySession | null = null;
  const source = { session: async () => user, signOut: async () => {} };
  function Greeting() {
    const { session } = useCibaSession(source);
    return <p>{session ? `Hello, ${session.name}` : 'Nobody'}</p>;
  }
  const onApproved = (session: MemorySession) => void (user = session);
  renderWithCiba(
    (memory) => (
      <>
        <Greeting />
        <CibaLogin adapter={memory} loginHint="ada" onApproved={onApproved} />
      </>
    ),
    { render, phone: 'approve', after: 0, interval: 0.05 },
  );
  await screen.findByText('Nobody');
  await start();
  await screen.findByText('Hello, ada');
});

test('an emulator is an MSW handler as it is', async () => {
  const emulator = createAuthSecEmulator({ users: [{ email: 'ada@example.com' }] });
  const server = setupServer(http.all('https://api.authsec.dev/*', ({ request }) => emulator.fetch(request)));
  server.listen({ onUnhandledRequest: 'error' });
  try {
    const response = await fetch('https://api.authsec.dev/authsec/uflow/auth/nothing', { method: 'POST' });
    expect(response.status).toBe(404);
  } finally {
    server.close();
  }
});
