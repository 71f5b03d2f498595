import { act, render, screen } from '@testing-library/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Activity, Profiler, StrictMode } from 'react';
import type { ComponentProps } from 'react';
import { describe, expect, test, vi } from 'vitest';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import type { MemoryAdapterOptions, MemorySession } from '../../src/adapters/memory/index.js';
import { sessionQueryKey, useCibaLogin } from '../../src/index.js';
import type { UseCibaLoginResult, UseCibaLoginOptions } from '../../src/index.js';
import { createFakeEnvironment } from '../support/fake-environment.js';

const HINT = 'ada@example.com';

interface Frame {
  readonly client?: QueryClient;
  readonly activity?: ComponentProps<typeof Activity>['mode'];
}

function setUp(
  memory: MemoryAdapterOptions<MemorySession> = {},
  options: Partial<UseCibaLoginOptions<MemorySession>> = {},
  frame: Frame = {},
) {
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({ interval: 5, clock: world.environment.clock, ...memory });
  const results: UseCibaLoginResult[] = [];
  let commits = 0;

  function Login(props: Partial<UseCibaLoginOptions<MemorySession>>) {
    const login = useCibaLogin({ adapter, environment: world.environment, ...options, ...props });
    results.push(login);
    return <button onClick={() => login.start(HINT)}>{login.status}</button>;
  }

  function tree(props: Partial<UseCibaLoginOptions<MemorySession>> = {}, { client, activity }: Frame = frame) {
    const login = (
      <Profiler id="login" onRender={() => (commits += 1)}>
        <Login {...props} />
      </Profiler>
    );
    const inner = activity ? <Activity mode={activity}>{login}</Activity> : login;
    return (
      <StrictMode>{client ? <QueryClientProvider client={client}>{inner}</QueryClientProvider> : inner}</StrictMode>
    );
  }

  const { rerender, unmount, container } = render(tree());
  return {
    world,
    adapter,
    unmount,
    commits: () => commits,
    status: () => container.textContent,
    login: () => results.at(-1) as UseCibaLoginResult,
    update: (...args: Parameters<typeof tree>) => act(async () => rerender(tree(...args))),
    calls: (method: string) => adapter.calls.filter((call) => call.method === method).length,
    click: () => act(async () => screen.getByRole('button').click()),
    settle: () => act(() => world.settle()),
    advance: (milliseconds: number) => act(() => world.advance(milliseconds)),
  };
}

async function waiting(...args: Parameters<typeof setUp>) {
  const test = setUp(...args);
  await test.click();
  await test.settle();
  expect(test.status()).toBe('polling');
  return test;
}

describe('one push for one act', () => {
  test('under StrictMode a login rings once and hands the session over once', async () => {
    const onApproved = vi.fn();
    const { advance, adapter, calls, status } = await waiting({}, { onApproved });
    adapter.phone.approve();
    await advance(5_000);
    expect(status()).toBe('approved');
    expect(onApproved).toHaveBeenCalledExactlyOnceWith({ name: HINT });
    expect(calls('initiate')).toBe(1);
  });

  test('<Activity> hidden and shown while polling goes on with the same request, no sooner than allowed', async () => {
    const { advance, adapter, calls, update, status } = await waiting({}, {}, { activity: 'visible' });
    await advance(5_000);
    expect(calls('poll')).toBe(1);
    await update({}, { activity: 'hidden' });
    await advance(2_000);
    await update({}, { activity: 'visible' });
    await advance(2_999);
    expect(calls('poll')).toBe(1);
    await advance(1);
    expect(calls('poll')).toBe(2);
    adapter.phone.approve();
    await advance(5_000);
    expect(status()).toBe('approved');
    expect(calls('initiate')).toBe(1);
  });

  test('<Activity> hidden while polling polls nobody', async () => {
    const { advance, calls, update, world } = await waiting({}, {}, { activity: 'visible' });
    await update({}, { activity: 'hidden' });
    await advance(60_000);
    expect(calls('poll')).toBe(0);
    expect(world.leftovers()).toEqual({ timers: 0, listeners: 0, locks: 0, channels: 0 });
  });

  test('<Activity> hidden and shown while the phone is being rung does not ring again', async () => {
    const { click, settle, calls, update, status } = setUp({ latency: 2 }, {}, { activity: 'visible' });
    await click();
    await update({}, { activity: 'hidden' });
    await update({}, { activity: 'visible' });
    await settle();
    expect(calls('initiate')).toBe(1);
    expect(status()).toBe('failed');
  });

  test('the session is handed over once, also when <Activity> hides and shows while onApproved runs', async () => {
    let finish = () => {};
    const onApproved = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const { advance, adapter, update, login, settle } = await waiting({}, { onApproved }, { activity: 'visible' });
    adapter.phone.approve();
    await advance(5_000);
    await update({}, { activity: 'hidden' });
    await act(async () => finish());
    await update({}, { activity: 'visible' });
    await settle();
    expect(login().status).toBe('idle');
    expect(onApproved).toHaveBeenCalledOnce();
  });

  test('unmount ends every call, timer and listener', async () => {
    const { click, advance, calls, unmount, world } = setUp({ latency: 1 });
    await click();
    await advance(6_500);
    expect(calls('poll')).toBe(1);
    unmount();
    await advance(60_000);
    expect(calls('poll')).toBe(1);
    expect(world.leftovers()).toEqual({ timers: 0, listeners: 0, locks: 0, channels: 0 });
  });
});

