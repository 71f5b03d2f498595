// The app's server: the sign-in under /api/ciba, better-auth under /api/auth, and the built page.
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { toNodeHandler } from 'better-auth/node';
import express from 'express';
import { createCibaHandler, nodeClientAddress, toNodeListener } from 'react-ciba/server';
import { createAuth } from './auth.js';
import { createBackend } from './backend.js';

const port = Number(process.env.PORT ?? 3000);
const origin = `http://localhost:${port}`;

const auth = createAuth({
  origin,
  secret: process.env.AUTH_SECRET ?? randomBytes(32).toString('base64'),
  lifetime: Number(process.env.SESSION_SECONDS ?? 7 * 24 * 3600),
});

const handler = createCibaHandler({
  adapter: createBackend(process.env),
  origin,
  authRequest: (loginHint) => ({ loginHint, scope: 'openid profile email' }),
  publicSession: ({ claims }) => ({ name: String(claims.name) }),
  // better-auth keeps the session; the handler keeps none.
  async onApproved({ claims: { email, email_verified, name } }) {
    // Whoever could name an address that isn't theirs would get the account of its owner.
    if (email_verified !== true) throw new Error('The provider has not verified the email address of this user.');
    const { headers } = await auth.api.signInCiba({ body: { email, name }, returnHeaders: true });
    return headers.getSetCookie();
  },
  clientAddress: nodeClientAddress,
});

const app = express();
app.use((_request, response, next) => {
  response.setHeader('content-security-policy', "default-src 'self'; frame-ancestors 'none'");
  next();
});
app.use('/api/ciba', toNodeListener(handler));
app.all('/api/auth/*path', toNodeHandler(auth));
app.use(express.static(fileURLToPath(new URL('dist', import.meta.url))));
app.listen(port, 'localhost', () => console.log(origin));
