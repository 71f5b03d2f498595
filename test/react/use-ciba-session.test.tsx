import { act, renderHook, waitFor } from '@testing-library/react';
import { focusManager, onlineManager, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { describe, expect, test, vi } from 'vitest';
import { useCibaSession } from '../../src/index.js';
import { CibaError } from '../../src/contract/index.js';

function setUp(client: QueryClient | null, channel = '') {
  let user: { name: string } | null = { name: 'Ada' };
  const source = {
    channel,
    session: vi.fn((_options?: { readonly background?: boolean }) => Promise.resolve(user)),
    signOut: vi.fn(() => {
      user = null;
      return Promise.resolve();
    }),
  };
  const wrapper = ({ children }: { children: ReactNode }) =>
    client ? <QueryClientProvider client={client}>{children}</QueryClientProvider> : children;
  const end = () => {
    user = null;
  };
  return { source, end, ...renderHook(() => useCibaSession(source), { wrapper }) };
}

test.each([
  ["in the app's client", new QueryClient()],
  ['without one', null],
])('says who is signed in and signs out, %s', async (_name, client) => {
  const { result, source } = setUp(client);
  expect(result.current).toMatchObject({ session: undefined, isPending: true, signingOut: false });
  await waitFor(() => expect(result.current.session).toEqual({ name: 'Ada' }));
  act(() => void result.current.signOut());
  await waitFor(() => expect(result.current).toMatchObject({ session: null, signingOut: false }));
  expect(source.signOut).toHaveBeenCalledOnce();
});

test('a sign-out that failed says so and signs nobody out', async () => {
  const { result, source } = setUp(null);
  await waitFor(() => expect(result.current.session).toEqual({ name: 'Ada' }));
  source.signOut.mockRejectedValueOnce(new CibaError('network', 'gone'));
  await act(() => expect(result.current.signOut()).rejects.toMatchObject({ code: 'network' }));
  expect(result.current).toMatchObject({ session: { name: 'Ada' }, signingOut: false });
});

describe('a session that ends elsewhere', () => {
  test('by signing out in another tab ends in this one at once', async () => {
    const [here, there] = [setUp(new QueryClient()), setUp(new QueryClient())];
    await waitFor(() => expect([here, there].map(({ result }) => result.current.session)).not.toContain(undefined));
    await act(() => there.result.current.signOut());
    await waitFor(() => expect(here.result.current.session).toBeNull());
    expect(here.source.signOut).not.toHaveBeenCalled();
    expect(here.source.session).toHaveBeenCalledTimes(1);
  });

  test('by signing out at another backend of this origin does not end it', async () => {
    const here = setUp(new QueryClient());
    const there = setUp(new QueryClient(), '/admin/ciba');
    await waitFor(() => expect([here, there].map(({ result }) => result.current.session)).not.toContain(undefined));
    await act(() => there.result.current.signOut());
    // A tab of the same backend hears of its own, so the messages have arrived by then.
    const witness = setUp(new QueryClient(), '/admin/ciba');
    await waitFor(() => expect(witness.result.current.session).toEqual({ name: 'Ada' }));
    await act(() => there.result.current.signOut());
    await waitFor(() => expect(witness.result.current.session).toBeNull());
    expect(here.result.current.session).toEqual({ name: 'Ada' });
  });

  test('at the server ends here within a minute, by looks that do not count as a use', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const { result, source, end, unmount } = setUp(new QueryClient());
      await vi.waitFor(() => expect(result.current.session).toEqual({ name: 'Ada' }));
      await act(() => vi.advanceTimersByTimeAsync(60_000));
      expect(source.session).toHaveBeenLastCalledWith(expect.objectContaining({ background: true }));
      expect(result.current.session).toEqual({ name: 'Ada' });
      source.session.mockRejectedValueOnce(new CibaError('network', 'gone'));
      await act(() => vi.advanceTimersByTimeAsync(60_000));
      expect(result.current).toMatchObject({ session: { name: 'Ada' }, error: null });
      end();
      await act(() => vi.advanceTimersByTimeAsync(60_000));
      await vi.waitFor(() => expect(result.current.session).toBeNull());
      const calls = source.session.mock.calls.length;
      await act(() => vi.advanceTimersByTimeAsync(180_000));
      unmount();
      expect(source.session).toHaveBeenCalledTimes(calls);
    } finally {
      vi.useRealTimers();
    }
  });

  test('is looked for only while the page is visible, and once for all hooks', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const client = new QueryClient();
      const { result, source } = setUp(client);
      const wrapper = ({ children }: { children: ReactNode }) => (
        <QueryClientProvider client={client}>{children}</QueryClientProvider>
      );
      const second = renderHook(() => useCibaSession(source), { wrapper });
      await vi.waitFor(() => expect(result.current.session).toEqual({ name: 'Ada' }));
      const looks = () => source.session.mock.calls.filter(([options]) => options?.background).length;
      await act(() => vi.advanceTimersByTimeAsync(60_000));
      expect(looks()).toBe(1);
      second.unmount();
      focusManager.setFocused(false);
      await act(() => vi.advanceTimersByTimeAsync(120_000));
      expect(looks()).toBe(1);
      focusManager.setFocused(undefined);
      await act(() => vi.advanceTimersByTimeAsync(60_000));
      expect(looks()).toBe(2);
    } finally {
      focusManager.setFocused(undefined);
      vi.useRealTimers();
    }
  });

  test('is not asked for, and so not used, when the line comes back', async () => {
    const { result, source } = setUp(new QueryClient());
    await waitFor(() => expect(result.current.session).toEqual({ name: 'Ada' }));
    const asked = source.session.mock.calls.length;
    onlineManager.setOnline(false);
    await act(async () => onlineManager.setOnline(true));
    expect(source.session).toHaveBeenCalledTimes(asked);
  });

  test('can be asked for at once', async () => {
    const { result, end } = setUp(new QueryClient());
    await waitFor(() => expect(result.current.session).toEqual({ name: 'Ada' }));
    end();
    await act(() => result.current.refresh());
    await waitFor(() => expect(result.current.session).toBeNull());
  });
});
