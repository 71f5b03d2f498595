import type { HandlerRequest } from './handler-request.js';

/**
 * What a cookie names: a browser and its session at the handler; a phone, or one that is being added, at the inbox. Each
 * holds only an opaque random value.
 */
export type CookieName = 'browser' | 'session' | 'device' | 'newcomer';

/** The handler whose cookies they are. */
interface CookieOwner {
  readonly origin: string;
  readonly basePath: string;
  /** Whether `origin` is https. */
  readonly secure: boolean;
}

/**
 * The cookie's full name, such as `__Host-ciba-session+api+ciba`. It contains the path, with plus signs for slashes,
 * and the port if the origin names one. Cookies ignore both, and two handlers on one host must not share cookies. A
 * path can't contain a plus sign, so no two names are the same. `__Host-` keeps other hosts, including siblings on the
 * same domain, from setting the cookie. WebKit drops such cookies (and `Secure`) on http://localhost, so there is no
 * prefix there.
 */
function fullName(name: CookieName, owner: CookieOwner): string {
  return `${owner.secure ? '__Host-' : ''}ciba-${name}${suffixOf(owner)}`;
}

/** Every request needs it, and it never changes. */
const suffixes = new WeakMap<CookieOwner, string>();

function suffixOf(owner: CookieOwner): string {
  const known = suffixes.get(owner);
  if (known !== undefined) return known;
  const { port } = new URL(owner.origin);
  const suffix = `${port && `-${port}`}${owner.basePath.replaceAll('/', '+')}`;
  suffixes.set(owner, suffix);
  return suffix;
}

/**
 * Removes what browsers ignore around a name or a value: spaces and tabs (RFC 6265bis §5.6). `trim()` would remove more.
 * A sibling host can plant a cookie whose name only starts with a no-break space, which gets it past `__Host-`.
 */
function trimBlanks(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}

/**
 * Reads a cookie from the request. Returns `null` if there are two of that name, because one of them was planted and
 * can't be told apart. The value isn't trusted until it's found in the store.
 */
export function readCookie(request: HandlerRequest, name: CookieName, owner: CookieOwner): string | null {
  const wanted = fullName(name, owner);
  const values = (request.headers.get('cookie') ?? '').split(';').flatMap((pair) => {
    const [key = '', ...value] = pair.split('=');
    return trimBlanks(key) === wanted ? [trimBlanks(value.join('='))] : [];
  });
  return (values.length === 1 && values[0]) || null;
}

/** Makes a `Set-Cookie` value. A `maxAgeSeconds` of 0 clears the cookie. */
export function writeCookie(name: CookieName, value: string, maxAgeSeconds: number, owner: CookieOwner): string {
  const flags = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${owner.secure ? '; Secure' : ''}`;
  return `${fullName(name, owner)}=${value}; ${flags}`;
}
