import { callForToken } from '../shared/app-token.js';
import type { AuthSecConnection } from './connection.js';
import { createSend } from './request.js';
import type { SendToAuthSec } from './request.js';

export interface AuthSecUserConnection extends AuthSecConnection {
  /** The signed-in user's access token, without "Bearer". A function is called for each request. */
  readonly token: string | (() => string | Promise<string>);
}

/** Creates the function that sends requests in the name of the signed-in user. */
export function createBearerSend(options: AuthSecUserConnection): SendToAuthSec {
  const { token } = options;
  const send = createSend(options);
  return async (path, fields, call) => {
    const bearer = typeof token === 'string' ? token : await callForToken('token', token, call.signal);
    return send(path, fields, call, { authorization: `Bearer ${bearer}` });
  };
}
