import type { Meta, StoryObj } from '@storybook/react-vite';
import { useState } from 'react';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { ApprovalProvider, CibaApproval, useApprovedFetch } from 'react-ciba/approvals';
import type { ApprovalMessages, ApprovedApproval } from 'react-ciba/approvals';
import type { CibaAdapter } from 'react-ciba';
import { expect, userEvent, waitFor, within } from 'storybook/test';
import { approvalMessagesOf } from './locales.js';

const payment = {
  title: 'Pay €1,240.00 to Example Shop GmbH',
  amount: { value: '1240.00', currency: 'EUR' },
  payee: 'Example Shop GmbH',
  details: [
    { label: 'Account', value: 'DE89 3704 0044 0532 0130 00' },
    { label: 'Reference', value: 'Invoice 2026-0417' },
  ],
};

interface ApprovalProps {
  /** What the phone does. */
  phone?: 'ignore' | 'approve' | 'deny';
  /** Whether a code may replace the phone. */
  codeAllowed?: boolean;
  /** Whether the app can ask again. */
  canRetry?: boolean;
  layout?: 'card' | 'inline';
  /** The texts of approvals. The provider only has the login's. */
  messages?: ApprovalMessages;
  transaction?: { title: string; details?: { label: string; value: string }[] };
}

/** The server of an approval that exists already. */
function useApprovalServer({ phone, codeAllowed = false, transaction = payment }: ApprovalProps) {
  const [adapter] = useState((): CibaAdapter<ApprovedApproval> => {
    const memory = createMemoryAdapter({
      phone: phone ?? 'ignore',
      after: 0.5,
      interval: 0.2,
      displayCode: '47',
      session: () => ({ id: 'approval' }),
    });
    return {
      ...memory,
      initiate: async (request, options) => ({
        ...(await memory.initiate(request, options)),
        ...{ transaction, codeAllowed, resendAllowed: false },
      }),
    };
  });
  return adapter;
}

function Approval(props: ApprovalProps) {
  const adapter = useApprovalServer(props);
  const onRetry = props.canRetry ? () => undefined : undefined;
  return (
    <CibaApproval id="approval" adapter={adapter} layout={props.layout} onRetry={onRetry} messages={props.messages} />
  );
}

const meta = {
  title: 'States/Payment and approval',
  component: Approval,
  subcomponents: { CibaApproval },
  render: (args, { globals }) => <Approval {...args} messages={approvalMessagesOf(String(globals['locale']))} />,
} satisfies Meta<typeof Approval>;

export default meta;

type Story = StoryObj<typeof meta>;

const isIn = (canvasElement: HTMLElement, state: string) =>
  waitFor(() => expect(canvasElement.querySelector('[data-part="root"]')).toHaveAttribute('data-state', state), {
    timeout: 5000,
  });

/** A payment: the amount in large letters, the number to match beside it. */
export const Payment: Story = { play: ({ canvasElement }) => isIn(canvasElement, 'polling') };

/** Where the app allows it, a code replaces the phone. */
export const WithCode: Story = {
  args: { codeAllowed: true },
  play: ({ canvasElement }) => isIn(canvasElement, 'polling'),
};

/** The receipt is on the server; the page only says so. */
export const Approved: Story = {
  args: { phone: 'approve' },
  play: ({ canvasElement }) => isIn(canvasElement, 'approved'),
};

/** Only the app can ask again, so without `onRetry` nothing is offered. */
export const Denied: Story = { args: { phone: 'deny' }, play: ({ canvasElement }) => isIn(canvasElement, 'denied') };

export const DeniedWithRetry: Story = {
  args: { phone: 'deny', canRetry: true },
  play: ({ canvasElement }) => isIn(canvasElement, 'denied'),
};

/** What an agent asks for, as part of a chat. */
export const InlineForAnAgent: Story = {
  args: {
    layout: 'inline',
    transaction: {
      title: 'Book Hotel Example for two nights',
      details: [{ label: 'Asked by', value: 'Travel agent' }],
    },
  },
  play: ({ canvasElement }) => isIn(canvasElement, 'polling'),
};

function Shop() {
  const { withApproval } = useApprovedFetch();
  const [paid, setPaid] = useState(false);
  const pay = async () => {
    const call = async (approval?: string) =>
      approval === undefined ? { approval: null } : approval === 'ask' ? { approval: 'one' } : { value: true };
    setPaid(await withApproval(call).catch(() => false));
  };
  return (
    <button type="button" data-testid="pay" data-paid={paid} onClick={() => void pay()}>
      €1,240.00
    </button>
  );
}

function ShopWithDialog(props: ApprovalProps) {
  const adapter = useApprovalServer(props);
  return (
    <ApprovalProvider adapter={adapter} messages={props.messages}>
      <Shop />
    </ApprovalProvider>
  );
}

/** One dialog for all calls that need an approval. Its button sends the push, unless the user has just pressed one. */
export const Dialog: Story = {
  render: (props, context?: { readonly globals: Record<string, unknown> }) => (
    <ShopWithDialog {...props} {...(context && { messages: approvalMessagesOf(String(context.globals['locale'])) })} />
  ),
  play: async ({ canvasElement }) => {
    await userEvent.click(within(canvasElement).getByTestId('pay'));
    const dialog = await within(canvasElement).findByRole('dialog');
    const start = dialog.querySelector('[data-verb="start"]');
    if (start) await userEvent.click(start);
    await isIn(dialog, 'polling');
  },
};
