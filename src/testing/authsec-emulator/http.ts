import type { Account, Backend, Flow, Generation } from './backend.js';

export interface Reply {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request, as the endpoints see it. */
export interface Call {
  readonly backend: Backend;
  readonly flow: Flow;
  readonly generation: Generation;
  readonly request: Request;
  /** The fields of the JSON, or `undefined` if the body isn't a JSON object. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

export type Endpoint = (call: Call) => Reply | Promise<Reply>;

export function reply(status: number, body: object, headers?: Readonly<Record<string, string>>): Reply {
  return { status, body, ...(headers && { headers }) };
}

/** AuthSec's answer to fields that are missing or of the wrong kind: prose, which no client may match on. */
export function malformed({ flow }: Call, field: string): Reply {
  const text = `Key: 'Request.${field}' Error:Field validation for '${field}' failed on the 'required' tag`;
  return flow === 'admin' ? reply(400, { error: 'Invalid request body', details: text }) : reply(400, { error: text });
}

/** The text of a field, or `undefined` if it is missing, empty or of another type. */
export function textField({ fields }: Call, name: string): string | undefined {
  const value = fields?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** What is wrong with a client ID, in AuthSec's words, or `null` if it is one of ours. */
export function clientProblem({ backend }: Call, clientId: string): string | null {
  if (!UUID.test(clientId)) return 'Invalid client ID format';
  return backend.findClient(clientId) ? null : 'Client not found or not mapped to tenant';
}

/** Runs an endpoint for the user that the Bearer token names. */
export function withBearer(run: (call: Call, account: Account) => Reply | Promise<Reply>): Endpoint {
  return (call) => {
    const header = call.request.headers.get('authorization');
    const account = header?.startsWith('Bearer ') ? call.backend.findBearer(header.slice(7)) : undefined;
    if (account) return run(call, account);
    const error =
      header === null
        ? 'authorization header required'
        : header.startsWith('Bearer ')
          ? 'Invalid or expired token'
          : 'invalid authorization header format';
    return reply(401, { error }, { 'www-authenticate': 'Bearer' });
  };
}
