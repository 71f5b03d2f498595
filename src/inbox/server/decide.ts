import { timingSafeEqual } from 'node:crypto';
import type { InboxAnswer, InboxCard, InboxChallenge, PasskeyJson } from '../../contract/inbox.js';
import { CibaError, isCibaError } from '../../contract/index.js';
import { notFound } from '../../server/http/body-and-response.js';
import {
  CARD_DENIAL_SECONDS,
  inboxDenialsKey,
  inboxQuietKey,
  inboxReportedKey,
  inboxTriesKey,
} from '../../server/store/keys.js';
import { announce, askKey, endAsk, infoOf, keptSeconds, readAsk, settledEnd, subjectKey } from './ask.js';
import type { AskEnd } from './ask-record.js';
import type { AskState } from './ask.js';
import type { InboxContext } from './context.js';
import { deliver } from './deliver.js';
import type { DeviceRecord } from './devices/device-store.js';
import type { ApprovalProof } from './options.js';
import { createChallenge, passkeyRefused, verifyChallenge } from './passkeys.js';

/** Numbers that may be tried for one card. The last wrong one ends it. */
export const NUMBER_ATTEMPTS = 3;
/** The denial of a day from which on strangers ring no bell, and for how long. */
const QUIET_DENIALS = 2;
const QUIET_SECONDS = 20 * 60;

/** Whether a phone may see and answer this card: a recovered one answers sign-ins only, at first. */
export function isForDevice(state: AskState, device: DeviceRecord, now: number): boolean {
  const { ask } = state;
  if (ask.decoy || ask.subject !== device.subject) return false;
  return ask.shown.kind === 'signIn' || (device.recoveryUntil ?? 0) <= now;
}

/**
 * Reads a card of this phone's user.
 * @throws RefusedRequest 404 for unknown cards and those of others, which look the same
 */
async function readOwnCard<Session>(
  context: InboxContext<Session>,
  device: DeviceRecord,
  id: string,
): Promise<AskState> {
  const state = await readAsk(context, id);
  if (!state || !isForDevice(state, device, context.now())) throw notFound();
  return state;
}

/** What a phone is told about a card that ended. */
async function answerOf<Session>(
  context: InboxContext<Session>,
  state: AskState,
  end: AskEnd,
  device: DeviceRecord,
): Promise<InboxAnswer> {
  const delivery = await deliver(context, state, end);
  const reported = state.reported || end.status === 'reported';
  return { status: end.status, delivery, mine: end.device === device.id, ...(reported && { reported }) };
}

