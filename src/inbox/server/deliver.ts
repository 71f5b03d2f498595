import type { CardDelivery } from '../../contract/inbox.js';
import { createToken } from '../../server/secrets.js';
import {
  inboxAskKey,
  inboxProvedKey,
  inboxSendingKey,
  inboxSendsKey,
  inboxSentKey,
  inboxToldKey,
} from '../../server/store/keys.js';
import { announce, keptSeconds, readAsk } from './ask.js';
import type { AskEnd } from './ask-record.js';
import type { AskState } from './ask.js';
import type { ChannelDriver, InboxContext } from './context.js';

/** Seconds for which one call holds the lease. A call takes 5 at most. */
const CALL_LEASE_SECONDS = 10;
/** Seconds before an approval that surely did not arrive is sent again; each further pause is twice as long. */
const FIRST_PAUSE_SECONDS = 1;
/** Seconds before a denial is sent again, and the longest pause. */
const LONGEST_PAUSE_SECONDS = 8;

/** Whether the app has the proof. It is asked again until it took it. */
async function isProved<Session>(
  { options, store, emit, ...context }: InboxContext<Session>,
  { key, ask }: AskState,
  end: AskEnd,
): Promise<boolean> {
  if (!options.onProof || !end.proof) return true;
  if (await store.get<boolean>(inboxProvedKey(key))) return true;
  try {
    await options.onProof(end.proof);
  } catch {
    emit({ type: 'proofFailed', ask: key }, { subject: ask.subject });
    return false;
  }
  await store.set(inboxProvedKey(key), true, keptSeconds(context, ask));
  return true;
}

async function settle<Session>(
  context: InboxContext<Session>,
  state: AskState,
  delivery: CardDelivery,
  calls: number,
): Promise<CardDelivery> {
  const { store, emit } = context;
  const { key, ask } = state;
  const { claimed, value } = await store.setIfAbsent(inboxSentKey(key), delivery, keptSeconds(context, ask));
  if (!claimed) return value;
  const type = {
    sent: 'delivered',
    late: 'deliveryLate',
    unsure: 'deliveryUnsure',
    sending: 'deliveryFailed',
  } as const;
  emit({ type: type[value], ask: key, calls }, { subject: ask.subject });
  // What could approve, and the number, are of no more use to anyone.
  if (ask.reply !== null || ask.number !== null) {
    await store.set(inboxAskKey(key), { ...ask, reply: null, number: null }, keptSeconds(context, ask));
  }
  await announce(context, ask.subject);
  return value;
}

/**
 * Tells the one who asked, once for an approval, and returns how far that is. Anyone may call it at any time: the lease
 * keeps the pace.
 */
export async function deliver<Session>(
  context: InboxContext<Session>,
  state: AskState,
  end: AskEnd,
): Promise<CardDelivery> {
  if (state.sent) return state.sent;
  const { ask } = state;
  // A decoy expires without a word, unless the inbox refused it.
  if (ask.decoy && end.status !== 'denied') return 'sent';
  const isOver = () => context.now() >= ask.expiresAt;
  if (!(await isProved(context, state, end))) {
    if (isOver()) return settle(context, state, 'late', 0);
    return again(context, state, FIRST_PAUSE_SECONDS);
  }
  const driver = context.channels.get(ask.channel);
  // No notification is needed when the time is over or the requester withdrew, because the adapter polls by itself.
  if (!driver || end.status === 'expired' || end.status === 'cancelled') return settle(context, state, 'sent', 0);
  return callChannel(context, state, end, driver);
}

async function callChannel<Session>(
  context: InboxContext<Session>,
  state: AskState,
  end: AskEnd,
  driver: ChannelDriver,
): Promise<CardDelivery> {
  const { store } = context;
  const { key, ask } = state;
  const kept = keptSeconds(context, ask);
  const owner = createToken();
  if (!(await store.setIfAbsent(inboxSendingKey(key), owner, CALL_LEASE_SECONDS)).claimed) return 'sending';
  // Another process may have settled it between the read and the lease.
  const settled = await store.get<CardDelivery>(inboxSentKey(key));
  if (settled) return settled;
  const calls = await store.increment(inboxSendsKey(key), 1, kept);
  const approval = end.status === 'approved';
  // Without an end of this mark, a process died during the call: the approval may have arrived.
  if (approval && !(await store.setIfAbsent(inboxToldKey(key), owner, kept)).claimed) {
    return settle(context, state, 'unsure', calls);
  }
  const told = await driver.tell(ask, approval ? 'approved' : 'denied');
  if (told === 'sent') return settle(context, state, 'sent', calls);
  if (told === 'gone') return settle(context, state, approval && calls > 1 ? 'unsure' : 'late', calls);
  if (approval && told === 'lost') return settle(context, state, 'unsure', calls);
  if (approval) await store.deleteIfEquals(inboxToldKey(key), owner);
  context.emit({ type: 'deliveryFailed', ask: key, calls }, { subject: ask.subject });
  const pause = approval
    ? Math.min(FIRST_PAUSE_SECONDS * 2 ** (calls - 1), LONGEST_PAUSE_SECONDS)
    : LONGEST_PAUSE_SECONDS;
  if (context.now() + pause * 1000 >= ask.expiresAt) return settle(context, state, 'late', calls);
  await store.set(inboxSendingKey(key), owner, pause);
  return again(context, state, pause);
}

/** Tries again later in this process. Meanwhile the page and other processes may. */
function again<Session>(context: InboxContext<Session>, { ask }: AskState, pauseSeconds: number): CardDelivery {
  deliverLater(context, ask.id, pauseSeconds);
  return 'sending';
}

/** Tells the one who asked after a pause. */
export function deliverLater<Session>(context: InboxContext<Session>, id: string, pauseSeconds: number): void {
  const timer = setTimeout(() => {
    context.timers.delete(timer);
    void deliverAgain(context, id).catch(() => undefined);
  }, pauseSeconds * 1000);
  timer.unref?.();
  context.timers.add(timer);
}

async function deliverAgain<Session>(context: InboxContext<Session>, id: string): Promise<void> {
  const state = await readAsk(context, id);
  if (state?.end) await deliver(context, state, state.end);
}
