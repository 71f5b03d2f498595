/** The cookies of one browser for one origin (RFC 6265bis). No script can read them, so `HttpOnly` makes no difference. */
export interface CookieJar {
  /** Returns the `Cookie` header for a URL, or `''`. */
  header(url: URL): string;
  /** Stores, replaces or deletes cookies, as the response's `Set-Cookie` headers ask. */
  store(url: URL, setCookies: readonly string[]): void;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly secure: boolean;
  /** Wall-clock milliseconds. `Infinity` for a session cookie. */
  readonly expiresAt: number;
}

export function createCookieJar(): CookieJar {
  // The key is the name and the path: a browser keeps two cookies that differ in either.
  const cookies = new Map<string, Cookie>();

  return {
    header(url) {
      return [...cookies.values()]
        .filter(({ expiresAt, path, secure }) => {
          return expiresAt > Date.now() && pathMatches(url.pathname, path) && (!secure || isSecure(url));
        })
        .sort((one, other) => other.path.length - one.path.length)
        .map(({ name, value }) => `${name}=${value}`)
        .join('; ');
    },

    store(url, setCookies) {
      for (const line of setCookies) {
        const cookie = parse(line, url);
        if (!cookie) continue;
        const key = `${cookie.name};${cookie.path}`;
        if (cookie.expiresAt > Date.now()) cookies.set(key, cookie);
        else cookies.delete(key);
      }
    },
  };
}

/** Parses a `Set-Cookie` header. Returns null for a cookie that browsers reject. */
function parse(line: string, url: URL): Cookie | null {
  const [pair = '', ...parts] = line.split(';');
  const [name, value] = split(pair);
  const attributes = new Map(parts.map((part) => split(part)).map(([key, given]) => [key.toLowerCase(), given]));
  const path = attributes.get('path');
  const domain = attributes.get('domain')?.replace(/^\./, '').toLowerCase();
  const cookie = {
    name,
    value,
    path: path?.startsWith('/') ? path : url.pathname.replace(/\/[^/]*$/, '') || '/',
    secure: attributes.has('secure'),
    expiresAt: expiry(attributes),
  };
  if (!name || (cookie.secure && !isSecure(url))) return null;
  if (domain && domain !== url.hostname && !url.hostname.endsWith(`.${domain}`)) return null;
  if (/^__Secure-/i.test(name) && !cookie.secure) return null;
  if (/^__Host-/i.test(name) && !(cookie.secure && path === '/' && domain === undefined)) return null;
  return cookie;
}

function split(pair: string): readonly [key: string, value: string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
}

/** `Max-Age` (seconds) wins over `Expires`. */
function expiry(attributes: ReadonlyMap<string, string>): number {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return Date.now() + Number(maxAge) * 1000;
  const date = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(date) ? Infinity : date;
}

function pathMatches(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
}
