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
 * What an address counts as. A household or a rented server has a whole /64 of IPv6, so that is one caller; an IPv4
 * address in the clothes of IPv6 is the IPv4 address.
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
 * The caller's address as your own proxies tell it, for `clientAddress`: the entry of X-Forwarded-For that the outermost
 * of them wrote. What stands before it, the caller may have invented.
 *
 * @param options.proxies how many proxies of your own are in front of the app, each of which adds one entry
 * @example
 * const clientAddress = forwardedClientAddress({ proxies: 1 });
 */
export function forwardedClientAddress({ proxies }: { readonly proxies: number }) {
  return (request: Request): string | undefined => {
    const entries = (request.headers.get('x-forwarded-for') ?? '').split(',');
    const entry = entries.at(-proxies)?.trim() ?? '';
    // Some proxies write the port too.
    const address = entry.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
    return isIPv4(address) || isIPv6(address) ? address : undefined;
  };
}
