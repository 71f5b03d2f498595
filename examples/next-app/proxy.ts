import { type NextRequest, NextResponse } from 'next/server';
import { handler } from './server/ciba';

/** Pages that nobody gets without a session. */
const PROTECTED = /^\/(orders|account)(\/|$)/;

/**
 * Protects pages by session. It also sets `default-src 'self'`, except for Next.js's own inline scripts, and lets no page
 * frame the app. The scripts carry the page's data and need a nonce, which Next.js reads from this request header.
 * react-ciba doesn't need one.
 */
export async function proxy(request: NextRequest) {
  if (PROTECTED.test(request.nextUrl.pathname) && !(await handler.session(request))) {
    const home = request.nextUrl.clone();
    home.pathname = '/';
    return NextResponse.redirect(home);
  }
  const nonce = btoa(crypto.randomUUID());
  const policy = `default-src 'self'; script-src 'self' 'nonce-${nonce}'; frame-ancestors 'none'`;
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  return response;
}
