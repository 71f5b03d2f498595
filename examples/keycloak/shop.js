// The app's own server: the sign-in under /api/ciba, and the built page.
import { fileURLToPath } from 'node:url';
import express from 'express';
import { createOidcAdapter } from 'react-ciba/adapters/oidc';
import { createCibaHandler, nodeClientAddress, toNodeListener } from 'react-ciba/server';

/**
 * An Express app that signs in at a realm with shop-realm.json's client.
 * @param {{ issuer: string, origin: string }} options
 */
export function createShop({ issuer, origin }) {
  const adapter = createOidcAdapter({
    profile: 'keycloak',
    issuer,
    clientId: 'shop',
    clientSecret: process.env.OIDC_CLIENT_SECRET ?? 'of-the-shop-on-loopback-alone',
  });
  const handler = createCibaHandler({
    adapter,
    origin,
    authRequest: (loginHint) => ({ loginHint, scope: 'openid profile email' }),
    publicSession: ({ claims }) => ({ name: String(claims.name) }),
    revoke: (session) => adapter.revoke(session),
    clientAddress: nodeClientAddress,
  });
  const app = express();
  app.use('/api/ciba', toNodeListener(handler));
  app.use(express.static(fileURLToPath(new URL('dist', import.meta.url))));
  return app;
}
