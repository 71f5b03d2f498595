import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly path: string;
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
}

/** What the stub answers on one path: a status, a body (an object becomes JSON) and headers; or `silence` for nothing at all. */
export type Answer =
  | 'silence'
  | { readonly status?: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };

/** An OpenID provider as small as the wire allows: it answers what the test says. */
export interface StubProvider {
  readonly issuer: string;
  readonly seen: SeenRequest[];
  /** The next answers by path; the last one is repeated. */
  answer(path: string, ...answers: Answer[]): void;
  /** Requests that the client gave up before an answer came. */
  readonly abandoned: Promise<void>;
  close(): Promise<void>;
}

export async function startStubProvider(): Promise<StubProvider> {
  const seen: SeenRequest[] = [];
  const answers = new Map<string, Answer[]>();
  let noteAbandoned = () => {};
  const abandoned = new Promise<void>((resolve) => {
    noteAbandoned = resolve;
  });

  async function respond(request: IncomingMessage, response: ServerResponse) {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const path = request.url ?? '';
    seen.push({ path, form: new URLSearchParams(text), authorization: request.headers.authorization });
    const queue = answers.get(path) ?? [];
    const answer = queue.length > 1 ? queue.shift() : queue[0];
    if (answer === 'silence') {
      response.on('close', () => noteAbandoned());
      return;
    }
    const { status = answer ? 200 : 404, body = '', headers = {} } = answer ?? {};
    const json = typeof body !== 'string';
    response.writeHead(status, { 'content-type': json ? 'application/json' : 'text/html', ...headers });
    response.end(json ? JSON.stringify(body) : body);
  }

  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const stub: StubProvider = {
    issuer,
    seen,
    abandoned,
    answer: (path, ...next) => void answers.set(path, next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  stub.answer('/.well-known/openid-configuration', { body: metadata(issuer) });
  stub.answer('/backchannel', { body: { auth_req_id: 'secret-request-id', expires_in: 120, interval: 2 } });
  stub.answer('/token', { status: 400, body: { error: 'authorization_pending' } });
  return stub;
}

export function metadata(issuer: string): Record<string, unknown> {
  return {
    issuer,
    token_endpoint: `${issuer}/token`,
    backchannel_authentication_endpoint: `${issuer}/backchannel`,
    revocation_endpoint: `${issuer}/revoke`,
  };
}

/** A token answer whose ID token carries `claims`. Nobody checks its signature: it came straight from the provider. */
export function tokens(issuer: string, claims: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = { iss: issuer, aud: 'shop', sub: 'user-1', iat: now, exp: now + 300, ...claims };
  return {
    access_token: 'secret-access-token',
    token_type: 'Bearer',
    expires_in: 60,
    id_token: `${part({ alg: 'RS256' })}.${part(payload)}.${part('signature')}`,
  };
}
