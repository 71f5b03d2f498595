import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openChannel } from './channel.js';
import type { Channel } from './channel.js';
import { createRealm, user } from './realm.js';
import type { Realm } from './realm.js';
import { createShop, start } from './shop.js';
import type { Shop } from './shop.js';

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
async function look(loginHint: string, at = shop) {
  const rungBefore = channel.requests.length;
  const toldBefore = at.events.length;
  const browser = at.browser();
  const { status, body, headers, setCookies } = await browser.initiate(loginHint);
  const events = at.events.slice(toldBefore);
  // A user has one login at a time.
  await browser.post('cancel', { id: body['id'] });
  // Pushes to one user are kept apart, and only so many follow each other.
  at.skip(601);
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
  test.each([
    ['a username', 'ada'],
    ['an email address', 'ada@example.com'],
  ])('rings by %s', async (_what, hint) => {
    const { seen, rang, events } = await look(hint);
    expect(seen).toMatchObject({ status: 200, body: { expiresIn: 120, interval: 1 } });
    expect(rang).toBe(true);
    expect(events).toEqual([{ type: 'started', decoy: false }]);
  });

  test.each([
    ['someone unknown', 'zoe'],
    ['an unknown address', 'zoe@example.com'],
    ['a disabled user', 'disabled'],
    ['a hint of 300 characters', 'a'.repeat(300)],
    ['a hint that is markup', '<b>ada</b>'],
    ['a hint in another script', '日本語'],
  ])('looks the same for %s, and rings nowhere', async (_what, hint) => {
    const user = await look('ada');
    const stranger = await look(hint);
    expect(stranger.seen).toEqual(user.seen);
    expect(stranger.rang).toBe(false);
    expect(stranger.events).toEqual([{ type: 'started', decoy: true }]);
  });

  // Versions differ in whether such a hint is Ada's.
  test.each([
    ['a line end', 'ada\r\n'],
    ['a space', 'ada '],
    ['capitals and a space', 'ADA '],
  ])('looks the same for a hint with %s', async (_what, hint) => {
    const user = await look('ada');
    const other = await look(hint);
    expect(other.seen).toEqual(user.seen);
    expect(other.events).toEqual([{ type: 'started', decoy: !other.rang }]);
  });

  test.each([
    ['a NUL', 'ada\0'],
    ['5,000 characters', 'a'.repeat(5000)],
    ['blanks alone', '  '],
  ])('looks the same for a hint that the app makes: %s', async (_what, loginHint) => {
    const making = createShop(realm, {
      handler: {
        authRequest: (typed) => ({ loginHint: typed === 'odd' ? loginHint : typed, scope: 'openid' }),
      },
    });
    const user = await look('ada', making);
    const stranger = await look('odd', making);
    expect(stranger.seen).toEqual(user.seen);
    expect(stranger.rang).toBe(false);
    expect(stranger.events).toContainEqual({ type: 'started', decoy: true });
  });

  test('looks the same for a user who is locked out', async () => {
    const bob = await look('bob');
    // A wrong password locks him out: this realm forgives none.
    await fetch(`${realm.issuer}/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', username: 'bob', password: 'wrong' }),
    });
    // Keycloak counts wrong passwords in the background.
    const attacks = `/attack-detection/brute-force/users/${await realm.userId('bob')}`;
    await expect.poll(() => realm.admin('GET', attacks), { timeout: 10_000 }).toMatchObject({ disabled: true });
    const locked = await look('bob');
    expect(bob.rang).toBe(true);
    expect(locked.rang).toBe(false);
    expect(locked.seen).toEqual(bob.seen);
  });

  test('goes on looking like a login that nobody answers', async () => {
    const browser = shop.browser();
    const { body } = await start(browser, 'zoe');
    const { body: poll } = await browser.poll(body['id']);
    expect(poll).toEqual({ status: 'pending' });
  });
});
