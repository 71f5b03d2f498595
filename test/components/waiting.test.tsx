import { act, render, screen } from '@testing-library/react';
import { Profiler } from 'react';
import { createPortal } from 'react-dom';
import { expect, test, vi } from 'vitest';
import { CibaLogin, CibaProvider } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { en } from 'react-ciba/locales/en';
import { createFakeEnvironment } from '../support/fake-environment.js';

/** The interval of most backends (OpenID CIBA §7.3). */
const INTERVAL_SECONDS = 5;

/** A login that waits for its approval, in a page that may be hidden, and what happens in some seconds of that. */
async function waitFor(seconds: number, visibility: DocumentVisibilityState) {
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({
    clock: world.environment.clock,
    interval: INTERVAL_SECONDS,
    expiresIn: 120,
  });
  let commits = 0;
  render(
    <CibaProvider environment={world.environment}>
      <Profiler id="login" onRender={() => (commits += 1)}>
        <CibaLogin adapter={adapter} loginHint="ada@example.com" />
      </Profiler>
    </CibaProvider>,
  );
  screen.getByText(en['idle.start']).click();
  await act(() => world.advance(100));
  expect(screen.getByText(en['polling.title'])).toBeInTheDocument();
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(visibility);
  act(() => void document.dispatchEvent(new Event('visibilitychange')));
  await act(() => world.advance(1_000));

  const polls = () => adapter.calls.filter(({ method }) => method === 'poll').length;
  const before = { wakes: world.wakes(), polls: polls() };
  commits = 0;
  for (let second = 0; second < seconds; second += 1) await act(() => world.advance(1_000));
  return { commits, wakes: world.wakes() - before.wakes, polls: polls() - before.polls };
}

test('a page that waits commits once a second, and wakes up for that and for its polls alone', async () => {
  const seconds = 20;
  const { commits, wakes, polls } = await waitFor(seconds, 'visible');
  expect(polls).toBe(seconds / INTERVAL_SECONDS);
  expect(commits).toBe(seconds);
  expect(wakes).toBeLessThanOrEqual(seconds + polls);
});

test('a hidden page polls, and does nothing else', async () => {
  const seconds = 20;
  const { commits, wakes, polls } = await waitFor(seconds, 'hidden');
  expect(polls).toBe(seconds / INTERVAL_SECONDS);
  expect(commits).toBe(0);
  expect(wakes).toBe(polls);
});

test('a window of its own goes on while the page that opened it is hidden', async () => {
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({ clock: world.environment.clock, expiresIn: 120 });
  const popup = document.body.appendChild(document.createElement('iframe'));
  const { body } = popup.contentDocument as Document;
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  const { unmount } = render(
    <CibaProvider environment={world.environment}>
      {createPortal(<CibaLogin adapter={adapter} loginHint="ada@example.com" />, body)}
    </CibaProvider>,
  );
  body.querySelector<HTMLElement>('[data-verb="start"]')?.click();
  await act(() => world.advance(100));
  const timeLeft = () => body.querySelector('[data-part="time-text"]')?.textContent;
  const before = timeLeft();
  await act(() => world.advance(5_000));
  expect(before).toBe('2:00');
  expect(timeLeft()).toBe('1:55');
  unmount();
  popup.remove();
});
