/**
 * Returns whether a URL's host name is this machine. Browsers treat these hosts as secure without https (Secure Contexts
 * §3.1).
 *
 * @param hostname the value that `URL.hostname` returns: in lower case, an IPv6 address in brackets
 */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname)
  );
}

/** Returns whether no one on the network can read what is sent to this URL: it uses https, or http that never leaves this machine. */
export function isHttpsOrLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}
