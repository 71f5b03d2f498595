import { misconfigured } from '../../contract/errors.js';
import type { ChannelDriver } from './context.js';
import type { InboxChannel } from './options.js';

/** What each channel does. Apps only pass channels on, so that what they do isn't part of the public interface yet. */
const drivers = new WeakMap<InboxChannel, ChannelDriver>();

export function registerChannel(channel: InboxChannel, driver: ChannelDriver): InboxChannel {
  drivers.set(channel, driver);
  return channel;
}

/** @throws CibaError `misconfigured` for a channel that no function of this package made */
export function driversOf(channels: readonly InboxChannel[]): ReadonlyMap<string, ChannelDriver> {
  return new Map(
    channels.map((channel) => {
      const driver = drivers.get(channel);
      if (!driver) throw misconfigured('A channel of createCibaInbox must come from `keycloakChannel`.');
      return [channel.name, driver];
    }),
  );
}
