// RFC 6238 as authenticator apps have it: SHA-1, 6 digits, steps of 30 s. By WebCrypto, so that it runs wherever
// `Request` and `Response` do.

const STEP = 30;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A new secret of 160 bits in base32 (RFC 4226 §4 wants that many). */
export function createSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => BASE32.charAt(byte % 32)).join('');
}

/** The number of the 30 s step that a time in milliseconds is in. */
export function stepAt(time: number): number {
  return Math.floor(time / 1000 / STEP);
}

/** The code of one step. */
export async function codeOfStep(secret: string, step: number): Promise<string> {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const algorithm = { name: 'HMAC', hash: 'SHA-1' };
  const key = await crypto.subtle.importKey('raw', readBase32(secret), algorithm, false, ['sign']);
  const digest = new DataView(await crypto.subtle.sign('HMAC', key, counter.buffer));
  const offset = digest.getUint8(digest.byteLength - 1) & 0xf;
  const number = (digest.getUint32(offset) & 0x7fff_ffff) % 1_000_000;
  return String(number).padStart(6, '0');
}

function readBase32(text: string): Uint8Array<ArrayBuffer> {
  const bits = Array.from(text.toUpperCase().replace(/=+$/, ''), (character) =>
    BASE32.indexOf(character).toString(2).padStart(5, '0'),
  ).join('');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}
