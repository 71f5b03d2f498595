import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { PasskeyJson } from '../../contract/inbox.js';

// A passkey in software, of the kind that a phone keeps: ES256, its user always verified, no attestation.

/** Flags of authenticator data (WebAuthn Level 3 §6.1): user present, user verified, attested credential data. */
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const CREDENTIAL_INCLUDED = 0x40;

export interface SoftwarePasskey {
  /** Answers the options of a registration. */
  create(options: PasskeyJson): PasskeyJson;
  /** Signs the challenge of an act. `verified: false` is an authenticator that did not ask who holds it. */
  get(options: PasskeyJson, more?: { readonly verified?: boolean; readonly origin?: string }): PasskeyJson;
}

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

/** The head of a CBOR text, bytes or map of this length (RFC 8949 §3). */
function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  if (length < 256) return Buffer.from([(major << 5) | 24, length]);
  return Buffer.from([(major << 5) | 25, length >> 8, length & 0xff]);
}

const cborText = (text: string) => Buffer.concat([head(3, Buffer.byteLength(text)), Buffer.from(text)]);
const cborBytes = (bytes: Uint8Array) => Buffer.concat([head(2, bytes.length), bytes]);
/** A small integer; negative ones have their own type. */
const cborInt = (value: number) => (value < 0 ? head(1, -1 - value) : head(0, value));

/** The public key as COSE writes it: key type EC2, ES256, curve P-256, x and y (RFC 9053). */
function coseKey(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return Buffer.concat([
    head(5, 5),
    ...[cborInt(1), cborInt(2), cborInt(3), cborInt(-7), cborInt(-1), cborInt(1)],
    ...[cborInt(-2), cborBytes(Buffer.from(x, 'base64url')), cborInt(-3), cborBytes(Buffer.from(y, 'base64url'))],
  ]);
}

/** Creates a passkey for pages of `origin`. */
export function createSoftwarePasskey(origin: string): SoftwarePasskey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(32);

  function authenticatorData(flags: number, more: readonly Buffer[] = []): Buffer {
    // Synced passkeys don't count their signatures.
    const count = Buffer.alloc(4);
    const site = createHash('sha256').update(new URL(origin).hostname).digest();
    return Buffer.concat([site, Buffer.from([flags]), count, ...more]);
  }

  const clientData = (type: string, challenge: unknown, from: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin: from, crossOrigin: false }));

  const credential = { id: base64url(id), rawId: base64url(id), type: 'public-key', clientExtensionResults: {} };

  return {
    create({ challenge }) {
      const length = Buffer.from([0, id.length]);
      const attested = [Buffer.alloc(16), length, id, coseKey(publicKey)];
      const data = authenticatorData(USER_PRESENT | USER_VERIFIED | CREDENTIAL_INCLUDED, attested);
      const attestation = Buffer.concat([
        head(5, 3),
        ...[cborText('fmt'), cborText('none'), cborText('attStmt'), head(5, 0), cborText('authData'), cborBytes(data)],
      ]);
      return {
        ...credential,
        response: {
          clientDataJSON: base64url(clientData('webauthn.create', challenge, origin)),
          attestationObject: base64url(attestation),
          transports: ['internal'],
        },
      };
    },
    get({ challenge }, { verified = true, origin: from = origin } = {}) {
      const data = authenticatorData(verified ? USER_PRESENT | USER_VERIFIED : USER_PRESENT);
      const client = clientData('webauthn.get', challenge, from);
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
      return {
        ...credential,
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(sign('sha256', signed, privateKey)),
        },
      };
    },
  };
}
