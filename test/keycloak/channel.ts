import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import { inject } from 'vitest';
import { fetchTrusting } from './trusting-fetch.js';

/** What Keycloak posts to the authentication channel. */
export interface ChannelRequest {
  readonly body: {
    readonly login_hint: string;
    readonly scope: string;
    readonly binding_message?: string;
    readonly is_consent_required: boolean;
    readonly acr_values?: string;
    readonly authorization_details?: string;
  };
  readonly authorization: string;
  /** The claims of the bearer, verified against the realm's keys. */
  readonly claims: JWTPayload;
}

export type Decision = 'SUCCEED' | 'UNAUTHORIZED' | 'CANCELLED';

export interface Channel {
  /** The request that shows this binding message. @throws Error where Keycloak sent none */
  requestOf(bindingMessage: unknown): ChannelRequest;
  readonly requests: readonly ChannelRequest[];
  /** Tells Keycloak what the user decided; its status is returned. */
  decide(request: ChannelRequest, decision: Decision): Promise<number>;
  /** What Keycloak is answered instead of 201. */
  answerWith(status: number): void;
  close(): Promise<void>;
}

async function readBearer(authorization: string): Promise<JWTPayload> {
  const bearer = authorization.replace(/^Bearer /, '');
  const { iss = '' } = JSON.parse(atob((bearer.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))) as {
    iss?: string;
  };
  // The issuer is one of this Keycloak's, or the keys are not asked for.
  const { origin, secureOrigin } = inject('server');
  if (![origin, secureOrigin].some((own) => iss.startsWith(`${own}/realms/`))) {
    throw new Error('The bearer is not of this Keycloak.');
  }
  const response = await fetchTrusting()(`${iss}/protocol/openid-connect/certs`, {});
  const keys = createLocalJWKSet((await response.json()) as JSONWebKeySet);
  const { payload } = await jwtVerify(bearer, keys, { issuer: iss, audience: iss });
  // The realm's access tokens have the same key and issuer.
  if ('sid' in payload || 'scope' in payload) throw new Error('The bearer is a token of a user.');
  return payload;
}

/** Listens where this Keycloak tells of requests, as the phone's side. */
export async function openChannel(): Promise<Channel> {
  const requests: ChannelRequest[] = [];
  let status = 201;

  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const authorization = request.headers.authorization ?? '';
      const body = JSON.parse(Buffer.concat(chunks).toString()) as ChannelRequest['body'];
      // Keycloak pools connections and does not ask again over one that broke.
      response.setHeader('connection', 'close');
      readBearer(authorization).then(
        (claims) => {
          if (status === 201) requests.push({ body, authorization, claims });
          response.writeHead(status).end();
        },
        () => response.writeHead(401).end(),
      );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(inject('server').channelPort, '127.0.0.1', resolve);
  });

  return {
    requests,
    requestOf(bindingMessage) {
      const found = requests.find(({ body }) => body.binding_message === bindingMessage);
      if (!found) throw new Error(`Keycloak told of no request with the message ${String(bindingMessage)}.`);
      return found;
    },
    async decide({ authorization, claims }, decision) {
      const response = await fetchTrusting()(`${claims.iss}/protocol/openid-connect/ext/ciba/auth/callback`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ status: decision }),
      });
      await response.text();
      return response.status;
    },
    answerWith(next) {
      status = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
