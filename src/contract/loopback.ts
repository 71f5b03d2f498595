/**
 * Whether a URL's host name is this machine, as browsers decide it: they treat these hosts as secure without https
 * (Secure Contexts §3.1).
 *
 * @param hostname as `URL.hostname` gives it: in lower case, an IPv6 address in brackets
 */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname)
  );
}

/** Whether what travels to this URL stays unread on the network: https, or http that never leaves this machine. */
export function isHttpsOrLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}
