import { Agent, fetch } from 'undici';
import type { RequestInit } from 'undici';
import { inject } from 'vitest';
import type { Certificate } from '../support/certificates.js';

/** A `fetch` that trusts the CA of these tests, and presents this certificate if Keycloak asks for one. */
export function fetchTrusting(certificate?: Certificate) {
  const { ca } = inject('server');
  const dispatcher = new Agent({
    connect: { ca, ...(certificate && { cert: certificate.cert, key: certificate.key }) },
  });
  return (url: string, init?: RequestInit) => fetch(url, { ...init, dispatcher });
}
