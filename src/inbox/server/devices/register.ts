import { randomInt } from 'node:crypto';
import type { PasskeyJson, RegisterAnswer } from '../../../contract/inbox.js';
import { readCookie } from '../../../server/http/cookies.js';
import { createDisplayCode, createToken, hash } from '../../../server/secrets.js';
import {
  INVITE_SECONDS,
  inboxCodesKey,
  inboxInviteKey,
  inboxInviteUsedKey,
  inboxNewcomerKey,
  inboxRegisteredKey,
  inboxRegistrationKey,
} from '../../../server/store/keys.js';
import { readAsk, settledEnd } from '../ask.js';
import type { InboxContext } from '../context.js';
import { cookieHash, infoOfDevice, tellOfDevice } from './device.js';
import type { DeviceRecord } from './device-store.js';
import { claimedChallenge, createRegistration, verifyRegistration } from '../passkeys.js';
import { receiveAsk } from '../receive.js';
import { cleanName } from '../text.js';

/** Phones of one user. */
const MOST_DEVICES = 5;
/** Wrong codes in a minute, of all pages together. */
const WRONG_CODES_PER_MINUTE = 10;
/** For how long a recovered phone answers sign-ins only. */
const RECOVERY_SECONDS = 24 * 3600;
/** Seconds that the card on the other phone lives. */
const NEW_PHONE_SECONDS = 300;
/** No characters that are easily misread: 29 to the power of 8 codes. */
const CODE_CHARACTERS = 'ACDEFGHJKLMNPQRTUVWXY23456789';

interface Invitation {
  readonly subject: string;
  readonly name: string;
  readonly recovery: boolean;
}

/** A phone whose passkey was made, and the cookie that it gets. */
interface Registered {
  readonly device: DeviceRecord;
  readonly cookie: string;
  /** Which passkey it was. */
  readonly response: string;
  /** What cards call the user's account. */
  readonly account: string;
}

/** A phone that waits for another one's approval. */
interface Newcomer {
  readonly code: string;
  readonly ask: string;
  readonly number: string;
  readonly expiresAt: number;
  readonly registered: Registered;
}

/** An answer, and the cookie that goes with it. */
export interface Registration {
  readonly answer: RegisterAnswer;
  readonly cookie?: { readonly name: 'device' | 'newcomer'; readonly value: string };
}

const WRONG_CODE: Registration = { answer: { status: 'wrongCode' } };

/** One spelling of a typed code: letters that people mix up are the same. */
const normalize = (code: string) => code.toUpperCase().replace(/[^A-Z0-9]/g, '');

/** Makes an invitation for one phone. */
export async function inviteDevice<Session>(
  context: InboxContext<Session>,
  { subject, name, recovery = false }: { subject: string; name: string; recovery?: boolean },
): Promise<{ url: string; code: string; expiresAt: number }> {
  const letters = Array.from({ length: 8 }, () => CODE_CHARACTERS.charAt(randomInt(CODE_CHARACTERS.length))).join('');
  const code = `${letters.slice(0, 4)}-${letters.slice(4)}`;
  const expiresAt = context.now() + INVITE_SECONDS * 1000;
  const invitation: Invitation = { subject, name, recovery };
  await context.store.set(inboxInviteKey(letters), invitation, INVITE_SECONDS);
  context.emit({ type: 'invited' }, { subject });
  // The fragment reaches no server and no log.
  return { url: `${context.origin}${context.page}#add=${code}`, code, expiresAt };
}

/**
 * Reads an invitation. Guesses are counted before they are compared; once too many were wrong, no code works until the
 * minute is over.
 */
async function readInvitation<Session>(
  { store, now, emit }: InboxContext<Session>,
  code: string,
): Promise<Invitation | null> {
  const counter = inboxCodesKey(Math.floor(now() / 60_000));
  const tried = await store.increment(counter, 1, 120);
  if (tried > WRONG_CODES_PER_MINUTE) {
    emit({ type: 'wrongCode', reason: 'limited' });
    return null;
  }
  const [invitation, used] = (await store.batch([
    ['get', inboxInviteKey(code)],
    ['get', inboxInviteUsedKey(code)],
  ])) as readonly [Invitation | undefined, string | undefined];
  if (!invitation) {
    emit({ type: 'wrongCode' });
    return null;
  }
  await store.increment(counter, -1, 120);
  return used === undefined ? invitation : null;
}

/** Carries out one step of adding a phone. */
export async function registerDevice<Session>(
  context: InboxContext<Session>,
  request: Request,
  step: { readonly code: string; readonly response: PasskeyJson | null; readonly name: string },
): Promise<Registration> {
  const code = normalize(step.code);
  if (step.response) return addPasskey(context, code, step.response, step.name);
  const waiting = readCookie(request, 'newcomer', context);
  const newcomer = waiting === null ? undefined : await context.store.get<Newcomer>(inboxNewcomerKey(waiting));
  if (newcomer?.code === code) return checkNewcomer(context, newcomer);
  const invitation = await readInvitation(context, code);
  if (!invitation) return WRONG_CODE;
  const { passkey, challenge } = await createRegistration(context, invitation.name);
  await context.store.set(inboxRegistrationKey(challenge), code, INVITE_SECONDS);
  return { answer: { status: 'passkey', app: context.app, passkey } };
}

