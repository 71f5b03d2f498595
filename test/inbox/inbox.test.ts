// @vitest-environment node
import { describe, expect, test, vi } from 'vitest';
import { createCibaHandler, createMemoryStore } from 'react-ciba/server';
import { createApprovals } from 'react-ciba/approvals/server';
import { createTestPhone, describeAdapter } from 'react-ciba/testing';
import { createCibaInbox, createMemoryDeviceStore } from 'react-ciba/inbox/server';
import { act, countWaits, createApp, NO_LIMITS, ORIGIN, USERS } from './harness.js';

describe('conformance', () => {
  describeAdapter(
    'the inbox',
    async () => {
      const app = createApp({ limits: NO_LIMITS });
      const phones = new Map([
        ['1', await createTestPhone(app.inbox, { subject: '1' })],
        ['2', await createTestPhone(app.inbox, { subject: '2' })],
      ]);
      const numbers = new Map<string, string | undefined>();
      const { initiate } = app.inbox.adapter;
      const adapter: typeof app.inbox.adapter = {
        ...app.inbox.adapter,
        async initiate(request, options) {
          const pending = await initiate(request, options);
          numbers.set(pending.id, pending.displayCode);
          return pending;
        },
      };
      const find = async (id: string) => {
        for (const phone of phones.values()) {
          if ((await phone.requests()).some((card) => card.id === id)) return phone;
        }
        throw new Error('No phone has this card.');
      };
      return {
        adapter,
        reload: () => app.another().adapter,
        knownHint: 'ada@example.com',
        otherHint: 'bob@example.com',
        unknownHint: 'eve@example.com',
        approve: async ({ id }) => void (await (await find(id)).approve(id, { number: numbers.get(id) })),
        deny: async ({ id }) => void (await (await find(id)).deny(id)),
        expire: ({ expiresIn }) => void (app.clock.now += expiresIn * 1000),
        rings: () => app.events.filter(({ type }) => type === 'received').length,
      };
    },
    { describe, it: test },
  );
});

test('a login through the handler, with the number of the other screen and a passkey', async () => {
  const app = createApp();
  const handler = createCibaHandler({
    adapter: app.inbox.adapter,
    origin: 'https://shop.example',
    authRequest: (loginHint) => ({ loginHint, from: 'Chrome on macOS, Berlin' }),
    publicSession: ({ sub }) => ({ sub }),
    responseFloor: 0,
    onEvent: () => undefined,
  });
  const phone = await app.phone();
  let cookie = '';
  const post = async (route: string, body: object) => {
    const headers = {
      'x-ciba-request': '1',
      origin: 'https://shop.example',
      'content-type': 'application/json',
      cookie,
    };
    const response = await handler(
      new Request(`https://shop.example/api/ciba/${route}`, { method: 'POST', headers, body: JSON.stringify(body) }),
    );
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    return (await response.json()) as Record<string, string>;
  };
  const pending = await post('initiate', { loginHint: 'ada@example.com', actId: crypto.randomUUID() });
  expect(pending).toMatchObject({ displayCode: expect.stringMatching(/^\d{4}$/) as string, displayCodeUse: 'enter' });
  expect(pending['displayCodeUrl']).toBe(`${ORIGIN}/phone#${pending['displayCode']}`);

  const card = await phone.card();
  expect(card).toMatchObject({
    requester: 'Example Shop',
    shown: { kind: 'signIn', account: 'Ada', from: 'Chrome on macOS, Berlin' },
    status: 'open',
    digits: 4,
    lifetime: 180,
  });
  expect(await phone.approve(card.id, pending['displayCode'])).toMatchObject({
    status: 200,
    body: { status: 'approved', delivery: 'sent', mine: true },
  });
  expect(await post('poll', { id: pending['id'] })).toEqual({ status: 'approved', session: { sub: '1' } });
});

test('a payment through createApprovals: the card shows it, and the app gets its receipt', async () => {
  const app = createApp();
  const approvals = createApprovals({
    adapter: app.inbox.adapter,
    origin: 'https://shop.example',
    requester: () => 'session-of-ada',
    onEvent: () => undefined,
  });
  const ask = {
    action: 'pay',
    subject: '1',
    loginHint: 'ada@example.com',
    externalId: 'order-7',
    data: { order: 7 },
    transaction: { title: 'Pay', amount: { value: '120.00', currency: 'EUR' }, payee: 'Example Shop' },
  };
  await expect(approvals.create('session-of-ada', ask)).rejects.toMatchObject({ code: 'noDevice' });
  const phone = await app.phone();
  const { id } = await approvals.create('session-of-ada', { ...ask, externalId: 'order-8' });
  const card = await phone.card();
  expect(card).toMatchObject({ shown: { kind: 'payment', payee: 'Example Shop' }, digits: null });
  const outcome = approvals.wait('session-of-ada', id);
  await phone.approve(card.id);
  expect(await outcome).toBe('approved');
});

