import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render, renderHook, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { useCibaSession } from 'react-ciba';
import { en, enSessions } from 'react-ciba/locales/en';
import { CibaSessions, createHttpSessions, useCibaSessions } from 'react-ciba/sessions';
import { createTestSessions } from '../support/test-sessions.js';
import type { TestSessionsOptions } from '../support/test-sessions.js';

afterEach(() => {
  vi.useRealTimers();
});

async function setUp(options: TestSessionsOptions = {}) {
  const { source, calls } = createTestSessions(options);
  const onEnded = vi.fn();
  const user = userEvent.setup();
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const { container } = render(
    <QueryClientProvider client={client}>
      <CibaSessions source={source} onEnded={onEnded} />
    </QueryClientProvider>,
  );
  const devices = () => screen.getAllByRole('listitem').map(({ textContent }) => textContent);
  return { calls, onEnded, user, container, client, devices };
}

const region = () => document.querySelector('[data-part="announcer"]')?.textContent?.replace('\u00a0', '');
const heading = () => screen.getByRole('heading', { name: enSessions['sessions.title'] });

test('shows each device with its name, when it was used and how it signed in, and marks this one', async () => {
  const { devices, calls } = await setUp();
  await screen.findByText('Chrome on macOS');
  const [own, phone, office, unknown] = devices();
  expect(own).toMatch(/^Chrome on macOSThis deviceSigned in .+Approved on your phone$/);
  expect(phone).toMatch(/^Safari on iPhoneLast used 5 minutes agoSigned in /);
  expect(office).toMatch(/^Edge on WindowsLast used 3 hours agoSigned in .+With an authenticator codeSign out$/);
  expect(unknown).toMatch(/^Unknown deviceLast used yesterday/);
  expect(within(screen.getByRole('list')).getAllByRole('button')).toHaveLength(3);
  expect(screen.getByRole('region', { name: enSessions['sessions.title'] })).toBeVisible();
  expect(calls).toEqual(['list']);
});

test('signs out one other device, says so, and keeps the focus on the page', async () => {
  const { user, devices, calls, onEnded } = await setUp();
  await user.click(await screen.findByRole('button', { name: enSessions['sessions.endSpoken']('Safari on iPhone') }));
  await vi.waitFor(() => expect(devices()).toHaveLength(3));
  expect(devices().join()).not.toContain('iPhone');
  await vi.waitFor(() => expect(region()).toBe(enSessions['sessions.ended']('Safari on iPhone')));
  expect(heading()).toHaveFocus();
  expect(calls).toEqual(['list', 'end phone', 'list']);
  expect(onEnded).toHaveBeenCalledTimes(1);
});

test('signs out all other devices after a question, which starts on its harmless answer', async () => {
  const { user, devices, calls } = await setUp();
  const ask = await screen.findByRole('button', { name: enSessions['sessions.endOthers'] });
  await user.click(ask);
  const question = screen.getByRole('group', { name: enSessions['sessions.confirm'](3) });
  expect(within(question).getByRole('button', { name: en['action.cancel'] })).toHaveFocus();
  await user.keyboard('{Enter}');
  expect(screen.getByRole('button', { name: enSessions['sessions.endOthers'] })).toHaveFocus();
  expect(calls).toEqual(['list']);

  await user.keyboard('{Enter}');
  await user.click(within(screen.getByRole('group')).getByRole('button', { name: enSessions['sessions.end'] }));
  await vi.waitFor(() => expect(devices()).toHaveLength(1));
  await vi.waitFor(() => expect(region()).toBe(enSessions['sessions.othersEnded']));
  expect(screen.getByText(enSessions['sessions.noOthers'])).toBeVisible();
  expect(screen.queryByRole('button')).toBeNull();
  expect(heading()).toHaveFocus();
  expect(calls).toEqual(['list', 'endOthers', 'list']);
});

