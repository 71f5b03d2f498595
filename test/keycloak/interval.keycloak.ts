import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChannel } from './channel.js';
import type { Channel } from './channel.js';
import { createRealm, user } from './realm.js';
import type { Realm } from './realm.js';
import { createShop, start } from './shop.js';

// Browsers that poll exactly at the interval, for as long as nobody decides.

const LOGINS = 10;
const POLLS_EACH = 6;

const names = Array.from({ length: LOGINS }, (_, number) => `patient-${number}`);
let channel: Channel;
let realm: Realm;

beforeAll(async () => {
  channel = await openChannel();
  realm = await createRealm({ users: names.map((name) => user(name)) });
});

afterAll(() => channel?.close());

test('Keycloak never says that a poll came too early', async () => {
  const answers: string[] = [];
  const shop = createShop(realm, {
    adapter: {
      async fetch(url, init) {
        const response = await fetch(url, init);
        if (init.body?.includes('auth_req_id')) answers.push(await response.clone().text());
        return response;
      },
    },
  });
  await Promise.all(
    names.map(async (name) => {
      const browser = shop.browser();
      const { body } = await start(browser, name);
      for (let poll = 0; poll < POLLS_EACH; poll += 1) {
        const interval = new Promise((resolve) => setTimeout(resolve, Number(body['interval']) * 1000));
        await browser.poll(body['id']);
        await interval;
      }
    }),
  );
  expect(answers.filter((answer) => answer.includes('slow_down'))).toEqual([]);
  // A poll now and then comes between two turns, and is answered without asking.
  expect(answers.length).toBeGreaterThanOrEqual(LOGINS * (POLLS_EACH - 2));
});
