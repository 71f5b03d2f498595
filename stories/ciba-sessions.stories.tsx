import type { Meta, StoryObj } from '@storybook/react-vite';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { CibaSessions } from 'react-ciba/sessions';
import type { CibaSessionsProps } from 'react-ciba/sessions';
import { expect, fn, userEvent, waitFor } from 'storybook/test';
import { createTestSessions, DEVICES } from '../test/support/test-sessions.js';
import type { TestSessionsOptions } from '../test/support/test-sessions.js';
import { messagesOf, sessionsMessagesOf } from './locales.js';

/** The component's texts in the page's language. */
const texts = () => sessionsMessagesOf(document.documentElement.lang);

/** The panel with a backend and a client of its own, so that a story starts over each time it is opened. */
function Stage({ backend, ...props }: CibaSessionsProps & { readonly backend: TestSessionsOptions }) {
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: false } } }));
  const [{ source }] = useState(() => createTestSessions({ ...backend, faults: [...(backend.faults ?? [])] }));
  return (
    <QueryClientProvider client={client}>
      <CibaSessions {...props} source={source} />
    </QueryClientProvider>
  );
}

/** Renders with this backend, in the toolbar's language: the provider only has the login's texts. */
const withBackend = (backend: TestSessionsOptions): Pick<Story, 'render'> => ({
  render: ({ messages, ...args }, context?: { readonly globals: Record<string, unknown> }) => (
    <Stage
      {...args}
      backend={backend}
      messages={{ ...(context && sessionsMessagesOf(String(context.globals['locale']))), ...messages }}
    />
  ),
});

const meta = {
  title: 'States/Signed-in devices',
  component: CibaSessions,
  args: { source: createTestSessions().source, onEnded: fn() },
} satisfies Meta<typeof CibaSessions>;

export default meta;
type Story = StoryObj<typeof meta>;

export const Devices: Story = {
  ...withBackend({}),
  play: async ({ canvas, canvasElement }) => {
    await waitFor(() => expect(canvas.getAllByRole('listitem')).toHaveLength(4));
    // Storybook's page shrinks to its content, as a flex container does.
    await expect(canvasElement.querySelector('[data-part="root"]')?.clientWidth).toBeGreaterThan(200);
  },
};

export const OnlyThisDevice: Story = {
  ...withBackend({ sessions: DEVICES.slice(0, 1) }),
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText(texts()['sessions.noOthers'], { exact: false })).toBeVisible());
  },
};

export const Loading: Story = {
  ...withBackend({ latency: 3_600_000 }),
};

export const OneSignedOut: Story = {
  ...withBackend({}),
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getAllByRole('listitem')).toHaveLength(4));
    const [first] = canvas.getAllByRole('button', { name: /iPhone/ });
    if (first) await userEvent.click(first);
    await waitFor(() => expect(canvas.getAllByRole('listitem')).toHaveLength(3));
  },
};

export const Question: Story = {
  ...withBackend({}),
  play: async ({ canvas }) => {
    await userEvent.click(
      await canvas.findByRole('button', { name: (name) => name.startsWith(texts()['sessions.endOthers']) }),
    );
    await waitFor(() => expect(canvas.getByRole('group')).toBeVisible());
  },
};

export const AllOthersSignedOut: Story = {
  ...withBackend({}),
  play: async (context) => {
    const { canvas } = context;
    await Question.play?.(context);
    const [confirm] = canvas.getByRole('group').querySelectorAll('button');
    if (confirm) await userEvent.click(confirm);
    await waitFor(() => expect(canvas.getAllByRole('listitem')).toHaveLength(1));
  },
};

export const BackendUnavailable: Story = {
  ...withBackend({ faults: ['unavailable'] }),
  play: async ({ canvas }) => {
    await waitFor(() =>
      expect(
        canvas.getByRole('button', {
          name: (name) => name.startsWith(messagesOf(document.documentElement.lang)['action.retry']),
        }),
      ).toBeVisible(),
    );
  },
};
