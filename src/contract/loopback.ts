/** https, or http on a host that browsers treat as secure without it (Secure Contexts §3.1). */
const SECURE_ORIGIN = /^https:|^http:\/\/((.*\.)?localhost|127(\.\d+){3}|\[::1])(:\d+)?$/;

/** Returns whether no one on the network can read what is sent to this URL: it uses https, or http that never leaves this machine. */
export function isHttpsOrLoopback({ origin }: URL): boolean {
  return SECURE_ORIGIN.test(origin);
}
