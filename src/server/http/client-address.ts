import { isIPv4, isIPv6 } from 'node:net';

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = address.split('::', 2);
  const parse = (text: string | undefined) => (text ? text.split(':').map((group) => parseInt(group, 16)) : []);
  const front = parse(head);
  const back = parse(tail);
  return [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
}

/**
 * The key under which an address is rate-limited. A household or a rented server has a whole IPv6 /64 network, so the
 * network counts as one client. An IPv4-mapped IPv6 address counts as the IPv4 address.
 */
export function rateLimitKey(address: string): string {
  const plain = address.trim().replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(plain) || plain.includes('.')) return plain.toLowerCase();
  return groupsOf(plain)
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':');
}

/**
 * Reads the client's address from the `X-Forwarded-For` header, for `clientAddress`. It returns the entry that the
 * outermost of your own proxies wrote, because a client can forge the entries before it.
 *
 * @param options.proxies how many of your own proxies are in front of the app; each adds one entry
 * @example
 * const clientAddress = forwardedClientAddress({ proxies: 1 });
 */
export function forwardedClientAddress({ proxies }: { readonly proxies: number }) {
  return (request: Request): string | undefined => {
    const entries = (request.headers.get('x-forwarded-for') ?? '').split(',');
    const entry = entries.at(-proxies)?.trim() ?? '';
    // Some proxies append the port.
    const address = entry.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
    return isIPv4(address) || isIPv6(address) ? address : undefined;
  };
}
