import type { CibaChannel } from '../machine/polling/tabs.js';
import { attempt, page } from './browser.js';

/** Opens a channel to the other tabs of this origin. Returns `null` on a server, and in browsers without channels. */
export function openChannel(name: string, onMessage: (message: unknown) => void): CibaChannel | null {
  return attempt(() => {
    if (!page.BroadcastChannel) return null;
    const channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }) => onMessage(data);
    return {
      post: (message: unknown) => attempt(() => channel.postMessage(message), undefined),
      close: () => attempt(() => channel.close(), undefined),
    };
  }, null);
}
