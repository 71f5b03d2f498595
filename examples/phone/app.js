// The inbox with web push, the shop's sign-in over it, and the built page of both.
import { fileURLToPath } from 'node:url';
import express from 'express';
import { createCibaInbox } from 'react-ciba/inbox/server';
import { createCibaHandler, nodeClientAddress, toNodeListener } from 'react-ciba/server';

const ada = { subject: '1', email: 'ada@example.com', name: 'Ada' };
const users = [ada];
const dist = fileURLToPath(new URL('dist', import.meta.url));

/**
 * @param {{ origin: string, push: import('react-ciba/inbox/server').WebPushOptions, page?: string }} options `page` is the
 * folder of the built page
 */
export function createApp({ origin, push, page = dist }) {
  const inbox = createCibaInbox({
    origin,
    app: 'Example Shop',
    find: (email) => users.find((user) => user.email === email),
    session: ({ subject }) => users.find((user) => user.subject === subject) ?? null,
    push,
  });
  const handler = createCibaHandler({
    adapter: inbox.adapter,
    origin,
    authRequest: (loginHint) => ({ loginHint }),
    publicSession: ({ name }) => ({ name }),
    clientAddress: nodeClientAddress,
  });

  const app = express();
  app.use('/api/inbox', toNodeListener(inbox));
  app.use('/api/ciba', toNodeListener(handler));
  app.use((_request, response, next) => {
    // No other site may lay something over the buttons of the phone.
    response.set('content-security-policy', "default-src 'self'; frame-ancestors 'none'");
    next();
  });
  app.use(express.static(page));
  app.get('/phone', (_request, response) => response.sendFile('index.html', { root: page }));
  return { app, invite: () => inbox.invite(ada) };
}
