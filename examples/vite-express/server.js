// The app's server: the sign-in under /api/ciba, and the built page.
import { fileURLToPath } from 'node:url';
import express from 'express';
import { createCibaHandler, nodeClientAddress, toNodeListener } from 'react-ciba/server';
import { createBackend } from './backend.js';

const port = Number(process.env.PORT ?? 3000);

const handler = createCibaHandler({
  adapter: createBackend(process.env),
  origin: `http://localhost:${port}`,
  authRequest: (loginHint) => ({ loginHint, scope: 'openid profile' }),
  publicSession: ({ claims }) => ({ name: String(claims.name) }),
  clientAddress: nodeClientAddress,
  onEvent: (event) => console.log(JSON.stringify(event)),
});

const app = express();
app.use((_request, response, next) => {
  response.setHeader('content-security-policy', "default-src 'self'; frame-ancestors 'none'");
  next();
});
app.use('/api/ciba', toNodeListener(handler));
app.use(express.static(fileURLToPath(new URL('dist', import.meta.url))));
app.listen(port, 'localhost', () => console.log(`http://localhost:${port}`));
