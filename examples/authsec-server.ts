import { createServer } from 'node:http';
import { createAuthSecAdapter } from 'react-ciba/adapters/authsec';
import { createCibaHandler, toNodeListener } from 'react-ciba/server';

const adapter = createAuthSecAdapter({
  baseUrl: 'production',
  clientId: process.env['AUTHSEC_CLIENT_ID'] ?? '',
  bindingMessage: 'Sign in to Example Shop?',
});

const handler = createCibaHandler({
  adapter,
  origin: 'https://shop.example.com',
  authRequest: (loginHint) => ({ loginHint }),
  // AuthSec's app can't show a code to compare.
  displayCode: false,
  publicSession: ({ claims }) => ({ email: String(claims.email_id) }),
  // Events contain no user, request ID, code or token.
  onEvent: (event) => process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`),
});

export const server = createServer(toNodeListener(handler));
