import { act, fireEvent, render, screen } from '@testing-library/react';
import { StrictMode } from 'react';
import { expect, test } from 'vitest';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { CibaLogin } from '../../src/index.js';
import { createFakeEnvironment } from '../support/fake-environment.js';

const keyboards = [
  ['a keyboard that tells repeats', true],
  ['one that does not', false],
] as const;

function setUp(told = true) {
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({ clock: world.environment.clock, interval: 5, latency: 1 });
  const tree = (key: string) => (
    <StrictMode>
      <CibaLogin key={key} adapter={adapter} environment={world.environment} />
    </StrictMode>
  );
  const { rerender } = render(tree('first'));
  return {
    remount: () => rerender(tree('second')),
    calls: (method: string) => adapter.calls.filter((call) => call.method === method).length,
    advance: (seconds: number) => act(() => world.advance(seconds * 1000)),
    field: () => screen.getByRole<HTMLInputElement>('textbox'),
    holdEnter(field: HTMLInputElement) {
      for (let press = 0; press < 20; press += 1) fireEvent.keyDown(field, { key: 'Enter', repeat: told && press > 0 });
    },
  };
}

test.each(keyboards)('%s: Enter held down on the name rings once', async (_name, told) => {
  const { field, holdEnter, advance, calls } = setUp(told);
  fireEvent.change(field(), { target: { value: 'ada@example.com' } });
  holdEnter(field());
  await advance(3);
  expect(calls('initiate')).toBe(1);
});

test.each(keyboards)('%s: Enter held down on a code checks it once, also after a no', async (_name, told) => {
  const { field, holdEnter, advance, calls } = setUp(told);
  fireEvent.change(field(), { target: { value: 'ada@example.com' } });
  holdEnter(field());
  await advance(1);
  fireEvent.click(screen.getByRole('button', { name: /code/i }));
  fireEvent.input(field(), { target: { value: '000000' } });
  holdEnter(field());
  await advance(2);
  holdEnter(field());
  await advance(2);
  expect(calls('verifyTotp')).toBe(1);
});

test('a remount rings nobody', async () => {
  const { field, holdEnter, advance, calls, remount } = setUp();
  fireEvent.change(field(), { target: { value: 'ada@example.com' } });
  holdEnter(field());
  await advance(1);
  remount();
  await advance(10);
  expect(calls('initiate')).toBe(1);
  expect(screen.getByRole('textbox')).toBeInTheDocument();
});
