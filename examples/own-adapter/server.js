// The app's own sign-in backend: a page that simulates the phone, and three routes.
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import express from 'express';

const port = Number(process.env.PORT ?? 3000);
/** Lifetime of a request, in seconds. */
const LIFE = 120;

/** @type {Map<string, { user: string, browser: string, status: string, endsAt: number }>} */
const logins = new Map();

const app = express();
app.use((_request, response, next) => {
  response.setHeader('content-security-policy', "default-src 'self'; frame-ancestors 'none'");
  next();
});
app.use(express.json(), express.urlencoded());

app.post('/login', (request, response) => {
  const id = randomUUID();
  // The ID alone can't collect the approval: that also requires this browser's cookie.
  const browser = randomUUID();
  const user = String(request.body.user);
  logins.set(id, { user, browser, status: 'pending', endsAt: Date.now() + LIFE * 1000 });
  response.cookie(`login-${id}`, browser, { httpOnly: true, sameSite: 'strict' });
  response.json({ id, life: LIFE });
});

app.post('/login/:id', (request, response) => {
  const login = logins.get(request.params.id);
  const cookies = String(request.headers.cookie).split('; ');
  if (!login || !cookies.includes(`login-${request.params.id}=${login.browser}`)) return response.sendStatus(404);
  if (login.status === 'pending' && Date.now() > login.endsAt) login.status = 'expired';
  return response.json({ status: login.status, user: login.user });
});

app.get('/phone', (_request, response) => {
  const rows = [...logins].filter(([, { status }]) => status === 'pending').map(([id]) => row(id));
  response.send(`<!doctype html><title>Phone</title><h1>Phone</h1>${rows.join('') || '<p>Nothing to approve.</p>'}`);
});

app.post('/phone/:id', (request, response) => {
  const login = logins.get(request.params.id);
  if (login) login.status = request.body.answer === 'approve' ? 'approved' : 'denied';
  response.redirect('/phone');
});

/** @param {string} id */
function row(id) {
  return `<form method="post" action="/phone/${id}"><p>Somebody signs in.
    <button name="answer" value="approve">Approve</button> <button name="answer" value="deny">Deny</button></p></form>`;
}

app.use(express.static(fileURLToPath(new URL('dist', import.meta.url))));
app.listen(port, 'localhost', () => console.log(`http://localhost:${port}`));