function sameNumber(entered: string, number: string): boolean {
  const [a, b] = [Buffer.from(entered), Buffer.from(number)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Counts and compares the number, and returns what the passkey has to sign. */
export async function challengeCard<Session>(
  context: InboxContext<Session>,
  device: DeviceRecord,
  id: string,
  number: string | null,
): Promise<InboxChallenge> {
  const { store, emit, now } = context;
  const state = await readOwnCard(context, device, id);
  const end = await settledEnd(context, state);
  if (end) return answerOf(context, state, end, device);
  const { ask, key } = state;
  if (ask.number !== null) {
    // Counted before it is compared, so that guesses at the same time count, too.
    const kept = keptSeconds(context, ask);
    const tries = await store.increment(inboxTriesKey(key), 1, kept);
    const compared = tries <= NUMBER_ATTEMPTS;
    if (compared && !sameNumber(number ?? '', ask.number)) {
      emit({ type: 'wrongNumber', ask: key }, { subject: ask.subject });
      if (tries < NUMBER_ATTEMPTS) return { status: 'wrongNumber', attemptsLeft: NUMBER_ATTEMPTS - tries };
      const last = { status: 'mismatched', at: now(), device: device.id, proof: null } as const;
      return answerOf(context, state, (await endAsk(context, state, last)).end, device);
    }
    await store.increment(inboxTriesKey(key), -1, kept);
    // Right ones at the same time, such as many taps, must not end the card, and wrong ones must not be compared.
    if (!compared)
      throw new CibaError('unavailable', 'Other numbers are being compared. Ask again.', { retryAfter: 1 });
  }
  const passkey = await createChallenge(
    context,
    key,
    device,
    {
      decision: 'approve',
      id: ask.id,
      subject: ask.subject,
      requester: ask.requester,
      shown: ask.shown,
      number: ask.number === null ? 'none' : 'entered',
      channel: ask.channel,
      issuer: ask.issuer,
      jti: ask.jti,
      exp: ask.expiresAt,
    },
    Math.max(1, Math.ceil((ask.expiresAt - now()) / 1000)),
  );
  return { status: 'passkey', passkey };
}

/** Approves a card, if the phone's passkey signed exactly this. Returns the end, which may be another one. */
export async function approveCard<Session>(
  context: InboxContext<Session>,
  device: DeviceRecord,
  id: string,
  assertion: PasskeyJson,
): Promise<{ readonly answer: InboxAnswer; readonly approved: boolean }> {
  const { emit, now, options, devices } = context;
  const state = await readOwnCard(context, device, id);
  const earlier = await settledEnd(context, state);
  if (earlier) return { answer: await answerOf(context, state, earlier, device), approved: false };
  const { ask, key } = state;
  const about = { subject: ask.subject };
  if (options.active && !(await options.active(ask.subject))) {
    emit({ type: 'inactive', ask: key }, about);
    const end: AskEnd = { status: 'denied', at: now(), device: null, proof: null };
    return { answer: await answerOf(context, state, (await endAsk(context, state, end)).end, device), approved: false };
  }
  const signed = await verifyChallenge(context, key, device, assertion).catch((caught: unknown) => {
    if (isCibaError(caught) && caught.code === 'refused') emit({ type: 'passkeyRefused', ask: key }, about);
    throw caught;
  });
  const decidedAt = now();
  if (decidedAt >= ask.expiresAt) throw passkeyRefused();
  const proof: ApprovalProof = {
    v: 1,
    id: ask.id,
    subject: ask.subject,
    deviceId: device.id,
    decision: 'approve',
    decidedAt,
    channel: ask.channel,
    issuer: ask.issuer,
    jti: ask.jti,
    expiresAt: ask.expiresAt,
    text: signed.text,
    digest: signed.digest,
    keyId: device.credentialId,
    publicKey: device.publicKey,
    flags: signed.flags,
    authenticatorData: signed.authenticatorData,
    clientDataJSON: signed.clientDataJSON,
    signature: signed.signature,
  };
  const { end, first } = await endAsk(context, state, { status: 'approved', at: decidedAt, device: device.id, proof });
  await devices.update(device.id, {
    signCount: signed.signCount,
    backedUp: signed.flags.backedUp,
    usedAt: decidedAt,
  });
  return { answer: await answerOf(context, state, end, device), approved: first };
}

/** Denies a card, for which the cookie is enough. */
export async function denyCard<Session>(
  context: InboxContext<Session>,
  device: DeviceRecord,
  id: string,
): Promise<InboxAnswer> {
  const { store, now, emit } = context;
  const state = await readOwnCard(context, device, id);
  const earlier = await settledEnd(context, state);
  if (earlier) return answerOf(context, state, earlier, device);
  const { end, first } = await endAsk(context, state, { status: 'denied', at: now(), device: device.id, proof: null });
  if (first) {
    const subject = subjectKey(device.subject);
    const denials = await store.increment(inboxDenialsKey(subject), 1, CARD_DENIAL_SECONDS);
    if (denials >= QUIET_DENIALS) await beQuiet(context, device.subject);
    if (denials === QUIET_DENIALS) emit({ type: 'quiet', ask: state.key }, { subject: device.subject });
  }
  return answerOf(context, state, end, device);
}

/** Reports a card: it ends, if it is open, and counts for a day after any end. */
export async function reportCard<Session>(
  context: InboxContext<Session>,
  device: DeviceRecord,
  id: string,
): Promise<InboxAnswer> {
  const { store, now, emit, options } = context;
  const state = await readOwnCard(context, device, id);
  const { end, first } = state.end
    ? { end: state.end, first: false }
    : await endAsk(context, state, {
        status: now() < state.ask.expiresAt ? 'reported' : 'expired',
        at: now(),
        device: device.id,
        proof: null,
      });
  const { ask, key } = state;
  const { claimed } = await store.setIfAbsent(inboxReportedKey(key), true, keptSeconds(context, ask));
  if (claimed) {
    if (!(first && end.status === 'reported')) emit({ type: 'reported', ask: key }, { subject: ask.subject });
    await beQuiet(context, device.subject);
    try {
      await options.onReport?.(ask.subject, infoOf(ask));
    } catch {
      emit({ type: 'failed', reason: 'onReport', ask: key }, { subject: ask.subject });
      // Asked again, the app may take it.
      await store.delete(inboxReportedKey(key));
    }
  }
  return answerOf(context, { ...state, reported: true }, end, device);
}

async function beQuiet<Session>(context: InboxContext<Session>, subject: string): Promise<void> {
  const { store, now } = context;
  await store.setIfGreater(inboxQuietKey(subjectKey(subject)), now() + QUIET_SECONDS * 1000, QUIET_SECONDS);
  await announce(context, subject);
}

/** A card as the phone gets it: never with the number. */
export async function cardOf<Session>(
  context: InboxContext<Session>,
  state: AskState,
  device: DeviceRecord,
): Promise<InboxCard> {
  const { ask, tries } = state;
  const end = await settledEnd(context, state);
  const common = {
    id: ask.id,
    requester: ask.requester,
    shown: ask.shown,
    receivedAt: ask.receivedAt,
    expiresIn: Math.max(0, (ask.expiresAt - context.now()) / 1000),
    lifetime: (ask.expiresAt - ask.receivedAt) / 1000,
    digits: ask.number?.length ?? null,
  };
  if (end) return { ...common, ...(await answerOf(context, state, end, device)) };
  return { ...common, status: 'open', ...(tries > 0 && { attemptsLeft: Math.max(0, NUMBER_ATTEMPTS - tries) }) };
}

/** Withdraws a card for the one who asked. */
export async function withdrawAsk<Session>(context: InboxContext<Session>, id: string): Promise<void> {
  const state = await readAsk(context, id);
  if (!state || state.end) return;
  await endAsk(
    context,
    { key: askKey(id), ask: state.ask },
    {
      status: 'cancelled',
      at: context.now(),
      device: null,
      proof: null,
    },
  );
}