test('an act runs once, however often it is clicked', async () => {
  const { user, calls } = await setUp({ latency: 20 });
  const button = await screen.findByRole('button', { name: enSessions['sessions.endSpoken']('Safari on iPhone') });
  await user.dblClick(button);
  expect(button).toHaveAttribute('aria-disabled', 'true');
  await vi.waitFor(() => expect(screen.queryByText('Safari on iPhone')).toBeNull());
  expect(calls.filter((call) => call === 'end phone')).toHaveLength(1);
});

test('a list that fails offers to try again', async () => {
  const { user } = await setUp({ faults: ['unavailable'] });
  expect(await screen.findByRole('alert')).toHaveTextContent(en['error.unavailable.text']);
  await user.click(screen.getByRole('button', { name: en['action.retry'] }));
  expect(await screen.findByText('Chrome on macOS')).toBeVisible();
  expect(screen.queryByRole('alert')).toBeNull();
});

test('an act that fails says so, ends nothing, and can be tried again', async () => {
  const { user, devices, onEnded } = await setUp({ faults: [null, 'network'] });
  const button = await screen.findByRole('button', { name: enSessions['sessions.endSpoken']('Safari on iPhone') });
  await user.click(button);
  expect(await screen.findByRole('alert')).toBeVisible();
  expect(devices()).toHaveLength(4);
  expect(onEnded).not.toHaveBeenCalled();
  await user.click(button);
  await vi.waitFor(() => expect(devices()).toHaveLength(3));
  expect(screen.queryByRole('alert')).toBeNull();
});

test('nobody signed in: the list is empty, and the page hears of it', async () => {
  const { source } = createTestSessions({ sessions: null });
  const session = { session: vi.fn(async () => ({ name: 'Ada' })), signOut: vi.fn(async () => undefined) };
  function Page() {
    const { session: user } = useCibaSession(session);
    return user === null ? <p>Signed out</p> : <CibaSessions source={source} />;
  }
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Page />
    </QueryClientProvider>,
  );
  expect(await screen.findByText('Signed out')).toBeVisible();
});

test('the times go on while the page is open', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: Date.now() });
  await setUp();
  await vi.waitFor(() => expect(screen.getByText(enSessions['sessions.lastUsed'](300))).toBeVisible());
  await act(() => vi.advanceTimersByTimeAsync(120_000));
  expect(screen.getByText(enSessions['sessions.lastUsed'](420))).toBeVisible();
});

test('clicks and keys stay inside', async () => {
  const { source } = createTestSessions();
  const onClick = vi.fn();
  render(
    <div {...{ onClick }}>
      <CibaSessions source={source} />
    </div>,
  );
  const button = await screen.findByRole('button', { name: enSessions['sessions.endOthers'] });
  await act(() => userEvent.setup().click(button));
  expect(onClick).not.toHaveBeenCalled();
});

test('ending the session of this page signs out the other tabs of the same backend, and no others', async () => {
  const tab = (channel: string) => {
    const client = new QueryClient();
    const source = { channel, session: () => Promise.resolve({ name: 'Ada' }), signOut: () => Promise.resolve() };
    const wrapper = ({ children }: { children: ReactNode }) => (
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    );
    return renderHook(() => useCibaSession(source), { wrapper }).result;
  };
  const [same, another] = [tab('/api/ciba'), tab('/admin/ciba')];
  await vi.waitFor(() =>
    expect([same, another].map(({ current }) => current.session)).toEqual([{ name: 'Ada' }, { name: 'Ada' }]),
  );
  const { source } = createTestSessions();
  const { result } = renderHook(() => useCibaSessions({ ...source, channel: '/api/ciba' }));
  await vi.waitFor(() => expect(result.current.sessions).toHaveLength(4));

  await act(() => result.current.end('phone'));
  expect(same.current.session).toEqual({ name: 'Ada' });
  await act(() => result.current.end('laptop'));
  await vi.waitFor(() => expect(same.current.session).toBeNull());
  expect(another.current.session).toEqual({ name: 'Ada' });
});

test('the source over HTTP names its backend by the path of the handler', () => {
  expect(createHttpSessions({ basePath: '/admin/ciba/' }).channel).toBe('/admin/ciba');
});
