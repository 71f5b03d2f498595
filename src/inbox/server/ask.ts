import type { CardDelivery } from '../../contract/inbox.js';
import { hash } from '../../server/secrets.js';
import {
  ENDED_CARD_SECONDS,
  inboxAskKey,
  inboxCardsKey,
  inboxChangedChannel,
  inboxEndedChannel,
  inboxEndKey,
  inboxPlacesKey,
  inboxReportedKey,
  inboxSentKey,
  inboxTriesKey,
} from '../../server/store/keys.js';
import type { AskEnd, AskRecord } from './ask-record.js';
import type { InboxContext } from './context.js';
import type { AskInfo } from './options.js';

/** What is known of an ask, read in one round trip. */
export interface AskState {
  readonly key: string;
  readonly ask: AskRecord;
  readonly end: AskEnd | null;
  readonly sent: CardDelivery | null;
  readonly reported: boolean;
  readonly tries: number;
}

export const askKey = (id: string) => hash('inbox-ask', id);
export const subjectKey = (subject: string) => hash('inbox-subject', subject);

/** Seconds for which what is about an ask is kept. */
export function keptSeconds(
  { now }: { readonly now: () => number },
  { expiresAt }: Pick<AskRecord, 'expiresAt'>,
): number {
  return Math.max(1, Math.ceil((expiresAt - now()) / 1000)) + ENDED_CARD_SECONDS;
}

const STATE_KEYS = [inboxAskKey, inboxEndKey, inboxSentKey, inboxReportedKey, inboxTriesKey];

/** Reads several asks in one round trip. Those that don't exist are left out. */
export async function readAsks<Session>(
  { store }: InboxContext<Session>,
  keys: readonly string[],
): Promise<readonly AskState[]> {
  if (keys.length === 0) return [];
  const values = await store.batch(keys.flatMap((key) => STATE_KEYS.map((keyOf) => ['get', keyOf(key)] as const)));
  return keys.flatMap((key, place) => {
    const [ask, end, sent, reported, tries] = values.slice(place * STATE_KEYS.length) as unknown as readonly [
      AskRecord | undefined,
      AskEnd | undefined,
      CardDelivery | undefined,
      boolean | undefined,
      number | undefined,
    ];
    if (!ask) return [];
    return [{ key, ask, end: end ?? null, sent: sent ?? null, reported: reported ?? false, tries: tries ?? 0 }];
  });
}

export async function readAsk<Session>(context: InboxContext<Session>, id: string): Promise<AskState | null> {
  return (await readAsks(context, [askKey(id)]))[0] ?? null;
}

/** Tells this user's phones that something changed. A phone that missed it sees it when it lists again. */
export async function announce<Session>({ store }: InboxContext<Session>, subject: string): Promise<void> {
  await store.publish(inboxChangedChannel(subjectKey(subject))).catch(() => undefined);
}

/**
 * Ends an ask, if nothing ended it before, and returns how it ended: once and for all. The place is free again.
 */
export async function endAsk<Session>(
  context: InboxContext<Session>,
  { key, ask }: Pick<AskState, 'key' | 'ask'>,
  end: AskEnd,
): Promise<{ readonly end: AskEnd; readonly first: boolean }> {
  const { store, emit } = context;
  const { claimed, value } = await store.setIfAbsent(inboxEndKey(key), end, keptSeconds(context, ask));
  if (!claimed || ask.decoy) return { end: value, first: claimed };
  const subject = subjectKey(ask.subject);
  emit({ type: end.status, ask: key }, { subject: ask.subject, ...(end.proof && { digest: end.proof.digest }) });
  // The end is written. Without these the place is free when the ask's time is over, and phones list again by themselves.
  await Promise.allSettled([
    store.releaseSlot(inboxPlacesKey(subject, placesOf(ask)), key),
    store.removeFromIndex(inboxCardsKey(subject), key),
    store.publish(inboxEndedChannel(key)),
    announce(context, ask.subject),
  ]);
  return { end: value, first: true };
}

/** Cards about phones have places of their own: a stranger can't keep a user from adding or removing a phone. */
export function placesOf({ caller, shown }: Pick<AskRecord, 'caller' | 'shown'>): string {
  return shown.kind === 'device' ? 'device' : caller;
}

/** How an ask ended, if it did. The end of its time ends it, too. */
export async function settledEnd<Session>(context: InboxContext<Session>, state: AskState): Promise<AskEnd | null> {
  if (state.end) return state.end;
  if (context.now() < state.ask.expiresAt) return null;
  const { end } = await endAsk(context, state, {
    status: 'expired',
    at: context.now(),
    device: null,
    proof: null,
  });
  return end;
}

/** What the app's functions learn of an ask. */
export function infoOf(ask: AskRecord): AskInfo {
  const { id, channel, issuer, clientId, requester, subject, account, caller, expiresAt, unsigned } = ask;
  return {
    ...{ id, channel, issuer, clientId, requester, subject, account, caller, expiresAt, unsigned },
    ...(ask.transaction && { transaction: ask.transaction }),
    ...(ask.from !== undefined && { from: ask.from }),
  };
}
