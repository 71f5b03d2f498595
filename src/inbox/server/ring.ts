import { misconfigured } from '../../contract/errors.js';
import { inboxQuietKey } from '../../server/store/keys.js';
import { subjectKey } from './ask.js';
import type { AskRecord } from './ask-record.js';
import type { InboxContext } from './context.js';
import type { DeviceRecord, PushSubscriptionRecord } from './devices/device-store.js';

/** The push services of the four engines. A browser can name any address, so that others are refused. */
const PUSH_HOSTS = [
  'fcm.googleapis.com',
  'updates.push.services.mozilla.com',
  '*.push.apple.com',
  '*.notify.windows.com',
];

/** Whether pushes may go to this address: no one may make this server call addresses inside its own network. */
export function isPushEndpoint(endpoint: string, hosts: readonly string[] = PUSH_HOSTS): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname, port, username, password } = new URL(endpoint);
  if (protocol !== 'https:' || port !== '' || username !== '' || password !== '') return false;
  return hosts.some((host) => (host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host));
}

/** Seconds within which a push service has to answer. */
const PUSH_TIMEOUT_SECONDS = 10;

/** Until when a user's phones stay silent for strangers, in wall-clock milliseconds, or `null`. */
export async function readQuiet<Session>(
  { store, now }: InboxContext<Session>,
  subject: string,
): Promise<number | null> {
  const until = (await store.get<number>(inboxQuietKey(subjectKey(subject)))) ?? 0;
  return until > now() ? until : null;
}

/** Rings a user's phones for a card. It is a bell: the card is there without it. */
export async function ring<Session>(context: InboxContext<Session>, ask: AskRecord, key: string): Promise<void> {
  const { emit, options, devices } = context;
  if (!options.push) return;
  try {
    if (ask.caller === 'unknown' && ask.shown.kind !== 'device' && (await readQuiet(context, ask.subject)) !== null) {
      emit({ type: 'quiet', ask: key }, { subject: ask.subject });
      return;
    }
    const phones = await devices.list(ask.subject);
    // The notification names the requester alone: lock screens show it to anyone.
    const payload = JSON.stringify({ tag: key, requester: ask.requester, page: context.page });
    const seconds = Math.max(1, Math.ceil((ask.expiresAt - context.now()) / 1000));
    await Promise.all(phones.map((phone) => ringPhone(context, phone, payload, seconds, key)));
  } catch {
    emit({ type: 'ringFailed', ask: key }, { subject: ask.subject });
  }
}

/** Tells a user's other phones that the phones changed. */
export async function ringAboutPhones<Session>(
  context: InboxContext<Session>,
  subject: string,
  except: string | null,
): Promise<void> {
  if (!context.options.push) return;
  const phones = await context.devices.list(subject);
  const payload = JSON.stringify({ tag: 'devices', requester: context.app, page: context.page, devices: true });
  await Promise.all(
    phones.filter(({ id }) => id !== except).map((phone) => ringPhone(context, phone, payload, 24 * 3600)),
  );
}

async function ringPhone<Session>(
  context: InboxContext<Session>,
  phone: DeviceRecord,
  payload: string,
  seconds: number,
  ask?: string,
): Promise<void> {
  const { push } = context.options;
  if (!push || !phone.push) return;
  const event = { ...(ask !== undefined && { ask }) };
  try {
    if (!isPushEndpoint(phone.push.endpoint, push.hosts)) throw new Error('The host is not allowed.');
    await sendPush(push, phone.push, payload, seconds);
    context.emit({ type: 'rang', ...event }, { subject: phone.subject });
  } catch (caught) {
    const { statusCode } = Object(caught) as { readonly statusCode?: number };
    // The subscription has ended. Trying again would be in vain.
    if (statusCode === 404 || statusCode === 410) {
      await context.devices.update(phone.id, { push: null }).catch(() => undefined);
    }
    const reason = statusCode === undefined ? 'network' : `status ${statusCode}`;
    context.emit({ type: 'ringFailed', reason, ...event }, { subject: phone.subject });
  }
}

async function sendPush(
  { publicKey, privateKey, contact }: { publicKey: string; privateKey: string; contact: string },
  { endpoint, p256dh, auth }: PushSubscriptionRecord,
  payload: string,
  seconds: number,
): Promise<void> {
  const webPush = await loadWebPush();
  // node:https, which web-push uses, follows no redirect.
  await webPush.sendNotification({ endpoint, keys: { p256dh, auth } }, payload, {
    vapidDetails: { subject: contact, publicKey, privateKey },
    TTL: seconds,
    urgency: 'high',
    timeout: PUSH_TIMEOUT_SECONDS * 1000,
  });
}

async function loadWebPush() {
  try {
    return (await import('web-push')).default;
  } catch (cause) {
    throw misconfigured('The option `push` of createCibaInbox needs the package web-push: npm install web-push', {
      cause,
    });
  }
}
