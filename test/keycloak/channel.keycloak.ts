import { createOidcAdapter } from 'react-ciba/adapters/oidc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChannel } from './channel.js';
import type { Channel, ChannelRequest } from './channel.js';
import { createRealm, SHOP } from './realm.js';
import type { Realm } from './realm.js';

// What the phone's side has to know of Keycloak.

let channel: Channel;
let realm: Realm;
let rings = 0;

beforeAll(async () => {
  channel = await openChannel();
  realm = await createRealm();
});

afterAll(() => channel?.close());

const calling = { signal: new AbortController().signal, actId: 'attempt-1' };

async function ring() {
  rings += 1;
  const bindingMessage = `RING-${rings}`;
  const adapter = createOidcAdapter({ profile: 'keycloak', issuer: realm.issuer, ...SHOP });
  const pending = await adapter.initiate({ loginHint: 'ada', bindingMessage }, calling);
  return { request: channel.requestOf(bindingMessage), poll: () => adapter.poll(pending, calling) };
}

test('a denial is not final there, so the channel has to decide once', async () => {
  const { request, poll } = await ring();
  expect(await channel.decide(request, 'CANCELLED')).toBe(200);
  expect(await channel.decide(request, 'SUCCEED')).toBe(200);
  await expect(poll()).resolves.toMatchObject({ status: 'approved' });
});

test('a second approval destroys the first, so the channel may send one alone', async () => {
  const { request, poll } = await ring();
  expect(await channel.decide(request, 'SUCCEED')).toBe(200);
  expect(await channel.decide(request, 'SUCCEED')).toBe(403);
  await expect(poll()).resolves.toEqual({ status: 'expired' });
});

test('takes no decision of a bearer that is not its own', async () => {
  const { request, poll } = await ring();
  const [header, payload] = request.authorization.split('.');
  const forged: ChannelRequest = { ...request, authorization: `${header}.${payload}.AAAA` };
  expect(await channel.decide(forged, 'SUCCEED')).toBe(403);
  await expect(poll()).resolves.toEqual({ status: 'pending' });
});
