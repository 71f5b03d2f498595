import { expect, test, vi } from 'vitest';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { signIn } from '../../examples/headless.js';

test('the headless example signs in, and says why where it cannot', async () => {
  vi.useFakeTimers();
  vi.spyOn(console, 'info').mockImplementation(() => {});
  try {
    const signedIn = signIn(createMemoryAdapter({ phone: 'approve', after: 2 }), 'ada@example.com');
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(signedIn).resolves.toEqual({ name: 'ada@example.com' });

    const denied = signIn(createMemoryAdapter({ phone: 'deny', after: 2 }), 'ada@example.com');
    denied.catch(() => {});
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(denied).rejects.toThrow('denied');

    const failed = signIn(createMemoryAdapter({ faults: { initiate: 'forbidden' } }), 'ada@example.com');
    failed.catch(() => {});
    await vi.advanceTimersByTimeAsync(100);
    await expect(failed).rejects.toMatchObject({ code: 'forbidden' });
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
