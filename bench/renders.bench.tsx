import { act, render, screen } from '@testing-library/react';
import { Profiler } from 'react';
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import { CibaLogin, CibaProvider, useCibaLogin } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { createFakeEnvironment } from '../test/support/fake-environment.js';

const INTERVAL = 2;
// Shorter than the cooldown before a resend, because the end of the cooldown changes the view.
const SECONDS = 26;

/** Sends a push, lets half a minute of polls pass without a change, and counts the renders in that time. */
async function countRenders(makeHost: (world: World) => ReactNode, start: () => void) {
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({ clock: world.environment.clock, interval: INTERVAL, expiresIn: 120 });
  let commits = 0;
  const result = render(
    <CibaProvider environment={world.environment}>
      <Profiler id="all" onRender={() => (commits += 1)}>
        {makeHost({ adapter })}
      </Profiler>
    </CibaProvider>,
  );
  const pass = (milliseconds: number) => act(() => world.advance(milliseconds));
  start();
  await pass(1000);
  const before = { commits, polls: countPolls(adapter) };
  // Advances one second at a time, as a browser would, so that each tick commits separately.
  for (let second = 0; second < SECONDS; second += 1) await pass(1000);
  const counts = { polls: countPolls(adapter) - before.polls, commits: commits - before.commits };
  result.unmount();
  return counts;
}

interface World {
  readonly adapter: ReturnType<typeof createMemoryAdapter>;
}

function countPolls({ calls }: World['adapter']): number {
  return calls.filter(({ method }) => method === 'poll').length;
}

test('the host of <CibaLogin> does not render while polls change nothing', async () => {
  let hostRenders = 0;
  function Host({ adapter }: World) {
    hostRenders += 1;
    return <CibaLogin adapter={adapter} loginHint="ada@example.com" />;
  }
  let atStart = 0;
  const counts = await countRenders(
    ({ adapter }) => <Host adapter={adapter} />,
    () => {
      screen.getAllByRole('button')[0]?.click();
      atStart = hostRenders;
    },
  );
  print('<CibaLogin>', { ...counts, hostRenders: hostRenders - atStart });
  expect(counts.polls).toBeGreaterThanOrEqual(SECONDS / INTERVAL - 1);
  expect(hostRenders - atStart).toBe(0);
  // Proves that the count can rise: the countdown component does tick.
  expect(counts.commits).toBeGreaterThan(0);
});

test('a component on useCibaLogin does not render while polls change nothing', async () => {
  let hostRenders = 0;
  let whenPolling = 0;
  function Host({ adapter }: World) {
    const login = useCibaLogin({ adapter, loginHint: 'ada@example.com' });
    hostRenders += 1;
    if (login.status === 'polling') whenPolling ||= hostRenders;
    return (
      <button type="button" onClick={() => login.start()}>
        {login.status}
      </button>
    );
  }
  const counts = await countRenders(
    ({ adapter }) => <Host adapter={adapter} />,
    () => act(() => screen.getByRole('button').click()),
  );
  print('useCibaLogin', { ...counts, hostRenders: hostRenders - whenPolling });
  expect(counts.polls).toBeGreaterThanOrEqual(SECONDS / INTERVAL - 1);
  expect(hostRenders - whenPolling).toBe(0);
  expect(whenPolling).toBeGreaterThan(0);
});

function print(what: string, counts: Record<string, number>): void {
  console.log(`${what}, while waiting ${SECONDS} s`);
  console.table(counts);
}
