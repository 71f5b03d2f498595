import { StrictMode } from 'react';
import { act, cleanup, render, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHttpApprovalAdapter } from '../../src/adapters/http/index.js';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import { ApprovalProvider, CibaApproval, NotApprovedError, useApprovedFetch } from '../../src/approvals/index.js';
import { de, deApproval } from '../../src/locales/de.js';
import { en, enApproval } from '../../src/locales/en.js';
import { createApprovals } from '../../src/server/approvals/index.js';
import { handlerFetch } from '../../src/testing/index.js';

// The page's part of approvals, over the real server.

const ORIGIN = location.origin;
const transaction = {
  title: 'Pay 1,240.00 EUR to Example Shop',
  amount: { value: '1240.00', currency: 'EUR' },
  payee: 'Example Shop',
  details: [{ label: 'Order', value: '2026-0417' }],
};
const ask = {
  action: 'pay',
  subject: 'ada@example.com',
  loginHint: 'ada@example.com',
  data: { cents: 124_000 },
  transaction,
};

let server: ReturnType<typeof createServer>;

function createServer() {
  const session: { user: string | null } = { user: 'user:ada' };
  const backend = createMemoryAdapter({ interval: 0.02, resumable: true });
  const approvals = createApprovals({
    adapter: backend,
    origin: ORIGIN,
    requester: () => session.user,
    onEvent: () => undefined,
  });
  const paid: unknown[] = [];
  const send = handlerFetch(
    (request) =>
      new URL(request.url).pathname === '/api/pay'
        ? approvals.protect(request, ask, ({ data }) => {
            paid.push(data);
            return Response.json({ paid: true });
          })
        : approvals(request),
    { origin: ORIGIN },
  );
  vi.stubGlobal('fetch', send);
  return { backend, approvals, paid, session, send };
}

beforeEach(() => {
  server = createServer();
});

afterEach(async () => {
  cleanup();
  vi.unstubAllGlobals();
  await server.approvals.stop();
});

/** jsdom has no `navigator.userActivation`, so the dialog's button asks for each push. */
function PayButton({ onResult }: { onResult: (result: unknown) => void }) {
  const { fetch: approvedFetch } = useApprovedFetch();
  const pay = () => approvedFetch('/api/pay', { method: 'POST' }).then((response) => response.json(), String);
  return <button onClick={() => void pay().then(onResult)}>Pay</button>;
}

function Shop({ onResult, messages }: { onResult: (result: unknown) => void; messages?: object }) {
  const adapter = createHttpApprovalAdapter();
  return (
    <StrictMode>
      <ApprovalProvider adapter={adapter} messages={messages}>
        <PayButton onResult={onResult} />
      </ApprovalProvider>
    </StrictMode>
  );
}

const prompts = () => server.backend.phone.requests.length;

