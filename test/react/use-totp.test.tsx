import { act, renderHook } from '@testing-library/react';
import { StrictMode } from 'react';
import { expect, test, vi } from 'vitest';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import type { MemoryAdapterOptions, MemorySession } from '../../src/adapters/memory/index.js';
import { useTotp } from '../../src/index.js';
import { createFakeEnvironment } from '../support/fake-environment.js';

function setUp(memory: MemoryAdapterOptions<MemorySession> = {}) {
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({ clock: world.environment.clock, ...memory });
  const onApproved = vi.fn();
  const onLockedOut = vi.fn();
  const { result } = renderHook(
    () =>
      useTotp({
        adapter,
        loginHint: 'ada@example.com',
        environment: world.environment,
        onApproved,
        onLockedOut,
      }),
    { wrapper: StrictMode },
  );
  const settle = () => act(() => world.settle());
  return {
    world,
    onApproved,
    onLockedOut,
    view: () => result.current,
    sent: () => adapter.calls.length,
    settle,
    async submit(code: string) {
      act(() => result.current.submit(code));
      await settle();
    },
    advance: (milliseconds: number) => act(() => world.advance(milliseconds)),
  };
}

test('a right code hands the session over once', async () => {
  const { view, submit, onApproved, sent } = setUp();
  expect(view()).toMatchObject({ status: 'entry', attemptsLeft: 3, error: null });
  await submit('123 456');
  expect(view().status).toBe('approved');
  expect(onApproved).toHaveBeenCalledExactlyOnceWith({ name: 'ada@example.com' });
  expect(sent()).toBe(1);
});

test('says that it verifies, and checks one code at a time', async () => {
  const { view, submit, sent } = setUp({ latency: 5 });
  await submit('123456');
  expect(view().status).toBe('verifying');
  await submit('123456');
  expect(sent()).toBe(1);
});

test('wrong codes count down to a lock that ends by itself', async () => {
  const { view, submit, advance, world, onLockedOut } = setUp({ totp: { lockout: 40 } });
  await submit('000000');
  expect(view()).toMatchObject({ status: 'invalid', attemptsLeft: 2, wrongCodes: 1 });
  await submit('000000');
  await submit('000000');
  expect(view()).toMatchObject({ status: 'lockedOut', retryAt: world.now() + 40_000 });
  expect(onLockedOut).toHaveBeenCalledOnce();
  await submit('123456');
  expect(view().status).toBe('lockedOut');
  await advance(40_000);
  expect(view()).toMatchObject({ status: 'entry', attemptsLeft: 3 });
  await submit('123456');
  expect(view().status).toBe('approved');
});

test('a fault costs no try', async () => {
  const { view, submit } = setUp({ faults: { verifyTotp: ['network'] } });
  await submit('123456');
  expect(view()).toMatchObject({ status: 'entry', attemptsLeft: 3, error: { code: 'network', retryable: true } });
});

test('letters and too few digits are not sent', async () => {
  const { view, submit, sent } = setUp();
  await submit('abcdef');
  await submit('12345');
  expect(sent()).toBe(0);
  expect(view().status).toBe('entry');
});
