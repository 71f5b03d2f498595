// @vitest-environment happy-dom
import { fireEvent, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { createHttpAdapter } from '../../src/adapters/http/index.js';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import { CibaLogin } from '../../src/index.js';
import { createCibaHandler } from '../../src/server/index.js';
import { handlerFetch, renderWithCiba } from '../../src/testing/index.js';
import { en } from '../../src/locales/en.js';

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
  await userEvent.click(screen.getByRole('button', { name: en['idle.start'] }));
  await screen.findByText(en['polling.title']);
  phone.approve();
  await screen.findByText(en['approved.title']);
  expect(onApproved).toHaveBeenCalledExactlyOnceWith({ name: 'ada@example.com' });
});

test('a denial can be tried again', async () => {
  const { phone } = renderWithCiba((adapter) => <CibaLogin adapter={adapter} loginHint="ada" />, {
    render,
    ...seconds,
  });
  await userEvent.click(screen.getByRole('button', { name: en['idle.start'] }));
  await screen.findByText(en['polling.title']);
  phone.deny();
  await screen.findByText(en['denied.title']);
  fireEvent.click(screen.getByRole('button', { name: en['denied.retry'] }));
  await screen.findByText(en['polling.title']);
  expect(phone.rings).toBe(2);
});

test('the user types an address, then a code', async () => {
  renderWithCiba((adapter) => <CibaLogin adapter={adapter} />, { render, ...seconds, totp: { codes: ['123456'] } });
  await userEvent.type(screen.getByRole('textbox', { name: en['identifier.email'] }), 'ada@example.com');
  await userEvent.click(screen.getByRole('button', { name: en['idle.start'] }));
  await userEvent.click(await screen.findByRole('button', { name: en['action.useCode'] }));
  await userEvent.type(screen.getByLabelText(en['totpEntry.label'](6)), '123456');
  await userEvent.click(screen.getByRole('button', { name: en['totpEntry.submit'] }));
  await screen.findByText(en['approved.title']);
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
  await userEvent.click(screen.getByRole('button', { name: en['idle.start'] }));
  await screen.findByText(en['polling.title']);
  backend.phone.approve();
  await screen.findByText(en['approved.title'], undefined, { timeout: 5000 });
  expect(await adapter.session()).toEqual({ name: 'ada' });
  await handler.stop();
});