test('a payment: button, dialog with the amount, approval, and the same request once more', async () => {
  const onResult = vi.fn();
  const user = userEvent.setup();
  render(<Shop onResult={onResult} />);
  await user.click(screen.getByRole('button', { name: 'Pay' }));
  const start = await screen.findByRole('button', { name: enApproval['approval.idle.start'] });
  expect(prompts()).toBe(0);
  expect(screen.getByRole('dialog', { name: enApproval['approval.idle.title'] })).toBeVisible();

  await user.click(start);
  await screen.findByRole('heading', { name: en['polling.title'] });
  expect(screen.getByText('€1,240.00')).toBeVisible();
  expect(screen.getByText('to Example Shop')).toBeVisible();
  expect(screen.getByText('2026-0417')).toBeVisible();
  expect(screen.queryByText(/sign in|signing/i)).toBeNull();
  expect(screen.queryByRole('button', { name: en['action.useCode'] })).toBeNull();
  expect(screen.queryByRole('button', { name: en['polling.resend'] })).toBeNull();
  expect(prompts()).toBe(1);

  act(() => server.backend.phone.approve());
  await waitFor(() => expect(onResult).toHaveBeenCalledWith({ paid: true }));
  expect(server.paid).toEqual([{ cents: 124_000 }]);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

test('closing the dialog cancels at the server, and the call says so', async () => {
  const onResult = vi.fn();
  const user = userEvent.setup();
  render(<Shop onResult={onResult} />);
  await user.click(screen.getByRole('button', { name: 'Pay' }));
  await user.click(await screen.findByRole('button', { name: enApproval['approval.idle.start'] }));
  await screen.findByRole('heading', { name: en['polling.title'] });
  await user.click(screen.getByRole('button', { name: en['action.close'] }));
  await waitFor(() => expect(onResult).toHaveBeenCalledWith(expect.stringContaining('NotApprovedError')));
  await waitFor(() => expect(prompts()).toBe(0));
  expect(server.paid).toEqual([]);
});

test('Escape in the dialog is not heard by a modal of another library around it', async () => {
  const user = userEvent.setup();
  const heard = vi.fn();
  const listen = ({ key }: KeyboardEvent) => heard(key);
  document.addEventListener('keydown', listen, true);
  render(<Shop onResult={() => undefined} />);
  await user.click(screen.getByRole('button', { name: 'Pay' }));
  (await screen.findByRole('button', { name: enApproval['approval.idle.start'] })).focus();
  await user.keyboard('{Escape}a');
  expect(heard.mock.calls).toEqual([['a']]);
  screen.getByRole('button', { name: 'Pay', hidden: true }).focus();
  await user.keyboard('{Escape}');
  expect(heard).toHaveBeenLastCalledWith('Escape');
  document.removeEventListener('keydown', listen, true);
});

test('a denial stays on the screen until it is closed, without another way', async () => {
  const onResult = vi.fn();
  const user = userEvent.setup();
  render(<Shop onResult={onResult} messages={{ ...de, ...deApproval }} />);
  await user.click(screen.getByRole('button', { name: 'Pay' }));
  await user.click(await screen.findByRole('button', { name: deApproval['approval.idle.start'] }));
  await screen.findByRole('heading', { name: de['polling.title'] });
  act(() => server.backend.phone.deny());
  await screen.findByRole('heading', { name: de['denied.title'] });
  expect(screen.getByText(deApproval['approval.denied.text'])).toBeVisible();
  expect(onResult).toHaveBeenCalledWith(String(new NotApprovedError('denied')));
  expect(
    screen.getAllByRole('button').map((button) => button.getAttribute('aria-label') ?? button.textContent),
  ).toEqual(['Pay', de['action.close']]);
  await user.click(screen.getByRole('button', { name: de['action.close'] }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

test('<CibaApproval> shows what the server created, joins it after a reload, and rings nobody again', async () => {
  const { id } = await server.approvals.create('user:ada', ask);
  const onApproved = vi.fn();
  const onRetry = vi.fn();
  const tree = (
    <StrictMode>
      <CibaApproval id={id} adapter={createHttpApprovalAdapter()} onApproved={onApproved} onRetry={onRetry} />
    </StrictMode>
  );
  const { unmount } = render(tree);
  await screen.findByRole('heading', { name: en['polling.title'] });
  unmount();
  render(tree);
  await screen.findByRole('heading', { name: en['polling.title'] });
  expect(prompts()).toBe(1);
  act(() => server.backend.phone.approve());
  await screen.findByRole('heading', { name: enApproval['approval.approved.title'] });
  expect(onApproved).toHaveBeenCalledExactlyOnceWith({ id });
});

test('after a denial <CibaApproval> offers onRetry alone, and calls it', async () => {
  const { id } = await server.approvals.create('user:ada', ask);
  const onRetry = vi.fn();
  render(<CibaApproval id={id} adapter={createHttpApprovalAdapter()} onRetry={onRetry} />);
  await screen.findByRole('heading', { name: en['polling.title'] });
  act(() => server.backend.phone.deny());
  await screen.findByRole('heading', { name: en['denied.title'] });
  expect(screen.getByText(en['denied.text'])).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: en['denied.retry'] }));
  expect(onRetry).toHaveBeenCalledTimes(1);
  expect(prompts()).toBe(0);
});

test('an unknown id fails with a text that a person understands', async () => {
  render(<CibaApproval id="unknown" adapter={createHttpApprovalAdapter()} />);
  await screen.findByRole('heading', { name: en['error.notFound.title'] });
  // It offers nothing that only the app can do.
  expect(screen.getByText(enApproval['approval.error.notFound.text'])).toBeVisible();
});

test('a user who signs out while waiting is told, and the approval is worth nothing', async () => {
  const { id } = await server.approvals.create('user:ada', ask);
  const onApproved = vi.fn();
  render(<CibaApproval id={id} adapter={createHttpApprovalAdapter()} onApproved={onApproved} />);
  await screen.findByRole('heading', { name: en['polling.title'] });
  server.session.user = null;
  await screen.findByRole('heading', { name: enApproval['approval.error.unauthorized.title'] });
  expect(screen.getByText(enApproval['approval.error.unauthorized.text'])).toBeVisible();
  act(() => server.backend.phone.approve());
  await act(() => new Promise((resolve) => setTimeout(resolve, 60)));
  expect(onApproved).not.toHaveBeenCalled();
  expect((await server.send('/api/pay', { method: 'POST', headers: { 'x-ciba-approval': id } })).status).toBe(401);
  expect(server.paid).toEqual([]);
});

test('a user who signs out while the dialog is open gets no payment, and the call settles', async () => {
  const onResult = vi.fn();
  const user = userEvent.setup();
  render(<Shop onResult={onResult} />);
  await user.click(screen.getByRole('button', { name: 'Pay' }));
  await user.click(await screen.findByRole('button', { name: enApproval['approval.idle.start'] }));
  await screen.findByRole('heading', { name: en['polling.title'] });
  server.session.user = null;
  await screen.findByRole('heading', { name: enApproval['approval.error.unauthorized.title'] });
  await waitFor(() => expect(onResult).toHaveBeenCalledWith(String(new NotApprovedError('failed'))));
  expect(server.paid).toEqual([]);
});
