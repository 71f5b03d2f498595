/**
 * Makes an ID that is unique across tabs, which share their requests. It is no secret. `crypto.randomUUID` doesn't exist on
 * plain http, and some environments have no `crypto` at all.
 */
export function randomId(): string {
  if (!globalThis.crypto?.getRandomValues) return `${Date.now()}-${Math.random()}`;
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
