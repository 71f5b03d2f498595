import { type NextRequest, NextResponse } from 'next/server';

/**
 * `default-src 'self'` for everything but Next's own inline scripts, which carry the page's data and need a nonce: Next
 * takes it from this header of the request. react-ciba needs none of it.
 */
export function proxy(request: NextRequest) {
  const nonce = btoa(crypto.randomUUID());
  const policy = `default-src 'self'; script-src 'self' 'nonce-${nonce}'`;
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  return response;
}
