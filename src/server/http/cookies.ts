/** One cookie names the browser, the other one the session. Each holds only an opaque random value. */
export type CookieName = 'browser' | 'session';

/**
 * The cookie's full name. `__Host-` keeps other hosts, including siblings on the same domain, from setting it. WebKit
 * drops such cookies (and `Secure`) on http://localhost, so the name is plain there.
 */
function fullName(name: CookieName, secure: boolean): string {
  return secure ? `__Host-ciba-${name}` : `ciba-${name}`;
}

/** Reads a cookie from the request. The value isn't trusted until it's found in the store. */
export function readCookie(request: Request, name: CookieName, secure: boolean): string | null {
  const wanted = fullName(name, secure);
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const [key, ...value] = pair.trim().split('=');
    if (key === wanted) return value.join('=') || null;
  }
  return null;
}

/** Makes a `Set-Cookie` value. `maxAge` is in seconds; 0 clears the cookie. */
export function writeCookie(name: CookieName, value: string, maxAge: number, secure: boolean): string {
  const flags = `Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  return `${fullName(name, secure)}=${value}; ${flags}`;
}
