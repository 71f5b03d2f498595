import type { DeviceInfo } from '../../../contract/inbox.js';
import { readCookie } from '../../../server/http/cookies.js';
import { createToken, hash } from '../../../server/secrets.js';
import { announce } from '../ask.js';
import type { InboxContext } from '../context.js';
import type { DeviceRecord } from './device-store.js';
import { ringAboutPhones } from '../ring.js';

/** Seconds after its last use at which a phone ends, and the life of its cookie. Browsers keep none for longer. */
export const DEVICE_SECONDS = 400 * 24 * 3600;

/** The use of a phone is written once a day at most. */
const USE_PRECISION_SECONDS = 24 * 3600;

export const cookieHash = (cookie: string) => hash('inbox-device', cookie);

export function infoOfDevice({ id, name, addedAt, usedAt, recoveryUntil, push, backedUp }: DeviceRecord): DeviceInfo {
  return {
    ...{ id, name, addedAt, usedAt, backedUp },
    ...(recoveryUntil !== undefined && recoveryUntil !== null && { recoveryUntil }),
    push: Boolean(push),
  };
}

/** Finds the phone that sent a request, by its cookie. `removed`: it has the cookie of a phone that is gone. */
export async function readDevice<Session>(
  context: InboxContext<Session>,
  request: Request,
): Promise<{ readonly device: DeviceRecord | null; readonly removed: boolean }> {
  const { devices, now } = context;
  const cookie = readCookie(request, 'device', context);
  if (cookie === null) return { device: null, removed: false };
  const key = cookieHash(cookie);
  const device = await devices.findByCookie(key);
  if (!device || now() - device.usedAt > DEVICE_SECONDS * 1000) return { device: null, removed: true };
  if (device.nextCookieHash === key) {
    // The new cookie arrived, so that the old one ends.
    await devices.update(device.id, { cookieHash: key, nextCookieHash: null, usedAt: now() });
  } else if (now() - device.usedAt > USE_PRECISION_SECONDS * 1000) {
    await devices.update(device.id, { usedAt: now() });
  }
  return { device, removed: false };
}

/** Makes the cookie that replaces a phone's cookie once it is used. */
export async function renewCookie<Session>(context: InboxContext<Session>, device: DeviceRecord): Promise<string> {
  const cookie = createToken();
  await context.devices.update(device.id, { nextCookieHash: cookieHash(cookie) });
  return cookie;
}

/** Tells the app and the user's other phones that a phone was added or removed. */
export async function tellOfDevice<Session>(
  context: InboxContext<Session>,
  device: DeviceRecord,
  change: 'added' | 'removed',
): Promise<void> {
  const { emit, options } = context;
  emit({ type: change === 'added' ? 'deviceAdded' : 'deviceRemoved' }, { subject: device.subject });
  try {
    await options.onDevice?.(device.subject, infoOfDevice(device), change);
  } catch {
    emit({ type: 'failed', reason: 'onDevice' }, { subject: device.subject });
  }
  await announce(context, device.subject);
  void ringAboutPhones(context, device.subject, device.id).catch(() => undefined);
}

/** Removes a phone of this user, and emits an event. */
export async function removeDevice<Session>(
  context: InboxContext<Session>,
  subject: string,
  id: string,
): Promise<boolean> {
  const device = (await context.devices.list(subject)).find((one) => one.id === id);
  if (!device || !(await context.devices.remove(subject, id))) return false;
  await tellOfDevice(context, device, 'removed');
  return true;
}