async function addPasskey<Session>(
  context: InboxContext<Session>,
  code: string,
  response: PasskeyJson,
  name: string,
): Promise<Registration> {
  const { store, now, devices, emit } = context;
  const challenge = claimedChallenge(response);
  const asked = challenge === null ? undefined : await store.get<string>(inboxRegistrationKey(challenge));
  const invitation = asked === code ? await store.get<Invitation>(inboxInviteKey(code)) : undefined;
  if (challenge === null || !invitation) return WRONG_CODE;
  const passkey = await verifyRegistration(context, challenge, response);
  if (!passkey) return refuse('passkey');

  // Each passkey that is made counts once. If the answer was lost, the same page gets the same phone again.
  const recoveryUntil = now() + RECOVERY_SECONDS * 1000;
  const cookie = createToken();
  const { value: registered } = await store.setIfAbsent<Registered>(
    inboxRegisteredKey(challenge),
    {
      cookie,
      response: JSON.stringify(response),
      account: invitation.name,
      device: {
        id: createToken(),
        subject: invitation.subject,
        name: cleanName(name),
        cookieHash: cookieHash(cookie),
        ...passkey,
        addedAt: now(),
        usedAt: now(),
        ...(invitation.recovery && { recoveryUntil }),
      },
    },
    INVITE_SECONDS,
  );
  if (registered.response !== JSON.stringify(response)) return refuse('repeated');
  const { device } = registered;
  const user = await store.setIfAbsent(inboxInviteUsedKey(code), device.id, INVITE_SECONDS + NEW_PHONE_SECONDS);
  if (user.value !== device.id) return refuse('used');

  const others = (await devices.list(device.subject)).filter(({ id }) => id !== device.id);
  if (others.length === 0 || invitation.recovery) return finish(context, registered);
  return askOtherPhone(context, code, registered);

  function refuse(reason: string): Registration {
    emit({ type: 'deviceRefused', reason }, { subject: invitation?.subject ?? '' });
    return WRONG_CODE;
  }
}

/** Asks on the phones that the user has. The new one shows the number to enter there. */
async function askOtherPhone<Session>(
  context: InboxContext<Session>,
  code: string,
  registered: Registered,
): Promise<Registration> {
  const { store, now } = context;
  const { device, cookie } = registered;
  const expiresAt = now() + NEW_PHONE_SECONDS * 1000;
  const number = createDisplayCode('digits');
  // The card's ID comes from the phone's, so that a repeated step asks once.
  const ask = hash('inbox-new-phone', device.id);
  const newcomer: Newcomer = { code, ask, number, expiresAt, registered };
  const stored = await store.setIfAbsent(inboxNewcomerKey(cookie), newcomer, NEW_PHONE_SECONDS);
  const noCard = await receiveAsk(context, {
    id: ask,
    subject: device.subject,
    account: registered.account,
    channel: 'inbox',
    issuer: null,
    clientId: null,
    requester: context.app,
    jti: ask,
    caller: 'approval',
    shown: { kind: 'device', account: registered.account, from: device.name },
    number: stored.value.number,
    receivedAt: now(),
    expiresAt: stored.value.expiresAt,
    reply: null,
    unsigned: {},
  });
  if (noCard) return WRONG_CODE;
  return {
    answer: { status: 'waiting', number: stored.value.number, expiresIn: NEW_PHONE_SECONDS },
    cookie: { name: 'newcomer', value: cookie },
  };
}

async function checkNewcomer<Session>(context: InboxContext<Session>, newcomer: Newcomer): Promise<Registration> {
  const state = await readAsk(context, newcomer.ask);
  if (!state) return WRONG_CODE;
  const end = await settledEnd(context, state);
  if (!end) {
    const expiresIn = Math.max(1, Math.ceil((newcomer.expiresAt - context.now()) / 1000));
    return { answer: { status: 'waiting', number: newcomer.number, expiresIn } };
  }
  return end.status === 'approved' ? finish(context, newcomer.registered) : WRONG_CODE;
}

/** Binds the phone. */
async function finish<Session>(context: InboxContext<Session>, registered: Registered): Promise<Registration> {
  const { devices, emit } = context;
  const { device, cookie } = registered;
  const done: Registration = {
    answer: { status: 'added', device: infoOfDevice(device) },
    cookie: { name: 'device', value: cookie },
  };
  const known = await devices.list(device.subject);
  if (known.some(({ id }) => id === device.id)) return done;
  const added = await devices.add(device, { most: MOST_DEVICES });
  if (added !== 'added') {
    emit({ type: 'deviceRefused', reason: added }, { subject: device.subject });
    return WRONG_CODE;
  }
  await tellOfDevice(context, device, 'added');
  return done;
}
