// The phone's side: Keycloak has no authenticator app for CIBA, it posts each login to a URL and waits for the answer.
// Anyone who can open this page can approve. A real one asks the user to unlock it.
import express from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';

/**
 * An Express app with the authentication channel at /channel and the phone's page at /.
 * @param {{ issuer: string }} options the realm
 */
export function createPhone({ issuer }) {
  /** Logins that wait for an answer, by the ID of Keycloak's token. */
  const waiting = new Map();
  const keys = createRemoteJWKSet(new URL(`${issuer}/protocol/openid-connect/certs`));

  /** The claims of Keycloak's bearer. Tokens of users have the same key and issuer, so they are told apart here. */
  async function verify(authorization = '') {
    const bearer = authorization.replace(/^Bearer /i, '');
    const { payload } = await jwtVerify(bearer, keys, { issuer, audience: issuer });
    if ('sid' in payload || 'scope' in payload) throw new Error('This is a token of a user.');
    return { bearer, ...payload };
  }

  const app = express();

  app.post('/channel', express.json(), async (request, response) => {
    // Keycloak reuses connections, and a login fails if it meets one that a restart has closed.
    response.set('connection', 'close');
    try {
      const { bearer, jti, azp, exp } = await verify(request.headers.authorization);
      const { login_hint: user, binding_message: message } = request.body;
      waiting.set(jti, { bearer, user, message, client: azp, endsAt: exp * 1000 });
      response.status(201).end();
    } catch {
      response.status(401).end();
    }
  });

  app.get('/', (_request, response) => {
    for (const [id, { endsAt }] of waiting) if (endsAt < Date.now()) waiting.delete(id);
    response.type('html').send(page([...waiting]));
  });

  app.post('/decide', express.urlencoded(), async (request, response) => {
    const { id, decision } = request.body;
    const login = waiting.get(id);
    // Decided once and forgotten before it is sent: Keycloak would let an approval follow a denial, and a second approval
    // makes it drop the first.
    waiting.delete(id);
    if (login && ['SUCCEED', 'CANCELLED'].includes(decision)) {
      await fetch(`${issuer}/protocol/openid-connect/ext/ciba/auth/callback`, {
        method: 'POST',
        headers: { authorization: `Bearer ${login.bearer}`, 'content-type': 'application/json' },
        body: JSON.stringify({ status: decision }),
      });
    }
    response.redirect(303, '/');
  });

  return app;
}

const escape = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

function page(logins) {
  const cards = logins.map(
    ([id, { user, client, message }]) => `
      <form method="post" action="/decide">
        <h2>${escape(client)}</h2>
        <p>Sign in as ${escape(user)}? Approve only if you see <strong>${escape(message)}</strong> there.</p>
        <input type="hidden" name="id" value="${escape(id)}" />
        <button name="decision" value="SUCCEED">Approve</button>
        <button name="decision" value="CANCELLED">Deny</button>
      </form>`,
  );
  return `<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta http-equiv="refresh" content="2" />
      <title>Phone</title>
      <h1>Phone</h1>
      ${cards.join('') || '<p>No sign-in is waiting.</p>'}
    </html>`;
}
