import type { Meta, StoryObj } from '@storybook/react-vite';
import { Login } from 'react-ciba';

const meta = {
  title: 'States/Order',
  component: Login.Order,
  decorators: [
    (Story) => (
      <div data-scope="ciba-login" data-part="root">
        <Story />
      </div>
    ),
  ],
  args: {
    eyebrow: 'Approve this payment',
    title: 'Pay €1,240.00 to Example Shop GmbH',
    details: [
      { label: 'Account', value: 'DE89 3704 0044 0532 0130 00' },
      { label: 'Reference', value: 'Invoice 2026-0417' },
      { label: 'Date', value: '28 Nov 2026' },
    ],
  },
} satisfies Meta<typeof Login.Order>;

export default meta;
type Story = StoryObj<typeof meta>;

/** The amount in large letters, and who gets it. */
export const WithAmount: Story = { args: { amount: '€1,240.00', payee: 'to Example Shop GmbH' } };

/** Without an amount, the title takes its place. */
export const WithTitle: Story = {};
