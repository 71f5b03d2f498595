import type { AskKind, ShownAsk } from '../../contract/inbox.js';
import { inboxAskKey, inboxCardsKey, inboxPlacesKey, inboxRateKey } from '../../server/store/keys.js';
import { announce, askKey, endAsk, infoOf, keptSeconds, placesOf, subjectKey } from './ask.js';
import type { AskRecord } from './ask-record.js';
import type { InboxContext } from './context.js';
import { deliverLater } from './deliver.js';
import type { AskInfo, AskPolicy } from './options.js';
import { ring } from './ring.js';
import { checkShown, RefusedText } from './text.js';

/** An ask before the rules of the inbox are applied. */
export interface NewAsk extends Omit<AskRecord, 'shown' | 'number' | 'decoy'> {
  /** What the card shows, unless the option `describe` says otherwise. */
  readonly shown: ShownAsk;
  /** The number that the requester's screen shows, if there is one. */
  readonly number: string | null;
}

/** Why no card was made. Only approvals may learn it. */
export type NoCard =
  | { readonly reason: 'inactive' | 'noDevice' | 'refusedText' | 'refusedByPolicy' }
  | { readonly reason: 'limited' | 'full'; readonly retryAfter: number };

/** Whether an ask of this kind needs a number, unless the app's `policy` decides. */
const needsNumber = (kind: AskKind) => kind === 'signIn' || kind === 'device';

/** What an approval of this ask needs. Neither the user nor anything unsigned decides it. */
export function decidePolicy<Session>(
  { options }: InboxContext<Session>,
  info: Omit<AskInfo, 'subject' | 'account' | 'unsigned'>,
  { kind, hasNumber }: { readonly kind: AskKind; readonly hasNumber: boolean },
): AskPolicy {
  const { id, channel, issuer, clientId, requester, caller, expiresAt, transaction, from } = info;
  const chosen = options.policy?.({
    ...{ id, channel, issuer, clientId, requester, caller, expiresAt, kind, hasNumber },
    ...(transaction && { transaction }),
    ...(from !== undefined && { from }),
  }) ?? { number: needsNumber(kind) ? 'enter' : 'none' };
  // A number that is due and missing can't be made up here: the requester's screen would not show it.
  return chosen !== 'refuse' && chosen.number === 'enter' && !hasNumber ? 'refuse' : chosen;
}

/**
 * Makes a card, or a decoy that looks the same to the requester. Returns why there is no card, or `null`.
 * A second call with the same ID neither makes a second card nor rings again.
 */
export async function receiveAsk<Session>(context: InboxContext<Session>, ask: NewAsk): Promise<NoCard | null> {
  const { store, emit } = context;
  const key = askKey(ask.id);
  const about = { subject: ask.subject };
  const noCard = await checkAsk(context, ask);
  if ('reason' in noCard) {
    const { reason, ...more } = noCard;
    emit({ type: reason, ask: key, ...more }, about);
    const decoy: AskRecord = { ...ask, shown: { kind: ask.shown.kind }, number: null, unsigned: {}, decoy: true };
    await store.setIfAbsent(inboxAskKey(key), decoy, keptSeconds(context, ask));
    if (reason === 'refusedByPolicy' || reason === 'refusedText') {
      await endAsk(context, { key, ask: decoy }, { status: 'denied', at: context.now(), device: null, proof: null });
      // The channel has to have its answer first.
      if (context.channels.has(ask.channel)) deliverLater(context, ask.id, 1);
    }
    return noCard;
  }
  const record: AskRecord = { ...ask, ...noCard, decoy: false };
  const subject = subjectKey(ask.subject);
  const lifeSeconds = Math.max(1, Math.ceil((ask.expiresAt - context.now()) / 1000));
  const [answer] = await store.batch([
    ['setIfAbsent', inboxAskKey(key), record, keptSeconds(context, ask)],
    ['addToIndex', inboxCardsKey(subject), key, -ask.expiresAt, lifeSeconds],
  ]);
  if (!(answer as { claimed: boolean }).claimed) return null;
  emit({ type: 'received', ask: key }, about);
  await announce(context, ask.subject);
  // The requester doesn't wait for push services.
  void ring(context, record, key);
  return null;
}

/** What the card shows and needs, or why there is none. */
async function checkAsk<Session>(
  context: InboxContext<Session>,
  ask: NewAsk,
): Promise<NoCard | Pick<AskRecord, 'shown' | 'number' | 'caller'>> {
  const { store, options, devices } = context;
  let shown: ShownAsk;
  let { caller } = ask;
  const info = infoOf({ ...ask, decoy: false });
  try {
    const described = ask.channel === 'inbox' ? null : await options.describe?.(info);
    shown = checkShown(described ?? ask.shown);
    // The requester's screen already goes by the kind that the app's request named.
    if (ask.channel === 'adapter') shown = { ...shown, kind: ask.shown.kind };
    checkShown({ kind: 'other', title: ask.requester });
  } catch (caught) {
    if (caught instanceof RefusedText) return { reason: 'refusedText' };
    throw caught;
  }
  // A channel's sign-ins come from anywhere; for anything else the app's own server said what it is.
  if (ask.channel !== 'adapter' && shown.kind !== 'signIn') caller = 'approval';
  if (options.active && !(await options.active(ask.subject))) return { reason: 'inactive' };
  if ((await devices.list(ask.subject)).length === 0) return { reason: 'noDevice' };

  const policy = decidePolicy(context, { ...info, caller }, { kind: shown.kind, hasNumber: ask.number !== null });
  if (policy === 'refuse') return { reason: 'refusedByPolicy' };

  const subject = subjectKey(ask.subject);
  const places = placesOf({ caller, shown });
  const retryAfter = await store.consume(inboxRateKey(subject, places), context.rates);
  if (retryAfter > 0) return { reason: 'limited', retryAfter };
  const key = askKey(ask.id);
  const lifeSeconds = Math.max(1, Math.ceil((ask.expiresAt - context.now()) / 1000));
  const fullSeconds = await store.acquireSlot(
    inboxPlacesKey(subject, places),
    { owner: key, member: key, owners: context.openPerClass },
    lifeSeconds,
  );
  if (fullSeconds > 0) return { reason: 'full', retryAfter: fullSeconds };
  return { shown, caller, number: policy.number === 'enter' ? ask.number : null };
}