test('the same act rings once, also in two processes at once', async () => {
  const app = createApp();
  const phone = await app.phone();
  const options = act();
  const other = app.another();
  const answers = await Promise.all(
    [app.inbox, other, app.inbox].map(({ adapter }) => adapter.initiate({ loginHint: 'ada@example.com' }, options)),
  );
  expect(new Set(answers.map(({ id, displayCode }) => `${id} ${displayCode}`)).size).toBe(1);
  expect(await phone.list()).toHaveLength(1);
  expect(app.types()).toEqual(['received']);
});

test('a process that dies after it claimed an act leaves the card to the next one', async () => {
  const app = createApp();
  const phone = await app.phone();
  const batch = vi.spyOn(app.store, 'batch').mockRejectedValueOnce(new Error('killed'));
  const options = act();
  await expect(app.inbox.adapter.initiate({ loginHint: 'ada@example.com' }, options)).rejects.toThrow('killed');
  batch.mockRestore();
  const pending = await app.another().adapter.initiate({ loginHint: 'ada@example.com' }, options);
  expect(await phone.card()).toMatchObject({ id: pending.id });
});

test('an open page is told at once, and so is the requester', async () => {
  const app = createApp();
  const phone = await app.phone();
  const response = await app.inbox(
    new Request(`${ORIGIN}/api/inbox/events`, { headers: { cookie: phone.cookies, 'x-ciba-request': '1' } }),
  );
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect(await reader?.read()).toMatchObject({ value: ': open\n\n' });
  const pending = await app.ask();
  expect(await reader?.read()).toMatchObject({ value: 'data: changed\n\n' });
  await reader?.cancel();

  const onSignal = vi.fn();
  const stop = app.inbox.adapter.watch(pending, { signal: new AbortController().signal, onSignal });
  await Promise.resolve();
  await phone.post('deny', { id: pending.id });
  await vi.waitFor(() => expect(onSignal).toHaveBeenCalledOnce());
  stop();
});

test('10,000 open cards: a list is two store round trips, and finds the own card alone', async () => {
  const { store, waits } = countWaits(createMemoryStore());
  const devices = createMemoryDeviceStore();
  const app = createApp({
    store,
    devices,
    find: (hint) => USERS.get(hint) ?? { subject: hint, name: hint },
  });
  const phone = await app.phone();
  const list = vi.spyOn(devices, 'list').mockResolvedValue(await devices.list('1'));
  for (let user = 0; user < 10_000; user += 1) await app.ask({ loginHint: `user-${user}` });
  list.mockRestore();
  for (let card = 0; card < 3; card += 1) await app.ask();
  const before = waits();
  expect(await phone.list()).toHaveLength(3);
  expect(waits() - before).toBe(2);
}, 60_000);

test.each([
  [{}, null, 'signIn', 4],
  [{ transaction: { title: 'Pay', amount: { value: '120.00', currency: 'EUR' } } }, 'approval', 'payment', null],
  [{ transaction: { title: 'Close the account' } }, 'approval', 'other', null],
  [{ kind: 'call' }, 'approval', 'call', null],
] as const)('%j by %s is a card of kind %s', async (request, caller, kind, digits) => {
  const app = createApp();
  const phone = await app.phone();
  const pending = await app.ask(request, caller ? { caller } : {});
  expect(await phone.card()).toMatchObject({ shown: { kind }, digits });
  expect(pending.displayCode === undefined).toBe(digits === null);
});

test('in production, phones and secrets are required', () => {
  vi.stubEnv('NODE_ENV', 'production');
  const options = { origin: ORIGIN, app: 'Shop', find: () => null, session: () => null };
  expect(() => createCibaInbox(options)).toThrow('Phones must outlive a restart');
  expect(() => createCibaInbox({ ...options, devices: createMemoryDeviceStore() })).toThrow('Set `secrets`');
  vi.unstubAllEnvs();
});

test.each([
  ['origin', { origin: 'http://shop.example' }],
  ['passkeys', { origin: 'http://127.0.0.1:3000' }],
  ['app', { app: ' ' }],
  ['basePath', { basePath: 'api' }],
  ['expiresIn', { expiresIn: 0 }],
  ['secrets', { secrets: ['short'] }],
])('a wrong %s is said at once', (name, options) => {
  expect(() => createApp(options)).toThrow(name);
});
