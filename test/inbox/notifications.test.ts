import { afterEach, expect, test, vi } from 'vitest';
import { browserNotifications } from '../../src/inbox/notifications.js';

/** A browser with this subscription, and with or without a service worker. */
function createBrowser({ standing = null as string | null, registered = true } = {}) {
  let key = standing;
  const subscriptionOf = (own: string) => ({
    toJSON: () => ({ endpoint: `https://push.example/${own}` }),
    unsubscribe: async () => ((key = null), true),
  });
  const pushManager = {
    getSubscription: async () => (key === null ? null : subscriptionOf(key)),
    subscribe: async ({ applicationServerKey }: { applicationServerKey: string }) => {
      if (key !== null && key !== applicationServerKey) throw new DOMException('Another key', 'InvalidStateError');
      return subscriptionOf((key = applicationServerKey));
    },
  };
  const registration = { pushManager };
  vi.stubGlobal('navigator', {
    serviceWorker: {
      getRegistration: async () => (registered ? registration : undefined),
      ready: registered ? Promise.resolve(registration) : new Promise(() => undefined),
    },
  });
  return { subscribed: () => key };
}

afterEach(() => vi.unstubAllGlobals());

test('a subscription with an older key of the server makes room for one with the new key', async () => {
  const browser = createBrowser({ standing: 'old' });
  expect(await browserNotifications.subscribe('new')).toEqual({ endpoint: 'https://push.example/new' });
  expect(browser.subscribed()).toBe('new');
});

test('a subscription ends once', async () => {
  const browser = createBrowser({ standing: 'old' });
  await browserNotifications.unsubscribe();
  await browserNotifications.unsubscribe();
  expect(browser.subscribed()).toBeNull();
});

test('a page without a service worker is told so, and does not wait for ever', async () => {
  createBrowser({ registered: false });
  await expect(browserNotifications.subscribe('new')).rejects.toMatchObject({ code: 'misconfigured' });
  await expect(browserNotifications.unsubscribe()).rejects.toMatchObject({ code: 'misconfigured' });
});