describe('renders', () => {
  test('polling that changes nothing renders nothing', async () => {
    const { advance, calls, commits } = await waiting({ expiresIn: 600 }, { approvalTimeout: Infinity });
    await advance(31_000);
    const before = commits();
    await advance(200_000);
    expect(calls('poll')).toBeGreaterThan(40);
    expect(commits()).toBe(before);
  });

  test('verbs never change', async () => {
    const { login, advance } = await waiting();
    const { start, cancel, submitCode } = login();
    await advance(30_000);
    expect(login()).toMatchObject({ start, cancel, submitCode });
  });
});

describe('callbacks', () => {
  test('the latest ones are called, each for its outcome', async () => {
    const first = vi.fn();
    const onDenied = vi.fn();
    const onEvent = vi.fn();
    const { adapter, advance, update } = await waiting({}, { onDenied: first });
    await update({ onDenied, onEvent });
    adapter.phone.deny();
    await advance(5_000);
    expect(first).not.toHaveBeenCalled();
    expect(onDenied).toHaveBeenCalledOnce();
    expect(onEvent).toHaveBeenCalledExactlyOnceWith({ type: 'denied' });
  });

  test('an onApproved that throws ends in failed, and onFailed hears why', async () => {
    const cause = new Error('no account');
    const onFailed = vi.fn();
    const onApproved = () => Promise.reject(cause);
    const { adapter, advance, login } = await waiting({}, { onApproved, onFailed });
    adapter.phone.approve();
    await advance(5_000);
    expect(login()).toMatchObject({ status: 'failed', error: { code: 'sessionRefused' } });
    expect(onFailed.mock.calls[0]?.[0]).toMatchObject({ code: 'sessionRefused', cause });
  });

  test('another loginHint ends the login under way', async () => {
    const { update, login, advance, calls } = await waiting({}, { loginHint: HINT });
    await update({ loginHint: 'grace@example.com' });
    expect(login()).toMatchObject({ status: 'idle', loginHint: 'grace@example.com' });
    await advance(60_000);
    expect(calls('poll')).toBe(0);
  });
});

describe('H10: a page that comes back after the approval', () => {
  async function approved(options: Parameters<typeof setUp>[1], frame?: Frame) {
    const test = await waiting({}, options, frame);
    test.adapter.phone.approve();
    await test.advance(5_000);
    expect(test.status()).toBe('approved');
    return test;
  }
  const show = (persisted: boolean) =>
    act(async () => window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted })));

  test.each([
    ['has ended', () => undefined],
    ['never ends', () => new Promise<void>(() => undefined)],
  ])('from the back-forward cache can sign in again, where onApproved %s', async (_name, onApproved) => {
    const { status, click, settle, calls } = await approved({ onApproved });
    await show(false);
    expect(status()).toBe('approved');
    await show(true);
    expect(status()).toBe('idle');
    await click();
    await settle();
    expect(status()).toBe('polling');
    expect(calls('initiate')).toBe(2);
  });

  test('in an <Activity> can sign in again', async () => {
    const { status, update } = await approved({}, { activity: 'visible' });
    await update({}, { activity: 'hidden' });
    await update({}, { activity: 'visible' });
    expect(status()).toBe('idle');
  });

  test('in any other state goes on', async () => {
    const { status } = await waiting();
    await show(true);
    expect(status()).toBe('polling');
  });
});

