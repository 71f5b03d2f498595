import { act, renderHook, waitFor } from '@testing-library/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { expect, test, vi } from 'vitest';
import { useCibaSession } from '../../src/index.js';
import { CibaError } from '../../src/contract/index.js';

function setUp(client: QueryClient | null) {
  let user: { name: string } | null = { name: 'Ada' };
  const source = {
    session: vi.fn(() => Promise.resolve(user)),
    signOut: vi.fn(() => {
      user = null;
      return Promise.resolve();
    }),
  };
  const wrapper = ({ children }: { children: ReactNode }) =>
    client ? <QueryClientProvider client={client}>{children}</QueryClientProvider> : children;
  return { source, ...renderHook(() => useCibaSession(source), { wrapper }) };
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
