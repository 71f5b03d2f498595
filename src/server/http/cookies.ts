/** The two cookies: one names the browser, the other one the session. Both hold an opaque random value and nothing else. */
export type CookieName = 'browser' | 'session';

/**
 * The cookie's full name. `__Host-` keeps other hosts, also siblings on the same domain, from planting it; WebKit
 * drops it (and `Secure`) on http://localhost, so there the name is plain.
 */
function fullName(name: CookieName, secure: boolean): string {
  return secure ? `__Host-ciba-${name}` : `ciba-${name}`;
}

/** The value of a cookie, where the request brings one. Whether it is ours, the store knows. */
export function readCookie(request: Request, name: CookieName, secure: boolean): string | null {
  const wanted = fullName(name, secure);
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const [key, ...value] = pair.trim().split('=');
    if (key === wanted) return value.join('=') || null;
  }
  return null;
}

/** A `Set-Cookie` value; `maxAge` in seconds, 0 clears it. */
export function writeCookie(name: CookieName, value: string, maxAge: number, secure: boolean): string {
  const flags = `Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  return `${fullName(name, secure)}=${value}; ${flags}`;
}
