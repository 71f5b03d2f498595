import { misconfigured } from '../contract/errors.js';
import type { PasskeyJson } from '../contract/inbox.js';

/** Why this browser shows no notifications. `homeScreenFirst`: on iPhones, only apps on the Home Screen do. */
export type NoNotificationsReason = 'blocked' | 'homeScreenFirst' | 'unsupported';

/** Whether the browser may show notifications. `off`: it may, once the user turns them on. */
export type NotificationPermissionState = 'on' | 'off' | NoNotificationsReason;

/** The browser's side of notifications: its permission, and its subscription at a push service. */
export interface InboxNotifications {
  readPermission(): NotificationPermissionState;
  /**
   * Asks for the permission and subscribes with the server's key. Call it from a press: browsers ask only then.
   * Rejects if the user refuses.
   */
  subscribe(key: string): Promise<PasskeyJson>;
  /** Ends the subscription, if there is one. */
  unsubscribe(): Promise<void>;
}

/** The notifications of the browser. They need a service worker that the app registers. */
export const browserNotifications: InboxNotifications = {
  readPermission() {
    const { navigator, Notification: api } = globalThis as Partial<typeof globalThis>;
    if (!navigator?.serviceWorker || !api || !('PushManager' in globalThis)) {
      // Only Safari has this field, and on a Mac it has notifications without a Home Screen.
      return (navigator as { readonly standalone?: boolean } | undefined)?.standalone === false
        ? 'homeScreenFirst'
        : 'unsupported';
    }
    if (api.permission === 'denied') return 'blocked';
    return api.permission === 'granted' ? 'on' : 'off';
  },
  async subscribe(key) {
    const pushManager = await findPushManager();
    const subscribe = () => pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    const subscription = await subscribe().catch(async (error: unknown) => {
      // The subscription that stands was made with another key, which the server no longer has.
      if ((Object(error) as { name?: unknown }).name !== 'InvalidStateError') throw error;
      await (await pushManager.getSubscription())?.unsubscribe();
      return subscribe();
    });
    return { ...subscription.toJSON() } as PasskeyJson;
  },
  async unsubscribe() {
    await (await (await findPushManager()).getSubscription())?.unsubscribe();
  },
};

/** Without a service worker, `ready` would never come. */
async function findPushManager(): Promise<PushManager> {
  const { serviceWorker } = navigator;
  if (!(await serviceWorker.getRegistration())) {
    throw misconfigured(
      'This page has no service worker, so it can’t get notifications. Register one, see docs/inbox.md.',
    );
  }
  return (await serviceWorker.ready).pushManager;
}
