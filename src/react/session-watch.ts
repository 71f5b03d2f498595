import { focusManager } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { attempt } from '../environment/browser.js';
import { clearSession, sessionQueryKey } from './session-query.js';
import type { SessionSource } from './session-query.js';
import { openSignOutChannel } from './sign-out-channel.js';

/** Milliseconds between two looks whether the session still exists. */
const LOOK_INTERVAL_MS = 60_000;

export interface SessionWatch {
  /** Signs out the page in the other tabs. */
  postSignedOut(): void;
  release(): void;
}

/** One watch per client and source, however many hooks use them. */
const watches = new WeakMap<QueryClient, Map<object, { readonly watch: SessionWatch; users: number }>>();

/**
 * Notices the end of a session that this page didn't end: another tab signed out, or the server says that the session is over.
 * The looks don't count as a use, so an open page doesn't keep its session from being idle.
 */
export function watchSession<Session>(client: QueryClient, source: SessionSource<Session>): SessionWatch {
  const ofClient = watches.get(client) ?? new Map<object, { readonly watch: SessionWatch; users: number }>();
  watches.set(client, ofClient);
  const shared = ofClient.get(source) ?? { watch: startWatch(client, source), users: 0 };
  ofClient.set(source, shared);
  shared.users += 1;
  let released = false;
  return {
    postSignedOut: () => shared.watch.postSignedOut(),
    release() {
      if (released) return;
      released = true;
      shared.users -= 1;
      if (shared.users > 0) return;
      ofClient.delete(source);
      shared.watch.release();
    },
  };
}

function startWatch<Session>(client: QueryClient, source: SessionSource<Session>): SessionWatch {
  const life = new AbortController();
  const channel = openSignOutChannel(source, () => void clearSession(client));

  async function look(): Promise<void> {
    const shown: unknown = client.getQueryData(sessionQueryKey);
    if (shown === null || shown === undefined || !attempt(() => focusManager.isFocused(), true)) return;
    try {
      const session = await source.session({ signal: life.signal, background: true });
      if (session === null && !life.signal.aborted) await clearSession(client);
    } catch {
      // A look that fails says nothing about the session.
    }
  }

  const timer = setInterval(() => void look(), LOOK_INTERVAL_MS);
  return {
    postSignedOut: () => channel?.post(),
    release() {
      clearInterval(timer);
      life.abort();
      channel?.close();
    },
  };
}
