// The app's server: the sign-in under /api/ciba, Auth.js under /auth, and the built page.
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { encode } from '@auth/core/jwt';
import { ExpressAuth } from '@auth/express';
import express from 'express';
import { createCibaHandler, nodeClientAddress, toNodeListener } from 'react-ciba/server';
import { createBackend } from './backend.js';

const port = Number(process.env.PORT ?? 3000);
const origin = `http://localhost:${port}`;
const secret = process.env.AUTH_SECRET ?? randomBytes(32).toString('base64');
const maxAge = Number(process.env.SESSION_SECONDS ?? 30 * 24 * 3600);

// As Auth.js names it. Over https it has a prefix, and the flag Secure.
const isSecure = origin.startsWith('https:');
const cookie = `${isSecure ? '__Secure-' : ''}authjs.session-token`;

const handler = createCibaHandler({
  adapter: createBackend(process.env),
  origin,
  authRequest: (loginHint) => ({ loginHint, scope: 'openid profile email' }),
  publicSession: ({ claims }) => ({ name: String(claims.name) }),
  // Auth.js keeps the session, encrypted in its cookie; the handler keeps none.
  async onApproved({ claims: { sub, name, email } }) {
    const token = await encode({ token: { sub, name, email }, secret, salt: cookie, maxAge });
    return [`${cookie}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${isSecure ? '; Secure' : ''}`];
  },
  clientAddress: nodeClientAddress,
});

const app = express();
app.use((_request, response, next) => {
  response.setHeader('content-security-policy', "default-src 'self'; frame-ancestors 'none'");
  next();
});
app.use('/api/ciba', toNodeListener(handler));
app.use('/auth', ExpressAuth({ providers: [], secret, trustHost: true, session: { strategy: 'jwt', maxAge } }));
app.use(express.static(fileURLToPath(new URL('dist', import.meta.url))));
app.listen(port, 'localhost', () => console.log(origin));
