import { act, render, renderHook, waitFor } from '@testing-library/react';
import { MutationCache, MutationObserver, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { MutationObserverOptions } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { describe, expect, test, vi } from 'vitest';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import type { MemorySession } from '../../src/adapters/memory/index.js';
import { sessionQueryKey, useCibaLogin, useCibaSession, useTotp } from '../../src/index.js';
import type { UseCibaLoginResult } from '../../src/index.js';
import { createFakeEnvironment } from '../support/fake-environment.js';

// H4: the app's client can watch, never decide.

const HINT = 'ada@example.com';
const hang = () => new Promise<never>(() => undefined);
const fail = () => {
  throw new Error('thrown by the app');
};
const CALLBACKS = ['onMutate', 'onSuccess', 'onError', 'onSettled'] as const;

function everyCallback(callback: () => unknown) {
  return Object.fromEntries(CALLBACKS.map((name) => [name, callback]));
}

function withListener(listen: (client: QueryClient) => void): QueryClient {
  const client = new QueryClient();
  listen(client);
  return client;
}

const CLIENTS: Record<string, () => QueryClient> = {
  'callbacks of the cache that hang': () => new QueryClient({ mutationCache: new MutationCache(everyCallback(hang)) }),
  // TanStack Query itself reports what onError and onSettled throw as unhandled.
  'a callback of the cache that throws first': () =>
    new QueryClient({ mutationCache: new MutationCache({ onMutate: fail }) }),
  'a callback of the cache that throws at the end': () =>
    new QueryClient({ mutationCache: new MutationCache({ onSuccess: fail }) }),
  'default callbacks that hang': () => new QueryClient({ defaultOptions: { mutations: everyCallback(hang) } }),
  'default callbacks that throw': () =>
    new QueryClient({ defaultOptions: { mutations: { onMutate: fail, onSuccess: fail } } }),
  'defaults that share a scope, retry, pause and keep': () =>
    new QueryClient({
      defaultOptions: {
        mutations: { scope: { id: 'app' }, retry: 3, networkMode: 'online', gcTime: Infinity, throwOnError: true },
      },
    }),
  "defaults for the kit's own key": () =>
    withListener((client) =>
      client.setMutationDefaults(['react-ciba'], {
        mutationFn: hang,
        retry: true,
        scope: { id: 'app' },
        ...everyCallback(hang),
      }),
    ),
  'a listener of the mutation cache that throws': () =>
    withListener((client) => client.getMutationCache().subscribe(fail)),
  'callbacks that clear it': () => {
    const client: QueryClient = new QueryClient({
      mutationCache: new MutationCache(everyCallback(() => client.clear())),
    });
    return client;
  },
  'a callback that waits for a slow query': () => {
    const client: QueryClient = new QueryClient({
      mutationCache: new MutationCache({ onSuccess: () => client.invalidateQueries() }),
    });
    client.setQueryDefaults(['slow'], { queryFn: hang });
    client.setQueryData(['slow'], 'old');
    return client;
  },
};

function setUp(first: QueryClient) {
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({ interval: 5, clock: world.environment.clock });
  const onApproved = vi.fn<(session: MemorySession) => void>();
  const results: UseCibaLoginResult[] = [];
  function Login() {
    const login = useCibaLogin({ adapter, environment: world.environment, onApproved });
    results.push(login);
    return null;
  }
  const tree = (client: QueryClient) => (
    <QueryClientProvider client={client}>
      <Login />
    </QueryClientProvider>
  );
  const { rerender } = render(tree(first));
  return {
    adapter,
    onApproved,
    login: () => results.at(-1) as UseCibaLoginResult,
    swap: (client: QueryClient) => rerender(tree(client)),
    do: async (what: (login: UseCibaLoginResult) => void) => {
      act(() => what(results.at(-1) as UseCibaLoginResult));
      await act(() => world.settle());
    },
    advance: (milliseconds: number) => act(() => world.advance(milliseconds)),
    calls: () => adapter.calls.map(({ method }) => method),
  };
}

describe.each(Object.entries(CLIENTS))('H4: a client with %s', (_name, createClient) => {
  test('delays and repeats no act of a login', async () => {
    const { adapter, onApproved, login, do: act, advance, calls } = setUp(createClient());
    await act(({ start }) => start(HINT));
    expect(login().status).toBe('polling');
    await act(({ useCode }) => useCode());
    await act(({ submitCode }) => submitCode('000000'));
    expect(login()).toMatchObject({ status: 'totpEntry', code: { verifying: false, wrongCodes: 1 } });
    await act(({ cancel }) => cancel());
    expect(login().status).toBe('idle');
    await act(({ start }) => start(HINT));
    adapter.phone.approve();
    await advance(5_000);
    expect(login()).toMatchObject({ status: 'approved', finishing: false });
    expect(onApproved).toHaveBeenCalledExactlyOnceWith({ name: HINT });
    expect(calls()).toEqual(['initiate', 'verifyTotp', 'cancel', 'initiate', 'poll']);
  });

  test('delays no failure', async () => {
    const { adapter, login, do: act } = setUp(createClient());
    adapter.initiate = () => Promise.reject(new Error('broken'));
    await act(({ start }) => start(HINT));
    expect(login()).toMatchObject({ status: 'failed', error: { code: 'unknown' } });
  });

  test('holds no sign-out', async () => {
    const client = createClient();
    const source = { session: () => Promise.resolve({ name: 'Ada' }), signOut: vi.fn(() => Promise.resolve()) };
    client.setQueryDefaults(sessionQueryKey, { staleTime: Infinity });
    const wrapper = ({ children }: { children: ReactNode }) => (
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    );
    const { result } = renderHook(() => useCibaSession(source), { wrapper });
    await act(() => result.current.signOut());
    expect(source.signOut).toHaveBeenCalledOnce();
    expect(result.current.signingOut).toBe(false);
    expect(client.getQueryData(sessionQueryKey) ?? null).toBeNull();
  });

  test('delays no code of useTotp', async () => {
    const world = createFakeEnvironment();
    const adapter = createMemoryAdapter({ clock: world.environment.clock });
    const wrapper = ({ children }: { children: ReactNode }) => (
      <QueryClientProvider client={createClient()}>{children}</QueryClientProvider>
    );
    const options = { adapter, loginHint: HINT, environment: world.environment };
    const { result } = renderHook(() => useTotp(options), { wrapper });
    act(() => result.current.submit('000000'));
    await act(() => world.settle());
    expect(result.current).toMatchObject({ status: 'invalid', wrongCodes: 1 });
  });
});

test('H4: a client that is replaced changes no login and no verb, and sees the acts from then on', async () => {
  const [first, second] = [new QueryClient(), new QueryClient()];
  const seen: unknown[] = [];
  second.getMutationCache().subscribe(({ type, mutation }) => {
    if (type === 'added') seen.push(mutation.options.mutationKey);
  });
  const { login, do: act, swap, calls } = setUp(first);
  await act(({ start }) => start(HINT));
  const { start, cancel } = login();
  swap(second);
  expect(login()).toMatchObject({ status: 'polling', start, cancel });
  first.clear();
  await act((login) => login.cancel());
  expect(login().status).toBe('idle');
  expect(calls()).toEqual(['initiate', 'cancel']);
  expect(seen).toEqual([['react-ciba', 'cancel']]);
});

test('H4: a listener of the query cache that throws fails no approval', async () => {
  const client = new QueryClient();
  client.setQueryData(sessionQueryKey, null);
  client.getQueryCache().subscribe(fail);
  const { adapter, login, do: act, advance } = setUp(client);
  await act(({ start }) => start(HINT));
  adapter.phone.approve();
  await advance(5_000);
  expect(login()).toMatchObject({ status: 'approved', finishing: false });
  expect(client.getQueryState(sessionQueryKey)?.isInvalidated).toBe(true);
});

test("H4: a login that takes long holds no mutation of the app's own scope", async () => {
  const scope = { id: 'app' };
  const client = new QueryClient({ defaultOptions: { mutations: { scope } } });
  const { adapter, do: act } = setUp(client);
  adapter.initiate = hang;
  await act(({ start }) => start(HINT));
  const options: MutationObserverOptions<string, Error, void> = { mutationFn: () => Promise.resolve('saved'), scope };
  await expect(new MutationObserver(client, options).mutate()).resolves.toBe('saved');
});

test('H4: a session query that is still open brings back no one who signed out', async () => {
  const client = new QueryClient({ queryCache: new QueryCache() });
  let answer = (_user: { name: string }): void => undefined;
  const source = {
    session: vi.fn(() => new Promise<{ name: string }>((resolve) => (answer = resolve))),
    signOut: () => Promise.resolve(),
  };
  client.setQueryData(sessionQueryKey, { name: 'Ada' });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(() => useCibaSession(source), { wrapper });
  await waitFor(() => expect(source.session).toHaveBeenCalled());
  await act(() => result.current.signOut());
  await act(async () => answer({ name: 'Ada' }));
  expect(result.current.session).toBeNull();
});
