// @vitest-environment happy-dom
import { fireEvent, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { createHttpAdapter } from '../../src/adapters/http/index.js';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import { CibaLogin } from '../../src/index.js';
import { createCibaHandler } from '../../src/server/index.js';
import { handlerFetch, renderWithCiba } from '../../src/testing/index.js';

// The same login as in jsdom, in the other DOM that apps test with.
const seconds = { interval: 0.02 };

test('runs in happy-dom', () => {
  expect(navigator.userAgent).toContain('HappyDOM');
});

test('an approval signs in', async () => {
  const onApproved = vi.fn();
  const { phone } = renderWithCiba(
    (adapter) => <CibaLogin adapter={adapter} loginHint="ada@example.com" onApproved={onApproved} />,
    { render, ...seconds },
  );
  await userEvent.click(screen.getByRole('button', { name: 'Send sign-in request' }));
  await screen.findByText('Check your phone');
  phone.approve();
  await screen.findByText('You’re signed in');
  expect(onApproved).toHaveBeenCalledExactlyOnceWith({ name: 'ada@example.com' });
});

test('a denial can be tried again', async () => {
  const { phone } = renderWithCiba((adapter) => <CibaLogin adapter={adapter} loginHint="ada" />, {
    render,
    ...seconds,
  });
  await userEvent.click(screen.getByRole('button', { name: 'Send sign-in request' }));
  await screen.findByText('Check your phone');
  phone.deny();
  await screen.findByText('Request denied');
  fireEvent.click(screen.getByRole('button', { name: 'Send a new request' }));
  await screen.findByText('Check your phone');
  expect(phone.rings).toBe(2);
});

test('the user types an address, then a code', async () => {
  renderWithCiba((adapter) => <CibaLogin adapter={adapter} />, { render, ...seconds, totp: { codes: ['123456'] } });
  await userEvent.type(screen.getByRole('textbox', { name: 'Email address' }), 'ada@example.com');
  await userEvent.click(screen.getByRole('button', { name: 'Send sign-in request' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Use authenticator code' }));
  await userEvent.type(screen.getByLabelText('6-digit code'), '123456');
  await userEvent.click(screen.getByRole('button', { name: 'Verify code' }));
  await screen.findByText('You’re signed in');
});

test('an approval signs in through the real handler', async () => {
  const backend = createMemoryAdapter({ resumable: true, ...seconds });
  const handler = createCibaHandler({
    adapter: backend,
    origin: location.origin,
    authRequest: (loginHint) => ({ loginHint }),
    publicSession: ({ name }) => ({ name }),
  });
  const adapter = createHttpAdapter<{ name: string }>({ fetch: handlerFetch(handler) });
  render(<CibaLogin adapter={adapter} loginHint="ada" />);
  await userEvent.click(screen.getByRole('button', { name: 'Send sign-in request' }));
  await screen.findByText('Check your phone');
  backend.phone.approve();
  await screen.findByText('You’re signed in', undefined, { timeout: 5000 });
  expect(await adapter.session()).toEqual({ name: 'ada' });
  await handler.stop();
});
