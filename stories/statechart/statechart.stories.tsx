import type { Meta, StoryObj } from '@storybook/react-vite';
import { loginMachine, totpMachine } from 'react-ciba/machine';
import { cardMachine } from '../../src/inbox/machine/card.machine.js';
import { expect, waitFor } from 'storybook/test';
import type { AnyStateMachine } from 'xstate';
import { ChartDiagram } from './chart-diagram.js';
import { ChartTable } from './chart-table.js';
import { toDiagram } from './describe-chart.js';
import './statechart.css';

const CHARTS: Readonly<Record<'login' | 'code' | 'card', AnyStateMachine>> = {
  login: loginMachine,
  code: totpMachine,
  card: cardMachine,
};

// Drawn from the actual charts, never by hand.
const meta = {
  title: 'Engineering/Statechart',
  parameters: { layout: 'fullscreen' },
  args: { chart: 'login' },
  argTypes: { chart: { control: 'inline-radio', options: ['login', 'code', 'card'] } },
  render: ({ chart }) => {
    const machine = CHARTS[chart];
    return (
      <main className="statechart">
        <ChartDiagram
          text={toDiagram(machine)}
          label={`The ${chart} chart. The table below lists the same transitions.`}
        />
        <ChartTable machine={machine} caption={`Every transition of the ${chart} chart`} />
      </main>
    );
  },
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByRole('img')).toHaveAttribute('data-drawn', 'true'), { timeout: 10_000 });
  },
} satisfies Meta<{ chart: keyof typeof CHARTS }>;

export default meta;
type Story = StoryObj<typeof meta>;

export const Login: Story = {};

export const Code: Story = { args: { chart: 'code' } };

export const Card: Story = { args: { chart: 'card' } };
