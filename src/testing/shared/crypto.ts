// Uses Web Crypto, so that the emulators run in Node and in a page without a library.

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** RFC 4648 §6, without padding. */
export function toBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((chunk) => BASE32[Number.parseInt(chunk.padEnd(5, '0'), 2)]).join('');
}

function fromBase32(text: string): Uint8Array<ArrayBuffer> {
  const bits = Array.from(text.toUpperCase(), (character) => {
    const value = BASE32.indexOf(character);
    if (value < 0) throw new Error('A TOTP secret must be base32 (A-Z, 2-7), without spaces or padding.');
    return value.toString(2).padStart(5, '0');
  }).join('');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

/** RFC 4648 §5, with padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

async function hmac(hash: 'SHA-1' | 'SHA-256', key: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>) {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, message));
}

/** The 30 s step that a time (in milliseconds) is in. */
export function totpStep(time: number): number {
  return Math.floor(time / 30_000);
}

/** The code of a step: HMAC-SHA1, 6 digits (RFC 6238, RFC 4226 §5.3). */
export async function totpCode(secret: string, step: number): Promise<string> {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const digest = await hmac('SHA-1', fromBase32(secret), new Uint8Array(counter.buffer));
  const offset = (digest.at(-1) ?? 0) & 15;
  const number = new DataView(digest.buffer).getUint32(offset) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const toPart = (value: object) => toBase64Url(utf8(JSON.stringify(value))).replaceAll('=', '');

/** A JWT as AuthSec makes them: HS256, so only AuthSec can verify it. */
export async function signJwt(claims: object, key: Uint8Array<ArrayBuffer>): Promise<string> {
  const text = `${toPart({ alg: 'HS256', typ: 'JWT', kid: 'default' })}.${toPart(claims)}`;
  return `${text}.${toBase64Url(await hmac('SHA-256', key, utf8(text))).replaceAll('=', '')}`;
}
