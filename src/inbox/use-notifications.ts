import { useCallback, useState } from 'react';
import type { InboxAdapter } from '../contract/inbox.js';
import { useLatest } from '../react/use-latest.js';
import type { InboxNotifications, NotificationPermissionState } from './notifications.js';
import type { Passkeys } from './passkeys.js';

/** Notifications on this phone. */
export interface NotificationsView {
  readonly status: NotificationPermissionState;
  /** Whether an answer is awaited. */
  readonly pending: boolean;
  /** Whether the last change failed. A dialog that the user closed is no failure. */
  readonly failed: boolean;
}

interface Listed {
  readonly device: { readonly push: boolean };
  readonly pushKey: string | null;
}

interface Parts {
  readonly adapter: InboxAdapter;
  readonly passkeys: Passkeys;
  readonly notifications: InboxNotifications;
  readonly onChanged: () => Promise<void>;
}

/** Turning notifications on and off. The server needs the phone's passkey for both, so that a stolen cookie can't. */
export function useNotifications(listed: Listed | null, parts: Parts) {
  const [{ pending, failed }, setState] = useState({ pending: false, failed: false });
  const pushKey = listed?.pushKey ?? null;
  const latest = useLatest({ ...parts, pushKey, pending });

  const change = useCallback(
    async (turnsOn: boolean) => {
      const { adapter, passkeys, notifications, onChanged, pushKey: key, pending: isBusy } = latest.current;
      if (key === null || isBusy) return;
      setState({ pending: true, failed: false });
      try {
        const subscription = turnsOn ? await notifications.subscribe(key) : null;
        const challenge = await adapter.deviceChallenge({ act: 'push' });
        await adapter.push(subscription, await passkeys.get(challenge, new AbortController().signal));
        if (!turnsOn) await notifications.unsubscribe();
        setState({ pending: false, failed: false });
      } catch (error) {
        setState({ pending: false, failed: (Object(error) as { name?: unknown }).name !== 'NotAllowedError' });
      }
      // Also after a refusal: the browser's own permission may have changed.
      await onChanged();
    },
    [latest],
  );
  const turnOn = useCallback(() => change(true), [change]);
  const turnOff = useCallback(() => change(false), [change]);

  const toView = (): NotificationsView | null => {
    if (!listed || pushKey === null) return null;
    const permission = parts.notifications.readPermission();
    // The server forgets a subscription that its push service no longer knows.
    const status = permission === 'on' && !listed.device.push ? 'off' : permission;
    return { status, pending, failed };
  };
  return { notifications: toView(), turnOnNotifications: turnOn, turnOffNotifications: turnOff };
}
