import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openChannel } from './channel.js';
import type { Channel } from './channel.js';
import { createRealm } from './realm.js';
import type { Realm } from './realm.js';
import { createShop, start } from './shop.js';

// A Keycloak that goes away and comes back: open requests are gone, and everything else goes on.

let channel: Channel;
let realm: Realm;
let stopped = false;

async function keycloak(act: 'stop' | 'start'): Promise<void> {
  await fetch(`${inject('server').control}/${act}`, { method: 'POST' });
  stopped = act === 'stop';
}

beforeAll(async () => {
  channel = await openChannel();
  realm = await createRealm();
});

afterAll(async () => {
  if (stopped) await keycloak('start');
  await channel?.close();
});

test('a login outlives the outage and then has expired; the next one signs in', { timeout: 120_000 }, async () => {
  const shop = createShop(realm);
  const browser = shop.browser();
  const { body } = await start(browser, 'ada');
  const request = channel.requestOf(body['displayCode']);

  await keycloak('stop');
  expect(await browser.poll(body['id'])).toMatchObject({ status: 503, body: { error: 'unavailable' } });
  expect(await shop.browser().initiate('bob')).toMatchObject({ status: 503, body: { error: 'unavailable' } });

  await keycloak('start');
  expect(await channel.decide(request, 'SUCCEED')).toBe(403);
  // Keycloak has forgotten the request. A browser without a history sees that at the end of its time alone, as it would
  // for a user whom nobody knows.
  shop.skip(10);
  await expect(browser.poll(body['id'])).resolves.toMatchObject({ body: { status: 'pending' } });
  shop.skip(120);
  await expect(browser.poll(body['id'])).resolves.toMatchObject({ body: { status: 'expired' } });

  const next = shop.browser();
  const { body: started } = await start(next, 'bob');
  expect(await channel.decide(channel.requestOf(started['displayCode']), 'SUCCEED')).toBe(200);
  await expect(next.poll(started['id'])).resolves.toMatchObject({ body: { status: 'approved' } });
});
