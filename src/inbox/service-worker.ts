import type { InboxMessages } from '../contract/messages.js';

// What is used of a service worker. The library's types are those of pages, which have none of it.

interface WaitingEvent {
  waitUntil(work: Promise<unknown>): void;
}

interface PushedEvent extends WaitingEvent {
  readonly data: { json(): unknown } | null;
}

interface ClickedEvent extends WaitingEvent {
  readonly notification: Notification;
}

interface WindowOfWorker {
  readonly url: string;
  focus(): Promise<unknown>;
}

interface ServiceWorkerScope {
  readonly location: { readonly origin: string };
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly WindowOfWorker[]>;
    openWindow(url: string): Promise<unknown>;
  };
  addEventListener(type: 'push', listener: (event: PushedEvent) => void): void;
  addEventListener(type: 'notificationclick', listener: (event: ClickedEvent) => void): void;
}

/** The texts of notifications. A locale's inbox texts, such as `deInbox`, have them. */
export type NotificationMessages = Pick<InboxMessages, 'inbox.push.request' | 'inbox.push.devices'>;

export interface NotifyOfRequestsOptions {
  /** @default English */
  readonly messages?: NotificationMessages;
  /** The address of an image for notifications. */
  readonly icon?: string;
  /** The address of a small one-color image for Android's status bar. */
  readonly badge?: string;
}

/** A copy of two lines of `enInbox`: a worker must not carry the other texts. */
const ENGLISH: NotificationMessages = {
  'inbox.push.request': 'New request. Open it to answer.',
  'inbox.push.devices': 'Your phones have changed. Open this to check.',
};

/** What the server sends (`ring.ts`). It names neither the account nor what is asked. */
interface Bell {
  readonly tag: string;
  readonly requester: string;
  readonly page: string;
  readonly devices?: boolean;
}

/** Returns the message of an inbox, or `null` for a push that another part of the app sent. */
function readBell(event: PushedEvent): Bell | null {
  try {
    const bell = Object(event.data?.json()) as Record<keyof Bell, unknown>;
    const { tag, requester, page } = bell;
    if (typeof tag !== 'string' || typeof requester !== 'string' || typeof page !== 'string') return null;
    return { tag, requester, page, devices: bell.devices === true };
  } catch {
    // The push holds no JSON.
    return null;
  }
}

/** The page that a notification of the inbox opens, or `null` for a notification of another part of the app. */
function pageOf(notification: Notification): string | null {
  const { cibaPage } = Object(notification.data) as { readonly cibaPage?: unknown };
  return typeof cibaPage === 'string' ? cibaPage : null;
}

/**
 * Closes the notifications of the inbox. Call it when the phone's page opens: a card that was answered on another phone
 * can't take its notification back.
 *
 * @example
 * await closeRequestNotifications(await navigator.serviceWorker.ready);
 */
export async function closeRequestNotifications(registration: ServiceWorkerRegistration): Promise<void> {
  for (const notification of await registration.getNotifications()) {
    if (pageOf(notification) !== null) notification.close();
  }
}

/** Brings the phone's page to the front, or opens it. */
async function openPage(worker: ServiceWorkerScope, page: string): Promise<void> {
  const { origin } = worker.location;
  const url = new URL(page, origin);
  // A notification never leads away from this app.
  const target = url.origin === origin ? url : new URL(origin);
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const open = windows.find((one) => {
    const shown = new URL(one.url);
    return shown.origin === target.origin && shown.pathname === target.pathname;
  });
  // A browser may refuse to focus a window that is about to close.
  const focused = await open?.focus().catch(() => undefined);
  if (!focused) await worker.clients.openWindow(target.href);
}

/**
 * Shows a notification for every push of an inbox. A tap opens the phone's page, where the user answers. Call it once, at
 * the top of your service worker. Other pushes and notifications stay yours.
 *
 * @example
 * notifyOfRequests({ icon: '/icon-192.png' });
 */
export function notifyOfRequests({ messages = ENGLISH, icon, badge }: NotifyOfRequestsOptions = {}): void {
  const worker = globalThis as unknown as ServiceWorkerScope;

  worker.addEventListener('push', (event) => {
    const bell = readBell(event);
    if (!bell) return;
    // Safari takes the permission away from an app that shows nothing for a push, so that an open page gets it, too.
    event.waitUntil(
      worker.registration.showNotification(bell.requester, {
        body: messages[bell.devices ? 'inbox.push.devices' : 'inbox.push.request'],
        // The same card never stands there twice.
        tag: bell.tag,
        data: { cibaPage: bell.page },
        ...(icon !== undefined && { icon }),
        ...(badge !== undefined && { badge }),
      }),
    );
  });

  worker.addEventListener('notificationclick', (event) => {
    const page = pageOf(event.notification);
    if (page === null) return;
    event.notification.close();
    event.waitUntil(Promise.all([closeRequestNotifications(worker.registration), openPage(worker, page)]));
  });
}
