import { createHash, randomBytes } from 'node:crypto';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { CibaError, misconfigured } from '../../contract/errors.js';
import type { JsonValue } from '../../contract/index.js';
import type { PasskeyJson } from '../../contract/inbox.js';
import { createToken } from '../../server/secrets.js';
import { inboxChallengeKey, inboxUsedKey } from '../../server/store/keys.js';
import type { InboxContext } from './context.js';
import type { DeviceRecord } from './devices/device-store.js';
import { canonicalJson } from './text.js';

/** Seconds for which a phone may answer the challenge of an act that is no card. */
export const ACT_CHALLENGE_SECONDS = 120;

async function loadWebAuthn() {
  try {
    return await import('@simplewebauthn/server');
  } catch (cause) {
    throw misconfigured(
      'createCibaInbox needs the package @simplewebauthn/server: npm install @simplewebauthn/server',
      {
        cause,
      },
    );
  }
}

/** The SHA-256 digest of a text, as base64url: what a passkey signs for it. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** The challenge inside of what a browser returned, or `null`. It isn't proven yet. */
export function claimedChallenge(response: PasskeyJson): string | null {
  try {
    const { clientDataJSON } = response['response'] as { clientDataJSON: string };
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')) as {
      challenge: unknown;
    };
    return typeof challenge === 'string' ? challenge : null;
  } catch {
    return null;
  }
}

/**
 * Makes what a phone's passkey has to sign for one act: `content`, with a nonce, by its digest. The text is kept here;
 * the phone only sees the digest.
 */
export async function createChallenge<Session>(
  context: InboxContext<Session>,
  act: string,
  device: DeviceRecord,
  content: { readonly [field: string]: unknown },
  ttlSeconds: number,
): Promise<PasskeyJson> {
  const { generateAuthenticationOptions } = await loadWebAuthn();
  const text = canonicalJson({ v: 1, nonce: createToken(), device: device.id, ...content });
  await context.store.set(inboxChallengeKey(act, device.id), text, ttlSeconds);
  const options = await generateAuthenticationOptions({
    rpID: context.rpId,
    challenge: createHash('sha256').update(text).digest(),
    allowCredentials: [{ id: device.credentialId, transports: [...device.transports] }],
    userVerification: 'required',
    timeout: ttlSeconds * 1000,
  });
  return options as unknown as PasskeyJson;
}

/** What a phone's passkey signed. */
export interface Signed {
  readonly text: string;
  readonly digest: string;
  readonly signCount: number;
  readonly flags: { readonly userVerified: boolean; readonly backupEligible: boolean; readonly backedUp: boolean };
  readonly authenticatorData: string;
  readonly clientDataJSON: string;
  readonly signature: string;
}

/** The one error for a passkey that doesn't prove the act. */
export function passkeyRefused(cause?: unknown): CibaError {
  return new CibaError('refused', 'The passkey does not prove this act on this phone. Ask for a new challenge.', {
    cause,
  });
}

/**
 * Checks that the phone's own passkey signed the challenge of this act, with its user verified. A card ends once, so that
 * its assertion counts once; other acts use {@link verifyOnce}.
 * @throws CibaError `refused`
 */
export async function verifyChallenge<Session>(
  context: InboxContext<Session>,
  act: string,
  device: DeviceRecord,
  assertion: PasskeyJson,
): Promise<Signed> {
  const { verifyAuthenticationResponse } = await loadWebAuthn();
  const { store } = context;
  const text = await store.get<string>(inboxChallengeKey(act, device.id));
  if (text === undefined || assertion['id'] !== device.credentialId) throw passkeyRefused();
  const digest = digestOf(text);
  const response = assertion as unknown as AuthenticationResponseJSON;
  let info;
  try {
    const verified = await verifyAuthenticationResponse({
      response,
      expectedChallenge: digest,
      expectedOrigin: context.origin,
      expectedRPID: context.rpId,
      requireUserVerification: true,
      credential: {
        id: device.credentialId,
        publicKey: new Uint8Array(Buffer.from(device.publicKey, 'base64url')),
        counter: device.signCount,
      },
    });
    info = verified.verified ? verified.authenticationInfo : null;
  } catch (caught) {
    throw passkeyRefused(caught);
  }
  if (!info || (context.options.passkey?.backedUp === 'refuse' && info.credentialBackedUp)) throw passkeyRefused();
  return {
    text,
    digest,
    signCount: info.newCounter,
    flags: {
      userVerified: info.userVerified,
      backupEligible: info.credentialDeviceType === 'multiDevice',
      backedUp: info.credentialBackedUp,
    },
    authenticatorData: response.response.authenticatorData,
    clientDataJSON: response.response.clientDataJSON,
    signature: response.response.signature,
  };
}

/**
 * Checks the same for an act that is no card. Each challenge counts once.
 * @throws CibaError `refused`
 */
export async function verifyOnce<Session>(
  context: InboxContext<Session>,
  act: string,
  device: DeviceRecord,
  assertion: PasskeyJson,
): Promise<Signed> {
  const signed = await verifyChallenge(context, act, device, assertion);
  const { claimed } = await context.store.setIfAbsent(inboxUsedKey(signed.digest), true, ACT_CHALLENGE_SECONDS);
  if (!claimed) throw passkeyRefused();
  return signed;
}

/** Makes the options for a new passkey, and returns its challenge. */
export async function createRegistration<Session>(
  context: InboxContext<Session>,
  name: string,
): Promise<{ readonly passkey: PasskeyJson; readonly challenge: string }> {
  const { generateRegistrationOptions } = await loadWebAuthn();
  const options = await generateRegistrationOptions({
    rpName: context.app,
    rpID: context.rpId,
    userName: name,
    // A random ID for each phone: a synced passkey of another phone is never replaced.
    userID: new Uint8Array(randomBytes(32)),
    challenge: new Uint8Array(randomBytes(32)),
    attestationType: context.options.passkey?.aaguids ? 'direct' : 'none',
    authenticatorSelection: { residentKey: 'discouraged', userVerification: 'required' },
  });
  return { passkey: options as unknown as PasskeyJson, challenge: options.challenge };
}

/** What a new passkey says of itself. */
export type NewPasskey = Pick<
  DeviceRecord,
  'credentialId' | 'publicKey' | 'signCount' | 'transports' | 'aaguid' | 'backupEligible' | 'backedUp'
>;

/** Checks a new passkey, whose user must have been verified. Returns `null` for one that isn't valid or not allowed. */
export async function verifyRegistration<Session>(
  context: InboxContext<Session>,
  challenge: string,
  response: PasskeyJson,
): Promise<NewPasskey | null> {
  const { verifyRegistrationResponse } = await loadWebAuthn();
  const { passkey = {} } = context.options;
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: response as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: context.origin,
      expectedRPID: context.rpId,
      requireUserVerification: true,
    });
    if (!registrationInfo) return null;
    const { credential, aaguid, credentialDeviceType, credentialBackedUp } = registrationInfo;
    const backupEligible = credentialDeviceType === 'multiDevice';
    if (passkey.backedUp === 'refuse' && (backupEligible || credentialBackedUp)) return null;
    if (passkey.aaguids && !passkey.aaguids.includes(aaguid)) return null;
    return {
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      signCount: credential.counter,
      transports: (credential.transports ?? []).filter((transport: JsonValue) => typeof transport === 'string'),
      aaguid,
      backupEligible,
      backedUp: credentialBackedUp,
    };
  } catch {
    return null;
  }
}
