'use client';

import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { DeviceInfo, InboxAdapter } from '../contract/inbox.js';
import { useOwnQueryClient } from '../react/ciba-provider.js';
import { browserPasskeys } from './passkeys.js';
import type { Passkeys } from './passkeys.js';
import { inboxQueryKey } from './use-ciba-inbox.js';

/** The query key of the phones, for your client's own calls. */
export const devicesQueryKey = [...inboxQueryKey, 'devices'] as const;

export interface UseCibaDevicesOptions {
  /** The backend, such as `createHttpInboxAdapter()`. */
  adapter: InboxAdapter;
  /** The phone's passkeys, for tests and stories. @default those of the browser, through `@simplewebauthn/browser` */
  passkeys?: Passkeys | undefined;
}

export interface UseCibaDevicesResult {
  /** The user's phones, oldest first; undefined until the first response. */
  readonly devices: readonly DeviceInfo[] | undefined;
  readonly error: Error | null;
  /** The ID of the phone that is being removed. */
  readonly removing: string | null;
  /** Removes a phone, with this phone's passkey. Rejects if the dialog was closed or the backend refused. */
  readonly remove: (id: string) => Promise<void>;
  /** Asks for the list again. */
  readonly refresh: () => Promise<void>;
}

/**
 * Returns the phones of the user of this phone, and a function to remove one.
 *
 * @example
 * const adapter = createHttpInboxAdapter();
 *
 * function Phones() {
 *   const { devices = [], remove } = useCibaDevices({ adapter });
 *   return devices.map(({ id, name }) => (
 *     <button key={id} onClick={() => void remove(id)}>
 *       Remove {name}
 *     </button>
 *   ));
 * }
 */
export function useCibaDevices({ adapter, passkeys = browserPasskeys }: UseCibaDevicesOptions): UseCibaDevicesResult {
  const client = useOwnQueryClient();
  const [removing, setRemoving] = useState<string | null>(null);
  const { data, error } = useQuery(
    { queryKey: devicesQueryKey, queryFn: () => adapter.devices(), networkMode: 'offlineFirst', retry: false },
    client,
  );
  // The list of cards, too: this phone may be the one that was removed.
  const refresh = useCallback(() => client.invalidateQueries({ queryKey: inboxQueryKey }), [client]);
  const remove = useCallback(
    async (id: string) => {
      setRemoving(id);
      try {
        const challenge = await adapter.deviceChallenge({ act: 'removeDevice', device: id });
        await adapter.removeDevice(id, await passkeys.get(challenge, new AbortController().signal));
        await refresh();
      } finally {
        setRemoving(null);
      }
    },
    [adapter, passkeys, refresh],
  );
  return { devices: data, error, removing, remove, refresh };
}
