import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Channel, openChannel } from './channel.js';
import { createRealm, type Realm, user } from './realm.js';
import { createShop, type Shop } from './shop.js';

// Who has an account is nobody's business: for every hint the browser sees the same start.

let channel: Channel;
let shop: Shop;
let realm: Realm;

beforeAll(async () => {
  channel = await openChannel();
  realm = await createRealm({
    users: [user('disabled', { enabled: false })],
    settings: { bruteForceProtected: true, failureFactor: 1, permanentLockout: true },
  });
  // One for all: what a stranger sees follows what Keycloak last said of a user.
  shop = createShop(realm);
});

afterAll(() => channel?.close());

/** What a browser can see of a start, without the values that are random for everyone. */
async function look(loginHint: string) {
  const rungBefore = channel.requests.length;
  const toldBefore = shop.events.length;
  const browser = shop.browser();
  const { status, body, headers, setCookies } = await browser.initiate(loginHint);
  const events = shop.events.slice(toldBefore);
  // A user has one login at a time.
  await browser.post('cancel', { id: body['id'] });
  const shape = (value: unknown) => String(value).replace(/[\w-]/g, 'x');
  return {
    seen: {
      status,
      body: { ...body, id: shape(body['id']), displayCode: shape(body['displayCode']) },
      headers: Array.from(headers, ([name, value]) => [name, name === 'set-cookie' ? shape(value) : value]),
      setCookies: setCookies.map(shape),
    },
    rang: channel.requests.length > rungBefore,
    events,
  };
}

describe('the start of a login', () => {
  it.each([
    ['a username', 'ada'],
    ['an email address', 'ada@example.com'],
  ])('rings by %s', async (_what, hint) => {
    const { seen, rang, events } = await look(hint);
    expect(seen).toMatchObject({ status: 200, body: { expiresIn: 120, interval: 1 } });
    expect(rang).toBe(true);
    expect(events).toEqual([{ type: 'started', decoy: false }]);
  });
});
