import { focusManager, onlineManager } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBrowserEnvironment } from '../../src/environment/index.js';
import { browserTabs } from '../../src/environment/resume-in-tab.js';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});

afterEach(() => {
  vi.useRealTimers();
  focusManager.setFocused(undefined);
  onlineManager.setOnline(true);
});

describe('the browser', () => {
  test.each([
    ['focus', () => window.dispatchEvent(new Event('focus'))],
    ['pageshow', () => window.dispatchEvent(new Event('pageshow'))],
    ['resume', () => document.dispatchEvent(new Event('resume'))],
    ['visibilitychange', () => document.dispatchEvent(new Event('visibilitychange'))],
    ['online', () => window.dispatchEvent(new Event('online'))],
    ['offline', () => window.dispatchEvent(new Event('offline'))],
  ])('%s is a change of the world, until the way out is taken', (_name, happen) => {
    const onChange = vi.fn();
    const exit = createBrowserEnvironment().subscribe(onChange);
    happen();
    expect(onChange).toHaveBeenCalledOnce();
    exit();
    happen();
    expect(onChange).toHaveBeenCalledOnce();
  });

  test('is visible and online as the page and the browser say', () => {
    const { isVisible, isOnline } = createBrowserEnvironment();
    expect([isVisible(), isOnline()]).toEqual([true, true]);
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    expect([isVisible(), isOnline()]).toEqual([false, false]);
  });

  test("follows TanStack Query's managers where they are given", () => {
    const environment = createBrowserEnvironment({ focusManager, onlineManager });
    const onChange = vi.fn();
    const exit = environment.subscribe(onChange);
    focusManager.setFocused(false);
    onlineManager.setOnline(false);
    expect(onChange).toHaveBeenCalledTimes(2);
    expect([environment.isVisible(), environment.isOnline()]).toEqual([false, false]);
    exit();
  });

  test('one name runs once at a time, with locks and without', async () => {
    for (const locks of [undefined, createFakeLocks()]) {
      vi.stubGlobal('navigator', { locks });
      const { exclusive } = browserTabs;
      let finish = () => {};
      const first = exclusive('a', () => new Promise<string>((resolve) => (finish = () => resolve('first'))), {
        steal: false,
      });
      expect(await exclusive('a', () => Promise.resolve('second'), { steal: false })).toBeNull();
      expect(await exclusive('b', () => Promise.resolve('other'), { steal: false })).toBe('other');
      expect(await exclusive('a', () => Promise.resolve('stolen'), { steal: true })).toBe('stolen');
      finish();
      expect(await first).toBe('first');
      expect(await exclusive('a', () => Promise.resolve('again'), { steal: false })).toBe('again');
      await expect(exclusive('a', () => Promise.reject(new Error('no')), { steal: false })).rejects.toThrow('no');
      expect(await exclusive('a', () => Promise.resolve('after'), { steal: false })).toBe('after');
    }
    vi.unstubAllGlobals();
  });

  test('where locks are refused, as in a sandboxed frame, a name still runs, once at a time in this tab', async () => {
    const request = () => Promise.reject(new DOMException('denied', 'SecurityError'));
    vi.stubGlobal('navigator', { locks: { request } });
    let finish = () => {};
    const first = browserTabs.exclusive(
      'a',
      () => new Promise<string>((resolve) => (finish = () => resolve('first'))),
      {
        steal: false,
      },
    );
    await Promise.resolve();
    await Promise.resolve();
    expect(await browserTabs.exclusive('a', () => Promise.resolve('second'), { steal: false })).toBeNull();
    finish();
    expect(await first).toBe('first');
    vi.unstubAllGlobals();
  });

  test('a channel reaches the others, and nobody where there is none', async () => {
    vi.useRealTimers();
    const heard: unknown[] = [];
    const mine = browserTabs.openChannel('a', (message) => heard.push(['mine', message]));
    const other = browserTabs.openChannel('a', (message) => heard.push(['other', message]));
    mine?.post({ type: 'sent' });
    await vi.waitFor(() => expect(heard).toEqual([['other', { type: 'sent' }]]));
    mine?.close();
    other?.close();
    vi.stubGlobal('BroadcastChannel', undefined);
    expect(browserTabs.openChannel('a', () => {})).toBeNull();
    vi.unstubAllGlobals();
  });

  test('H6: a platform whose APIs all throw leaves a login with less', async () => {
    const denied = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    vi.stubGlobal('crypto', { getRandomValues: denied });
    vi.stubGlobal('BroadcastChannel', denied);
    vi.spyOn(window, 'addEventListener').mockImplementation(denied);
    vi.stubGlobal('navigator', {
      get locks() {
        return denied();
      },
    });
    const throwing = { isFocused: denied, isOnline: denied, subscribe: denied };
    const environment = createBrowserEnvironment({ focusManager: throwing, onlineManager: throwing });
    expect([environment.isVisible(), environment.isOnline()]).toEqual([true, true]);
    environment.subscribe(() => undefined)();
    expect(environment.createActId()).not.toBe(environment.createActId());
    expect(browserTabs.openChannel('a', () => undefined)).toBeNull();
    expect(await browserTabs.exclusive('a', () => Promise.resolve('run'), { steal: false })).toBe('run');
    vi.stubGlobal(
      'BroadcastChannel',
      class {
        postMessage = denied;
        close = denied;
      },
    );
    const channel = browserTabs.openChannel('a', () => undefined);
    channel?.post('message');
    channel?.close();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  test('no two acts share an id', () => {
    const { createActId } = createBrowserEnvironment();
    const ids = new Set(Array.from({ length: 1000 }, createActId));
    expect(ids.size).toBe(1000);
    for (const id of ids) expect(id).toMatch(/^[\d-]{32,64}$/);
  });
});

/** As much of Web Locks as the environment uses. */
function createFakeLocks() {
  const held = new Set<string>();
  return {
    async request<T>(name: string, { steal }: LockOptions, run: (lock: object | null) => Promise<T>): Promise<T> {
      if (held.has(name) && !steal) return run(null);
      held.add(name);
      try {
        return await run({ name });
      } finally {
        held.delete(name);
      }
    },
  };
}
