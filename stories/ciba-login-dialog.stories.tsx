import type { Meta, StoryObj } from '@storybook/react-vite';
import { useState } from 'react';
import { CibaLoginDialog } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import type { MemoryAdapterOptions, MemorySession } from 'react-ciba/adapters/memory';
import { expect, userEvent, waitFor, within } from 'storybook/test';
import { messagesOf } from './locales.js';

function SignInButton({ backend }: { backend?: MemoryAdapterOptions<MemorySession> }) {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [adapter] = useState(() => createMemoryAdapter({ deliveredTo: 'Pixel 9', ...backend }));
  return (
    <>
      <button type="button" onClick={() => setOpen(true)} data-testid="open">
        {name || '⋯'}
      </button>
      <CibaLoginDialog
        open={open}
        onOpenChange={setOpen}
        adapter={adapter}
        loginHint="ada@example.com"
        onApproved={(user) => {
          setName(user.name);
          setOpen(false);
        }}
      />
    </>
  );
}

const meta = { title: 'States/Dialog', component: SignInButton, subcomponents: { CibaLoginDialog } } satisfies Meta<
  typeof SignInButton
>;

export default meta;

type Story = StoryObj<typeof meta>;

const dialogOf = async (canvasElement: HTMLElement) => {
  await userEvent.click(within(canvasElement).getByTestId('open'));
  return within(canvasElement).findByRole('dialog');
};

export const Open: Story = {
  play: async ({ canvasElement }) => {
    const dialog = await dialogOf(canvasElement);
    await expect(dialog).toHaveAccessibleName(messagesOf(document.documentElement.lang)['idle.title']);
    await expect(dialog).toContainElement(document.activeElement as HTMLElement);
  },
};

/** Closing the dialog loses nothing: an approval in the meantime still counts. */
export const ClosedWhileWaiting: Story = {
  args: { backend: { phone: 'approve', after: 3 } },
  play: async ({ canvasElement }) => {
    const dialog = await dialogOf(canvasElement);
    await userEvent.click(dialog.querySelector('[data-verb="start"]') as HTMLElement);
    await waitFor(() => expect(dialog.querySelector('[data-part="root"]')).toHaveAttribute('data-state', 'polling'));
    await userEvent.click(dialog.querySelector('[data-part="dialog-close"]') as HTMLElement);
    await expect(dialog).not.toBeVisible();
    await expect(within(canvasElement).getByTestId('open')).toHaveFocus();
    await waitFor(() => expect(dialog.querySelector('[data-part="root"]')).toHaveAttribute('data-state', 'approved'), {
      timeout: 9000,
    });
  },
};
