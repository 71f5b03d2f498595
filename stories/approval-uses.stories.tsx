import type { Meta, StoryObj } from '@storybook/react-vite';
import { useState } from 'react';
import type { CibaAdapter, Transaction } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import type { MemoryPhone } from 'react-ciba/adapters/memory';
import { ApprovalProvider } from 'react-ciba/approvals';
import type { ApprovalMessages, ApprovedApproval } from 'react-ciba/approvals';
import { expect, userEvent, waitFor, within } from 'storybook/test';
import { AgentChat } from '../examples/approvals/agent-chat.js';
import type { ChatMessage } from '../examples/approvals/agent-chat.js';
import { CallerCard } from '../examples/approvals/caller-card.js';
import { SettingsPage } from '../examples/approvals/settings-page.js';
import './approval-uses.css';
import { approvalMessagesOf } from './locales.js';
import { Phone } from './phone.js';

/** The server that created an approval, and the user's phone, which shows what the approval is about. */
interface Server {
  readonly adapter: CibaAdapter<ApprovedApproval>;
  readonly phone: MemoryPhone;
}

/** The server of the current story. */
let server: Server;

function useServer(transaction: Transaction, codeAllowed = false): Server {
  const [here] = useState((): Server => {
    const memory = createMemoryAdapter({
      ...{ interval: 0.2, displayCode: '47', resumable: true },
      session: (): ApprovedApproval => ({ id: 'approval' }),
    });
    const requests = new Map<string, ReturnType<typeof memory.initiate>>();
    const initiate: typeof memory.initiate = async (request, options) => {
      // A reload joins what was sent.
      const sent =
        requests.get(request.loginHint) ??
        memory.initiate({ ...request, loginHint: 'ada@example.com', transaction }, options);
      requests.set(request.loginHint, sent);
      return { ...(await sent), transaction, codeAllowed, resendAllowed: false };
    };
    return { adapter: { ...memory, initiate }, phone: memory.phone };
  });
  server = here;
  return here;
}

const booking: Transaction = {
  title: 'Book Hotel Lutetia for two nights',
  details: [
    { label: 'Price', value: '€240.00' },
    { label: 'Asked by', value: 'Travel agent' },
  ],
};

const CONVERSATION: readonly ChatMessage[] = [
  { key: '1', from: 'user', text: 'Find me a hotel in Paris, two nights from Friday.' },
  { key: '2', from: 'agent', text: 'Hotel Lutetia has a room for €240. I’ll book it once you approve.' },
  { key: '3', from: 'agent', approval: 'step-1' },
];

interface UseProps {
  /** The texts of approvals. The provider only has the login's. */
  messages?: ApprovalMessages;
}

/** A chat and the user's phone. The agent, on the server, learns of the outcome by itself. */
function AgentInChat({ messages }: UseProps) {
  const { adapter, phone } = useServer(booking);
  const [chat, setChat] = useState(CONVERSATION);
  const [loads, setLoads] = useState(0);
  const [agent] = useState<typeof adapter>(() => ({
    ...adapter,
    async poll(pending, options) {
      const answer = await adapter.poll(pending, options);
      const text = answer.status === 'approved' ? 'Booked. Have a good trip!' : 'Then I won’t book it.';
      if (answer.status === 'approved' || answer.status === 'denied') {
        setChat([...CONVERSATION, { key: '4', from: 'agent', text }]);
      }
      return answer;
    },
  }));
  return (
    <div className="scene">
      <section aria-label="The app">
        <AgentChat key={loads} chat={chat} adapter={agent} messages={messages} />
        <button type="button" onClick={() => setLoads(loads + 1)}>
          Reload the page
        </button>
      </section>
      <Phone phone={phone} />
    </div>
  );
}

const meta = {
  title: 'States/Approvals in use',
  component: AgentInChat,
  render: (args, { globals }) => <AgentInChat {...args} messages={approvalMessagesOf(String(globals['locale']))} />,
} satisfies Meta<typeof AgentInChat>;

export default meta;

type Story = StoryObj<typeof meta>;

const rootOf = (element: HTMLElement) => element.querySelector('[data-purpose="approval"]');
const reaches = (element: HTMLElement, state: string) =>
  waitFor(() => expect(rootOf(element)).toHaveAttribute('data-state', state), { timeout: 5000 });

/** An agent asks before it acts, in the chat. */
export const Agent: Story = { play: ({ canvasElement }) => reaches(canvasElement, 'polling') };

