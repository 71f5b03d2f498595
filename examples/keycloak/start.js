// Keycloak, the shop and the phone, all on this machine. Ctrl+C ends them.
import { findUserId, startKeycloak } from './keycloak.js';
import { createPhone } from './phone.js';
import { createShop } from './shop.js';

const shopPort = Number(process.env.PORT ?? 3000);
const phonePort = Number(process.env.PHONE_PORT ?? shopPort + 1);
const keycloakPort = Number(process.env.KEYCLOAK_PORT ?? 8080);
const origin = `http://localhost:${shopPort}`;

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));

try {
  console.log('Starting Keycloak, which takes up to a minute…');
  const { issuer } = await startKeycloak({
    home: process.env.KEYCLOAK_HOME,
    port: keycloakPort,
    channel: `http://127.0.0.1:${phonePort}/api/inbox/channel/keycloak`,
  });
  const { app, inbox } = createPhone({ issuer, origin: `http://localhost:${phonePort}` });
  app.listen(phonePort, '127.0.0.1');
  const invitation = await inbox.invite({ subject: await findUserId(issuer, 'ada'), name: 'Ada' });
  createShop({ issuer, origin }).listen(shopPort, 'localhost', () => {
    console.log(`Phone: ${invitation.url}, to add it within ten minutes`);
    console.log(`Shop: ${origin}, sign in as ada@example.com`);
    console.log(`Keycloak: http://127.0.0.1:${keycloakPort}/admin, as admin with the password admin`);
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
