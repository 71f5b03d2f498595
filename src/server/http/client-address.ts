import { isIPv4, isIPv6 } from 'node:net';
import { misconfigured } from '../../contract/errors.js';

/** A network that is limited as a whole, and how many addresses' worth of acts it is allowed. */
export interface LimitedNetwork {
  readonly network: string;
  readonly allowance: number;
}

/** An IPv6 /56 holds 256 networks of one client each, but is usually one customer. It may do as much as this many. */
const ALLOWANCE_OF_A_56 = 4;

/** Removes what proxies and sockets add to an address: blanks, brackets, the port and the zone. */
function bareAddress(text: string): string {
  return text
    .trim()
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
    .replace(/%.*$/, '');
}

function toIPv4(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  const hexadecimal = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return [a * 256 + b, c * 256 + d].map((group) => group.toString(16)).join(':');
  });
  const [head = '', tail] = hexadecimal.split('::', 2);
  const parse = (text: string | undefined) => (text ? text.split(':').map((group) => parseInt(group, 16)) : []);
  const front = parse(head);
  const back = parse(tail);
  return [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
}

/**
 * The IPv4 address of the client behind an IPv6 address that only carries one. Such a client can have up to 2^80 IPv6
 * addresses, or share one /64 with all other clients of the translator.
 */
function embeddedIPv4([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0]: readonly number[]): string | null {
  const startsWith = (...prefix: number[]) => prefix.every((group, index) => group === [a, b, c, d, e, f][index]);
  // IPv4-mapped (RFC 4291 §2.5.5.2), IPv4-translated (RFC 2765 §2.1) and NAT64 (RFC 6052 §2.1).
  if (startsWith(0, 0, 0, 0, 0, 0xffff) || startsWith(0, 0, 0, 0, 0xffff, 0) || startsWith(0x64, 0xff9b, 0, 0, 0, 0)) {
    return toIPv4(g, h);
  }
  // NAT64 with a prefix for local use (RFC 8215). Without the last 32 bits it isn't a /96, and its layout is unknown.
  if (startsWith(0x64, 0xff9b, 1) && (g !== 0 || h !== 0)) return toIPv4(g, h);
  // 6to4 (RFC 3056 §2), and Teredo, which inverts the bits (RFC 4380 §4).
  if (startsWith(0x2002)) return toIPv4(b, c);
  if (startsWith(0x2001, 0)) return toIPv4(g ^ 0xffff, h ^ 0xffff);
  return null;
}

/**
 * The networks that an address is rate-limited under, the smallest one first. A household or a rented server has a
 * whole IPv6 /64, so that counts as one client. Many have a /56, which is counted as well. An IPv6 address that only
 * carries an IPv4 address counts as that one.
 */
export function limitedNetworks(address: string): readonly LimitedNetwork[] {
  const bare = bareAddress(address).toLowerCase();
  if (!isIPv6(bare)) return [{ network: bare, allowance: 1 }];
  const groups = groupsOf(bare);
  const carried = embeddedIPv4(groups);
  if (carried) return [{ network: carried, allowance: 1 }];
  const [a = 0, b = 0, c = 0, d = 0] = groups;
  const write = (last: number) => [a, b, c, last].map((group) => group.toString(16)).join(':');
  return [
    { network: `${write(d)}::/64`, allowance: 1 },
    { network: `${write(d & 0xff00)}::/56`, allowance: ALLOWANCE_OF_A_56 },
  ];
}

/**
 * Reads the client's address from the `X-Forwarded-For` header, for `clientAddress`. It returns the entry that the
 * outermost of your own proxies wrote, because a client can forge the entries before it.
 *
 * @param options.proxies how many of your own proxies are in front of the app, at least 1; each adds one entry
 * @throws CibaError `misconfigured` if `proxies` is not a positive whole number
 * @example
 * const clientAddress = forwardedClientAddress({ proxies: 1 });
 */
export function forwardedClientAddress(options: { readonly proxies: number }) {
  const proxies: unknown = options?.proxies;
  if (typeof proxies !== 'number' || !Number.isSafeInteger(proxies) || proxies < 1) {
    throw misconfigured(
      `The \`proxies\` of forwardedClientAddress is ${typeof proxies === 'string' ? `"${proxies}"` : String(proxies)}. Set it to the number of your own proxies in front of the app, a whole number from 1 on. Without a proxy, use nodeClientAddress.`,
    );
  }
  return (request: Request): string | undefined => {
    const entries = (request.headers.get('x-forwarded-for') ?? '').split(',');
    const address = bareAddress(entries.at(-proxies) ?? '');
    return isIPv4(address) || isIPv6(address) ? address : undefined;
  };
}
