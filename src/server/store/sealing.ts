import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { HASH_CHARACTERS } from '../secrets.js';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Hides values and names from an attacker who can read the store. */
export interface Sealing {
  /** Encrypts a value for one key of the store. */
  seal(key: string, value: unknown): string;
  /**
   * Decrypts a value that was sealed for this key, by any of the secrets. Returns `undefined` for anything else. An
   * attacker who can write to the store can therefore neither plant a value nor move one to another key.
   */
  open<Value>(key: string, stored: unknown): Value | undefined;
  /** Replaces a text whose plain hash could be reversed by trying likely texts, such as email addresses. */
  mask(text: string): string;
  /** All names that the text may have, the one by the newest secret first. */
  masks(text: string): readonly string[];
}

interface Secret {
  /** Names the secret beside what it sealed. */
  readonly id: string;
  readonly sealingKey: Buffer;
  readonly maskingKey: Buffer;
}

function derive(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `react-ciba ${purpose}`, KEY_BYTES));
}

/** Seals by the first secret and opens by all of them, so that a secret can be replaced without ending sessions. */
export function createSealing(secrets: readonly string[]): Sealing {
  const all = secrets.map((secret): Secret => {
    return {
      id: derive(secret, 'id').toString('base64url').slice(0, 8),
      sealingKey: derive(secret, 'sealing'),
      maskingKey: derive(secret, 'masking'),
    };
  });
  const [newest = expectSecret()] = all;
  const maskBy = ({ maskingKey }: Secret, text: string) =>
    createHmac('sha256', maskingKey).update(text).digest('base64url').slice(0, HASH_CHARACTERS);

  return {
    seal(key, value) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, newest.sealingKey, nonce).setAAD(Buffer.from(key));
      const sealed = Buffer.concat([
        nonce,
        cipher.update(JSON.stringify(value), 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
      return `${newest.id}.${sealed.toString('base64url')}`;
    },
    open<Value>(key: string, stored: unknown) {
      const [id, text = ''] = typeof stored === 'string' ? stored.split('.') : [];
      const secret = all.find((one) => one.id === id);
      const sealed = Buffer.from(text, 'base64url');
      if (!secret || sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
      const decipher = createDecipheriv(CIPHER, secret.sealingKey, sealed.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(key))
        .setAuthTag(sealed.subarray(-TAG_BYTES));
      try {
        const json = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
        return JSON.parse(json.toString('utf8')) as Value;
      } catch {
        return undefined;
      }
    },
    mask: (text) => maskBy(newest, text),
    masks: (text) => all.map((secret) => maskBy(secret, text)),
  };
}

function expectSecret(): never {
  throw new Error('Sealing needs a secret. The options are checked before.');
}