/** A reload shows the same card and sends nothing. Then the user approves, and the agent goes on. */
export const AgentApproved: Story = {
  async play({ canvasElement }) {
    await reaches(canvasElement, 'polling');
    const request = server.phone.requests[0]?.id;
    await userEvent.click(within(canvasElement).getByRole('button', { name: 'Reload the page' }));
    await reaches(canvasElement, 'polling');
    await expect(server.phone.rings).toBe(1);
    server.phone.approve(request);
    await reaches(canvasElement, 'approved');
    await within(canvasElement).findByText('Booked. Have a good trip!');
  },
};

/** After a denial the agent doesn't ask again. */
export const AgentDenied: Story = {
  async play({ canvasElement }) {
    await reaches(canvasElement, 'polling');
    await userEvent.click(await within(canvasElement).findByRole('button', { name: 'Deny' }));
    await reaches(canvasElement, 'denied');
    await within(canvasElement).findByText('Then I won’t book it.');
    await expect(server.phone.rings).toBe(1);
  },
};

function Helpdesk() {
  const { adapter, phone } = useServer({ title: 'Example Shop is on the phone with you' });
  const desk = {
    verify: async () => ({ id: 'call-1' }),
    account: async () => ({ account: 'ada@example.com' }),
  };
  return (
    <div className="scene">
      <section className="app-page" aria-label="The operator">
        <CallerCard caller="Ada Example" desk={desk} adapter={adapter} />
      </section>
      <Phone phone={phone} />
    </div>
  );
}

async function verifyCaller(canvasElement: HTMLElement) {
  await userEvent.click(within(canvasElement).getByRole('button', { name: 'Verify caller' }));
  await reaches(canvasElement, 'polling');
}

/** The operator watches, and the caller approves: the texts speak to the operator. */
export const CallerVerification: Story = {
  render: () => <Helpdesk />,
  play: ({ canvasElement }) => verifyCaller(canvasElement),
};

/** Once the caller has approved, the operator sees the account. */
export const CallerVerified: Story = {
  render: () => <Helpdesk />,
  async play({ canvasElement }) {
    await verifyCaller(canvasElement);
    await userEvent.click(await within(canvasElement).findByRole('button', { name: 'Approve' }));
    await reaches(canvasElement, 'approved');
    await within(canvasElement).findByText('Account: ada@example.com');
  },
};

/** Answers the routes of the settings as `approvals.protect` does, with an area that stays open. */
function answerSettings(): () => void {
  const { fetch } = globalThis;
  let isOpen = false;
  globalThis.fetch = async (input, init) => {
    if (!String(input).startsWith('/api/settings')) return fetch(input, init);
    const approval = new Headers(init?.headers).get('x-ciba-approval');
    isOpen ||= approval === 'area-1';
    if (isOpen) return Response.json({ open: true });
    return Response.json({ approval: approval === 'ask' ? 'area-1' : null }, { status: 401 });
  };
  return () => {
    globalThis.fetch = fetch;
  };
}

function StepUp({ messages }: UseProps) {
  const { adapter } = useServer({ title: 'Open your settings' }, true);
  return (
    <section className="app-page" aria-label="The app">
      <ApprovalProvider adapter={adapter} messages={messages}>
        <SettingsPage open={false} />
      </ApprovalProvider>
    </section>
  );
}

async function openSettings(canvasElement: HTMLElement): Promise<HTMLElement> {
  await userEvent.click(within(canvasElement).getByRole('button', { name: 'Open settings' }));
  const dialog = await within(canvasElement).findByRole('dialog');
  const start = dialog.querySelector('[data-verb="start"]');
  if (start) await userEvent.click(start);
  await reaches(dialog, 'polling');
  return dialog;
}

const stepUp: Story = {
  beforeEach: answerSettings,
  render: (args, context?: { readonly globals: Record<string, unknown> }) => (
    <StepUp {...args} {...(context && { messages: approvalMessagesOf(String(context.globals['locale'])) })} />
  ),
};

/** An area that opens with an approval. A code may replace the phone. */
export const OpenAnArea: Story = {
  ...stepUp,
  async play({ canvasElement }) {
    await openSettings(canvasElement);
  },
};

/** While the area is open, the next request asks nobody. */
export const AreaIsOpen: Story = {
  ...stepUp,
  async play({ canvasElement }) {
    await openSettings(canvasElement);
    server.phone.approve();
    const email = await within(canvasElement).findByLabelText('Email', {}, { timeout: 5000 });
    await userEvent.type(email, 'ada@new.example');
    await userEvent.click(within(canvasElement).getByRole('button', { name: 'Save' }));
    await within(canvasElement).findByText('Saved.');
    await expect(within(canvasElement).queryByRole('dialog')).toBeNull();
    await expect(server.phone.rings).toBe(1);
  },
};
