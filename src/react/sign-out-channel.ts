import { openChannel } from '../environment/channel.js';
import type { SessionSource } from './session-query.js';

const SIGNED_OUT = 'signed-out';

/** Opens the channel by which the tabs of one backend tell one another that their session was ended. */
export function openSignOutChannel(
  { channel = '' }: Pick<SessionSource<unknown>, 'channel'>,
  onSignedOut?: () => void,
) {
  const opened = openChannel(`react-ciba:session:${channel}`, (message) => {
    if (message === SIGNED_OUT) onSignedOut?.();
  });
  return opened && { post: () => opened.post(SIGNED_OUT), close: opened.close };
}
