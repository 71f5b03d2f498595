import { request as sendOverTls } from 'node:https';
import { request as sendInClear } from 'node:http';
import type { OidcFetch } from '../adapters/oidc/index.js';

/** PEM texts. */
export interface TlsFiles {
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
}

/** Longest answer that is read, in characters. */
const MAX_ANSWER_CHARACTERS = 1_000_000;

/** A `fetch` that presents a client certificate or trusts a private CA, which Node's own can't. */
export function fetchWithCertificate(tls: TlsFiles): OidcFetch {
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const send = url.startsWith('https:') ? sendOverTls : sendInClear;
      const request = send(url, { method, headers, agent: false, ...(signal && { signal }), ...tls }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('error', reject);
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > MAX_ANSWER_CHARACTERS) response.destroy(new Error('The answer is too long.'));
        });
        response.on('end', () => {
          const received = new Headers();
          for (const [name, value] of Object.entries(response.headers)) {
            for (const one of [value ?? []].flat()) received.append(name, one);
          }
          resolve({ status: response.statusCode ?? 0, headers: received, text: async () => text });
        });
      });
      request.on('error', reject);
      request.end(body);
    });
}
