import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createOidcAdapter } from 'react-ciba/adapters/oidc';
import { createCibaInbox, createMemoryDeviceStore, keycloakChannel } from 'react-ciba/inbox/server';
import { createMemoryStore, toNodeListener } from 'react-ciba/server';
import { createTestPhone } from 'react-ciba/testing';
import type { TestPhone } from 'react-ciba/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createRealm, SHOP } from './realm.js';
import type { Realm } from './realm.js';

// The inbox as the phone's side of the real Keycloak.

const ORIGIN = 'http://localhost:5173';
const CHANNEL = `${ORIGIN}/api/inbox/channel/keycloak`;

let realm: Realm;
let server: Server;
let phone: TestPhone;
let create: () => ReturnType<typeof createCibaInbox<null>>;
let inbox: ReturnType<typeof create>;
const events: string[] = [];
const calls: { readonly authorization: string; readonly body: string }[] = [];

beforeAll(async () => {
  realm = await createRealm();
  const store = createMemoryStore();
  const devices = createMemoryDeviceStore();
  create = () =>
    createCibaInbox<null>({
      origin: ORIGIN,
      app: 'Example Shop',
      find: () => null,
      session: () => null,
      subject: () => '1',
      channels: [keycloakChannel({ issuer: realm.issuer, clients: { [SHOP.clientId]: 'Example Shop' } })],
      limits: { rates: [{ points: 1000, duration: 60 }], open: 50 },
      store,
      devices,
      onEvent: ({ type }) => void events.push(type),
    });
  inbox = create();
  phone = await createTestPhone(inbox, { subject: '1', name: 'Ada' });
  const listener = toNodeListener(async (request) => {
    const body = await request.text();
    calls.push({ authorization: request.headers.get('authorization') ?? '', body });
    return inbox(new Request(CHANNEL, { method: 'POST', headers: request.headers, body }));
  });
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(inject('server').channelPort, '127.0.0.1', resolve));
});

afterAll(async () => {
  await inbox?.stop();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

async function start(bindingMessage = '4711') {
  const adapter = createOidcAdapter({ profile: 'keycloak', issuer: realm.issuer, ...SHOP });
  const calling = { signal: new AbortController().signal, actId: crypto.randomUUID() };
  const before = new Set((await phone.requests()).map(({ id }) => id));
  const pending = await adapter.initiate({ loginHint: 'ada', displayCode: bindingMessage }, calling);
  const card = (await phone.requests()).find(({ id }) => !before.has(id));
  return { card, id: card?.id ?? '', poll: () => adapter.poll(pending, calling) };
}

const send = (authorization: string, body = calls.at(-1)?.body ?? '{}') =>
  inbox(new Request(CHANNEL, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body }));

test('the number and the passkey sign the user in', async () => {
  const { card, id, poll } = await start();
  expect(card).toMatchObject({ requester: 'Example Shop', shown: { kind: 'signIn', account: 'ada' }, digits: 4 });
  expect(await phone.approve(id, { number: '4711' })).toEqual({ status: 'approved', delivery: 'sent', mine: true });
  await expect(poll()).resolves.toMatchObject({ status: 'approved' });
});

test('a denial stays one, although Keycloak would take an approval after it', async () => {
  const { id, poll } = await start();
  expect(await phone.deny(id)).toMatchObject({ status: 'denied', delivery: 'sent' });
  await expect(phone.approve(id, { number: '4711' })).rejects.toThrow('denied');
  await expect(poll()).resolves.toEqual({ status: 'denied' });
});

test('twenty taps are one callback, so that none destroys the approval', async () => {
  const { id, poll } = await start();
  const taps = Array.from({ length: 20 }, () => phone.approve(id, { number: '4711' }).catch(() => null));
  await Promise.all(taps);
  await expect(poll()).resolves.toMatchObject({ status: 'approved' });
});

test('wrong numbers deny', async () => {
  const { id, poll } = await start();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await expect(phone.approve(id, { number: '0000' })).rejects.toThrow();
  }
  await expect(poll()).resolves.toEqual({ status: 'denied' });
});

test('access and ID tokens of the realm are no calls of the channel', async () => {
  const { id, poll } = await start();
  await phone.approve(id, { number: '4711' });
  const result = await poll();
  if (result.status !== 'approved') throw new Error(`The login is ${result.status}.`);
  const { accessToken, idToken, refreshToken } = result.session as unknown as Record<string, string>;
  const tokens = [accessToken, idToken, refreshToken].filter((token) => token !== undefined);
  expect(tokens.length).toBeGreaterThanOrEqual(2);
  for (const token of tokens) expect((await send(`Bearer ${token}`)).status).toBe(401);
});

test('a real bearer rings once, and takes no other content', async () => {
  await start();
  const { authorization, body } = calls.at(-1) ?? { authorization: '', body: '{}' };
  const before = (await phone.requests()).length;
  expect((await send(authorization)).status).toBe(201);
  const changed = JSON.stringify({ ...(JSON.parse(body) as object), binding_message: '9999' });
  expect((await send(authorization, changed)).status).toBe(409);
  const [header, payload] = authorization.split('.');
  expect((await send(`${header}.${payload}.AAAA`)).status).toBe(401);
  expect(await phone.requests()).toHaveLength(before);
});

test('a message without a number has no card, and is denied', async () => {
  const { card, poll } = await start('SIGN-IN');
  expect(card).toBeUndefined();
  expect(events).toContain('refusedByPolicy');
  await expect.poll(poll, { timeout: 15_000, interval: 5000 }).toEqual({ status: 'denied' });
});

test('an approval at a Keycloak that knows the request no longer is late', async () => {
  const { id } = await start();
  const { authorization } = calls.at(-1) ?? { authorization: '' };
  const callback = `${realm.issuer}/protocol/openid-connect/ext/ciba/auth/callback`;
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(callback, { method: 'POST', headers, body: JSON.stringify({ status: 'SUCCEED' }) });
  expect(answer.status).toBe(200);
  expect(await phone.approve(id, { number: '4711' })).toMatchObject({ status: 'approved', delivery: 'late' });
});
