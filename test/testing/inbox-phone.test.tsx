import { render, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { CibaLogin } from 'react-ciba';
import { createHttpAdapter } from 'react-ciba/adapters/http';
import { createCibaInbox } from 'react-ciba/inbox/server';
import { createCibaHandler } from 'react-ciba/server';
import { createTestPhone, handlerFetch } from 'react-ciba/testing';
import { en } from 'react-ciba/locales/en';
import { expect, test, vi } from 'vitest';

// docs/testing-your-login.md, "An inbox".

test('a sign-in is approved on the phone', async () => {
  const { origin } = location;
  const inbox = createCibaInbox({
    origin,
    app: 'Example Shop',
    find: (email) => (email === 'ada@example.com' ? { subject: '1', name: 'Ada' } : null),
    session: ({ subject }) => ({ sub: subject }),
  });
  const handler = createCibaHandler({
    adapter: inbox.adapter,
    origin,
    authRequest: (loginHint) => ({ loginHint }),
    publicSession: ({ sub }) => ({ sub }),
  });
  const phone = await createTestPhone(inbox, { subject: '1' });
  const adapter = createHttpAdapter<{ sub: string }>({ fetch: handlerFetch(handler) });
  const onApproved = vi.fn();
  render(<CibaLogin adapter={adapter} loginHint="ada@example.com" onApproved={onApproved} />);

  await userEvent.click(screen.getByRole('button', { name: en['idle.start'] }));
  const number = await screen.findByText(/^\d{4}$/, { ignore: '[data-part="announcer"]' });
  const [card] = await phone.requests();
  await phone.approve(card?.id ?? '', { number: number.textContent });
  await waitFor(() => expect(onApproved).toHaveBeenCalledWith({ sub: '1' }), { timeout: 5000 });
});
