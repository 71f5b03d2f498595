import { Activity, StrictMode, useState } from 'react';
import axe from 'axe-core';
import { Dialog } from 'radix-ui';
import { afterEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-react';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import { ApprovalProvider, NotApprovedError, useApprovedFetch } from '../../src/approvals/index.js';
import type { ApprovedApproval } from '../../src/approvals/index.js';

// The dialog in a real browser: its focus, its description, and other dialogs around it.

afterEach(cleanup);

const transaction = {
  title: 'Pay €12.00 to Example Shop',
  amount: { value: '12.00', currency: 'EUR' },
  payee: 'Example Shop',
};

function createServer() {
  const memory = createMemoryAdapter({ interval: 0.05, session: (): ApprovedApproval => ({ id: 'one' }) });
  const cancelled: string[] = [];
  const adapter: typeof memory = {
    ...memory,
    initiate: async (request, options) => ({
      ...(await memory.initiate({ ...request, transaction }, options)),
      transaction,
    }),
    async cancel(pending, options) {
      cancelled.push(pending.id);
      await memory.cancel(pending, options);
    },
  };
  /** Answers as `approvals.run` does. */
  const run = async (approval?: string) => {
    if (approval === undefined) return { approval: null };
    return approval === 'ask' ? { approval: 'one' } : { value: 'paid' };
  };
  return { adapter, phone: memory.phone, cancelled, run };
}

type Server = ReturnType<typeof createServer>;

/** A button as apps have it: disabled while its request runs. */
function PayButton({ server, onEnd }: { server: Server; onEnd: (end: unknown) => void }) {
  const { withApproval } = useApprovedFetch();
  const [busy, setBusy] = useState(false);
  const pay = async () => {
    setBusy(true);
    onEnd(await withApproval(server.run).catch((caught: unknown) => caught));
    setBusy(false);
  };
  return (
    <button disabled={busy} onClick={() => void pay()}>
      Pay
    </button>
  );
}

const dialog = () => document.querySelector<HTMLDialogElement>('dialog[open]');
const payButton = () => [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Pay');
const stateIs = (state: string) =>
  expect.poll(() => dialog()?.querySelector('[data-part=root]')?.getAttribute('data-state')).toBe(state);

async function press(name: string) {
  await expect.poll(() => payButton()).toBeTruthy();
  const button = name === 'Pay' ? payButton() : dialog()?.querySelector<HTMLElement>(`[data-verb=${name}]`);
  if (button) await userEvent.click(button);
}

test('is described by what is approved, and has no accessibility violation', async () => {
  const server = createServer();
  await render(
    <StrictMode>
      <ApprovalProvider adapter={server.adapter}>
        <PayButton server={server} onEnd={() => undefined} />
      </ApprovalProvider>
    </StrictMode>,
  );
  await press('Pay');
  await stateIs('polling');
  const described = document.getElementById(dialog()?.getAttribute('aria-describedby') ?? '');
  expect(described?.textContent).toContain('€12.00');
  expect(described?.textContent).toContain('Example Shop');
  expect((await axe.run(dialog() ?? document)).violations).toEqual([]);
});

test.each(['approve', 'deny', 'cancel', 'Escape'] as const)(
  'gives the focus back to a button that was disabled meanwhile: %s',
  async (end) => {
    const server = createServer();
    const onEnd = vi.fn();
    await render(
      <ApprovalProvider adapter={server.adapter}>
        <PayButton server={server} onEnd={onEnd} />
      </ApprovalProvider>,
    );
    await press('Pay');
    await stateIs('polling');
    expect(dialog()?.contains(document.activeElement)).toBe(true);
    if (end === 'approve') server.phone.approve();
    if (end === 'cancel') await press('cancel');
    if (end === 'deny') {
      server.phone.deny();
      await stateIs('denied');
    }
    if (end === 'Escape' || end === 'deny') await userEvent.keyboard('{Escape}');
    await expect.poll(() => onEnd.mock.calls.length).toBe(1);
    expect(onEnd.mock.calls[0]?.[0]).toEqual(
      end === 'approve' ? 'paid' : new NotApprovedError(end === 'deny' ? 'denied' : 'cancelled'),
    );
    await expect.poll(() => document.activeElement === payButton()).toBe(true);
    expect(dialog()).toBeNull();
  },
);

test('leaves the focus where the user has put it meanwhile', async () => {
  const server = createServer();
  function Page() {
    const [ended, setEnded] = useState(false);
    return (
      <ApprovalProvider adapter={server.adapter}>
        <PayButton server={server} onEnd={() => setEnded(true)} />
        {ended && <input aria-label="Next" ref={(input) => input?.focus()} />}
      </ApprovalProvider>
    );
  }
  await render(<Page />);
  await press('Pay');
  await stateIs('polling');
  server.phone.approve();
  await expect.poll(() => document.activeElement?.getAttribute('aria-label')).toBe('Next');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Next');
});

test('works inside a modal of another library, which stays when the approval is canceled', async () => {
  const server = createServer();
  const onEnd = vi.fn();
  await render(
    <Dialog.Root defaultOpen>
      <Dialog.Portal>
        <Dialog.Overlay />
        <Dialog.Content aria-describedby={undefined}>
          <Dialog.Title>Cart</Dialog.Title>
          <ApprovalProvider adapter={server.adapter}>
            <PayButton server={server} onEnd={onEnd} />
          </ApprovalProvider>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>,
  );
  await press('Pay');
  await stateIs('polling');
  expect(dialog()?.closest('[aria-hidden=true], [inert]')).toBeNull();
  await press('cancel');
  await expect.poll(() => onEnd.mock.calls[0]?.[0]).toEqual(new NotApprovedError('cancelled'));
  expect(server.cancelled).toContain('one');
  expect(document.querySelector('[role=dialog]')?.textContent).toContain('Cart');
  await expect.poll(() => document.activeElement === payButton()).toBe(true);

  await press('Pay');
  await stateIs('polling');
  await userEvent.keyboard('{Escape}');
  await expect.poll(() => onEnd.mock.calls.length).toBe(2);
  expect(document.querySelector('[role=dialog]')?.textContent).toContain('Cart');
});

test('is canceled when the component that asked is hidden, and blocks no page', async () => {
  const server = createServer();
  const onEnd = vi.fn();
  const page = (mode: 'visible' | 'hidden') => (
    <ApprovalProvider adapter={server.adapter}>
      <Activity mode={mode}>
        <PayButton server={server} onEnd={onEnd} />
      </Activity>
    </ApprovalProvider>
  );
  const { rerender } = await render(page('visible'));
  await press('Pay');
  await stateIs('polling');
  await rerender(page('hidden'));
  await expect.poll(() => onEnd.mock.calls[0]?.[0]).toEqual(new NotApprovedError('cancelled'));
  await expect.poll(dialog).toBeNull();
  expect(server.cancelled).toContain('one');
  await rerender(page('visible'));
  await press('Pay');
  await stateIs('polling');
});