describe('H9: a loginHint', () => {
  test.each(['ADA@Example.com', ' ada@example.com\u00a0', HINT])(
    'that comes late as %j disturbs nothing',
    async (late) => {
      const { update, login, calls, adapter, advance } = await waiting();
      await update({ loginHint: late });
      expect(login()).toMatchObject({ status: 'polling', loginHint: HINT });
      await update({});
      await update({ loginHint: HINT });
      expect(login().status).toBe('polling');
      expect(calls('cancel')).toBe(0);
      adapter.phone.approve();
      await advance(5_000);
      expect(login().status).toBe('approved');
    },
  );

  test('that comes late for somebody else waits until the login is over', async () => {
    const { update, login, calls } = await waiting();
    await update({ loginHint: 'grace@example.com' });
    expect(login()).toMatchObject({ status: 'polling', loginHint: HINT });
    await act(async () => login().cancel());
    expect(login()).toMatchObject({ status: 'idle', loginHint: 'grace@example.com' });
    expect(calls('initiate')).toBe(1);
  });

  test('that goes away disturbs nothing, and that names another user then ends the login', async () => {
    const { update, login } = await waiting({}, { loginHint: HINT });
    await update({ loginHint: undefined });
    expect(login().status).toBe('polling');
    await update({ loginHint: 'grace@example.com' });
    expect(login()).toMatchObject({ status: 'idle', loginHint: 'grace@example.com' });
  });

  test('that comes while nothing runs is taken', async () => {
    const { update, login } = setUp();
    await update({ loginHint: 'grace@example.com' });
    expect(login()).toMatchObject({ status: 'idle', loginHint: 'grace@example.com' });
  });
});

describe('TanStack Query', () => {
  const hostile = () =>
    new QueryClient({
      defaultOptions: {
        queries: { staleTime: Infinity, retry: 3, networkMode: 'online' },
        mutations: { retry: 3, networkMode: 'online', gcTime: Infinity },
      },
    });

  test("acts are mutations of the app's client, whose defaults do not reach into them", async () => {
    const client = hostile();
    const keys: unknown[] = [];
    client.getMutationCache().subscribe(({ type, mutation }) => {
      if (type === 'added') keys.push(mutation.options.mutationKey);
    });
    const { login, settle, calls, status } = await waiting({ faults: { verifyTotp: ['unavailable'] } }, {}, { client });
    act(() => login().useCode());
    act(() => login().submitCode('000000'));
    await settle();
    expect(calls('verifyTotp')).toBe(1);
    act(() => login().cancel());
    await settle();
    expect(status()).toBe('idle');
    expect(keys).toEqual(['initiate', 'verify', 'cancel'].map((name) => ['react-ciba', name]));
    // The cache collects with a timer of its own.
    await vi.waitFor(() => expect(client.getMutationCache().getAll()).toEqual([]));
  });

  test("the app's clear() in the middle of everything harms nothing", async () => {
    const client = hostile();
    const { click, settle, advance, adapter, status } = setUp({ latency: 1 }, {}, { client });
    await click();
    client.clear();
    await advance(1_000);
    expect(status()).toBe('polling');
    await advance(5_000);
    client.clear();
    adapter.phone.approve();
    await advance(6_000);
    await settle();
    expect(status()).toBe('approved');
  });

  test('polls are no queries', async () => {
    const client = hostile();
    const { advance, calls } = await waiting({}, {}, { client });
    await advance(30_000);
    expect(calls('poll')).toBe(6);
    expect(client.getQueryCache().getAll()).toEqual([]);
  });

  test('an approval invalidates who is signed in', async () => {
    const client = hostile();
    client.setQueryData(sessionQueryKey, null);
    const { adapter, advance } = await waiting({}, {}, { client });
    adapter.phone.approve();
    await advance(5_000);
    expect(client.getQueryState(sessionQueryKey)?.isInvalidated).toBe(true);
  });

  test('a paused network does not hold an act back to ring the phone later', async () => {
    const client = hostile();
    const { world, click, settle, calls } = setUp({ faults: { initiate: 'offline' } }, {}, { client });
    world.change({ online: false });
    await click();
    await settle();
    expect(calls('initiate')).toBe(1);
  });
});
