import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { CibaLogin } from '../../src/index.js';
import { renderWithCiba } from '../../src/testing/index.js';
import { en } from '../../src/locales/en.js';

// Tests of apps decide which clocks and timers are fake. A login must continue with any of them. Vitest can't fake nextTick
// in child processes, so the Jest tests in test/consumers do.
const timers = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const;
const frames = ['requestAnimationFrame', 'cancelAnimationFrame', 'setImmediate', 'clearImmediate'] as const;

type Faked = NonNullable<NonNullable<Parameters<typeof vi.useFakeTimers>[0]>['toFake']>;

const sets: Record<string, Faked | undefined> = {
  'the default set': undefined,
  'timers and Date': [...timers, 'Date'],
  'timers alone': [...timers],
  'setTimeout alone': ['setTimeout', 'clearTimeout'],
  'setTimeout and performance': ['setTimeout', 'clearTimeout', 'performance'],
  'setTimeout and queueMicrotask': ['setTimeout', 'clearTimeout', 'Date', 'queueMicrotask'],
  'everything but performance': [...timers, ...frames, 'Date', 'queueMicrotask'],
  'everything but Date': [...timers, ...frames, 'performance', 'queueMicrotask'],
  everything: [...timers, ...frames, 'Date', 'performance', 'queueMicrotask'],
};

afterEach(() => {
  vi.useRealTimers();
});

const advance = (seconds: number) => act(() => vi.advanceTimersByTimeAsync(seconds * 1000));

function renderLogin() {
  return renderWithCiba((adapter) => <CibaLogin adapter={adapter} loginHint="ada@example.com" />, { render });
}

test.each(Object.entries(sets))('an approval signs in with %s faked', async (_, toFake) => {
  vi.useFakeTimers(toFake && { toFake });
  const { phone, adapter } = renderLogin();
  fireEvent.click(screen.getByRole('button', { name: en['idle.start'] }));
  await advance(3.1);
  expect(screen.getByText(en['polling.title'])).toBeVisible();
  // One poll per second, as the backend asked for.
  expect(adapter.calls.filter(({ method }) => method === 'poll')).toHaveLength(3);
  phone.approve();
  await advance(1.1);
  expect(screen.getByText(en['approved.title'])).toBeVisible();
});

test.each(Object.entries(sets).filter(([, toFake]) => !toFake || toFake.includes('Date')))(
  'two minutes pass at once with %s faked',
  async (_, toFake) => {
    vi.useFakeTimers(toFake && { toFake });
    renderLogin();
    fireEvent.click(screen.getByRole('button', { name: en['idle.start'] }));
    await advance(121);
    expect(screen.getByText(en['expired.title'])).toBeVisible();
  },
);

const clocks: Faked[] = [['Date'], ['performance'], ['Date', 'performance'], ['queueMicrotask']];

test.each(clocks.map((toFake) => [toFake.join(' and '), toFake] as const))(
  'an approval signs in with only %s faked, on real timers',
  async (_, toFake) => {
    vi.useFakeTimers({ toFake: [...toFake] });
    const { phone } = renderWithCiba((adapter) => <CibaLogin adapter={adapter} loginHint="ada" />, {
      render,
      interval: 0.02,
    });
    fireEvent.click(screen.getByRole('button', { name: en['idle.start'] }));
    expect(await screen.findByText(en['polling.title'])).toBeVisible();
    phone.approve();
    expect(await screen.findByText(en['approved.title'])).toBeVisible();
  },
);

test('a lockout ends on the fake clock', async () => {
  vi.useFakeTimers();
  renderWithCiba((adapter) => <CibaLogin adapter={adapter} loginHint="ada" />, {
    render,
    totp: { attempts: 1, lockout: 60 },
  });
  fireEvent.click(screen.getByRole('button', { name: en['idle.start'] }));
  await advance(0.1);
  fireEvent.click(screen.getByRole('button', { name: en['action.useCode'] }));
  fireEvent.change(screen.getByLabelText(en['totpEntry.label'](6)), { target: { value: '000000' } });
  fireEvent.click(screen.getByRole('button', { name: en['totpEntry.submit'] }));
  await advance(1);
  expect(screen.getByRole('heading')).toHaveTextContent('Too many');
  await advance(61);
  expect(screen.getByRole('heading')).not.toHaveTextContent('Too many');
});
