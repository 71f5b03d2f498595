import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StrictOptions {
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** How the client has to authenticate. */
  readonly method?: 'client_secret_basic' | 'client_secret_post';
  /** Whether the client may use CIBA. */
  readonly grant?: boolean;
  /** More members of the metadata. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Seconds by which its clock is behind. */
  readonly behind?: number;
}

/** An OpenID provider that checks every rule of CIBA Core 1.0 §7.1 and RFC 6749 §2.3, and counts the phones that it rings. */
export interface StrictProvider {
  readonly issuer: string;
  readonly requests: readonly string[];
  readonly rings: () => number;
  close(): Promise<void>;
}

const GRANT = 'urn:openid:params:grant-type:ciba';

export async function startStrictProvider({
  clientId = 'shop',
  clientSecret = 'the-client-secret',
  method = 'client_secret_basic',
  grant = true,
  metadata = {},
  behind = 0,
}: StrictOptions = {}): Promise<StrictProvider> {
  const requests: string[] = [];
  let rings = 0;

  function isClient(authorization: string | undefined, form: URLSearchParams): boolean {
    if (method === 'client_secret_post') {
      return !authorization && form.get('client_id') === clientId && form.get('client_secret') === clientSecret;
    }
    const [scheme, credentials = ''] = (authorization ?? '').split(' ');
    if (scheme !== 'Basic' || form.has('client_secret')) return false;
    const [id = '', secret = ''] = Buffer.from(credentials, 'base64').toString().split(':').map(decodeURIComponent);
    return id === clientId && secret === clientSecret;
  }

  function answer(path: string, authorization: string | undefined, form: URLSearchParams): [number, object] {
    const refuse = (error: string, status = 400): [number, object] => [status, { error }];
    if (path === '/.well-known/openid-configuration') {
      return [
        200,
        {
          issuer,
          token_endpoint: `${issuer}/token`,
          backchannel_authentication_endpoint: `${issuer}/start`,
          revocation_endpoint: `${issuer}/revoke`,
          backchannel_token_delivery_modes_supported: ['poll'],
          token_endpoint_auth_methods_supported: [method],
          grant_types_supported: [GRANT],
          ...metadata,
        },
      ];
    }
    if (!isClient(authorization, form)) return refuse('invalid_client', 401);
    if (path === '/revoke') return form.get('token') ? [200, {}] : refuse('invalid_request');
    if (!grant) return refuse('unauthorized_client');
    if (path === '/token') return refuse(form.get('grant_type') === GRANT ? 'invalid_grant' : 'unsupported_grant_type');
    if (!form.get('scope')?.split(' ').includes('openid')) return refuse('invalid_scope');
    const hints = ['login_hint', 'login_hint_token', 'id_token_hint'].filter((name) => form.has(name));
    if (hints.length !== 1) return refuse('invalid_request');
    rings += 1;
    return [200, { auth_req_id: 'a-request', expires_in: 60 }];
  }

  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += String(chunk);
    });
    request.on('end', () => {
      const path = request.url ?? '';
      requests.push(path);
      const [status, body] = answer(path, request.headers.authorization, new URLSearchParams(text));
      const date = new Date(Date.now() - behind * 1000).toUTCString();
      response.writeHead(status, { 'content-type': 'application/json', date }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    requests,
    rings: () => rings,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
