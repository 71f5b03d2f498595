// The phone: an inbox, to which Keycloak posts each login, and the page on which the user answers. It has an origin of its
// own, so that a script in the shop's page can't reach it.
import { fileURLToPath } from 'node:url';
import express from 'express';
import { createCibaInbox, keycloakChannel } from 'react-ciba/inbox/server';
import { toNodeListener } from 'react-ciba/server';

const dist = fileURLToPath(new URL('dist', import.meta.url));

/**
 * The inbox, and an Express app with its routes and the phone's page.
 * @param {{ issuer: string, origin: string, page?: string }} options the realm, the phone's origin, and the built page
 */
export function createPhone({ issuer, origin, page = dist }) {
  const inbox = createCibaInbox({
    origin,
    app: 'Example Shop',
    channels: [keycloakChannel({ issuer, clients: { shop: 'Example Shop' } })],
    // Every login comes from Keycloak, which has the users and the sessions. Without that, the inbox would be a backend itself.
    find: () => null,
    session: () => null,
  });
  const app = express();
  app.use('/api/inbox', toNodeListener(inbox));
  app.use(express.static(page));
  app.get('/phone', (_request, response) => response.sendFile('index.html', { root: page }));
  return { app, inbox };
}
