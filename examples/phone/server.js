// Serves the app on http://localhost:3000. Set ORIGIN to the https address at which a phone reaches it.
import webPush from 'web-push';
import { createApp } from './app.js';

const port = Number(process.env.PORT ?? 3000);
const origin = process.env.ORIGIN ?? `http://localhost:${port}`;
// Phones are in memory here, so new keys at each start are enough. In production, keep both: subscriptions belong to them.
const { publicKey, privateKey } = webPush.generateVAPIDKeys();

const { app, invite } = createApp({ origin, push: { publicKey, privateKey, contact: 'mailto:ops@example.com' } });
const { url, code } = await invite();
app.listen(port, () => {
  console.log(`Phone: ${url}, or type ${code} on the Home Screen`);
  console.log(`Shop: ${origin}, sign in as ada@example.com`);
});
