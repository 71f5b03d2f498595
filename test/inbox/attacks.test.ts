// @vitest-environment node
// The threats of docs/threat-model.md at the inbox: each test fails without its defense.
import { createHash } from 'node:crypto';
import { createMemoryDeviceStore } from 'react-ciba/inbox/server';
import { createCibaHandler, createMemoryStore } from 'react-ciba/server';
import { describe, expect, test, vi } from 'vitest';
import type { PasskeyJson } from '../../src/contract/inbox.js';
import { isPushEndpoint } from '../../src/inbox/server/ring.js';
import { act, createApp, NO_LIMITS, ORIGIN, Page } from './harness.js';

const PAYMENT = { transaction: { title: 'Pay', amount: { value: '10.00', currency: 'EUR' }, payee: 'Example Shop' } };

describe('whose card', () => {
  test('a page without a phone sees nothing and answers nothing', async () => {
    const app = createApp();
    await app.phone();
    const { id } = await app.ask();
    const stranger = app.page();
    for (const path of ['requests', 'devices', 'events']) expect((await stranger.get(path)).status).toBe(401);
    for (const path of ['challenge', 'approve', 'deny', 'report', 'push', 'unlock', 'devices/challenge']) {
      expect(await stranger.post(path, { id })).toMatchObject({ status: 401, body: { status: 'noDevice' } });
    }
  });

  test("another user's card and a guessed ID look the same, and can't be answered", async () => {
    const app = createApp();
    await app.phone('1');
    const bob = await app.phone('2');
    const { id, displayCode = '' } = await app.ask();
    for (const path of ['challenge', 'deny', 'report', 'approve']) {
      const body = { number: displayCode, assertion: {} };
      const foreign = await bob.post(path, { id, ...body });
      const guessed = await bob.post(path, { id: 'guessed', ...body });
      expect(foreign.status).toBe(404);
      expect(foreign.body).toEqual(guessed.body);
    }
    expect(await bob.list([id])).toEqual([]);
    expect(await app.poll(id)).toEqual({ status: 'pending' });
  });

  test('the session is that of whoever approved, even if the hint means someone else by then', async () => {
    let owner = '1';
    const app = createApp({ find: () => ({ subject: owner, name: 'Ada' }) });
    const phone = await app.phone('1');
    const pending = await app.ask();
    await phone.approve(pending.id, pending.displayCode);
    owner = '2';
    const result = await app.poll(pending.id);
    expect(result).toEqual({ status: 'approved', session: { sub: '1' } });
    expect(await app.inbox.adapter.approver({ sub: '2' }, {}, pending)).toMatchObject({ subject: '1' });
  });

  test('an ask for a certain subject rings no one else', async () => {
    const app = createApp();
    const phone = await app.phone('1');
    await app.ask({ subject: '2' });
    expect(await phone.list()).toEqual([]);
    await expect(app.ask({ subject: '2' }, { caller: 'approval' })).rejects.toMatchObject({ code: 'unknownUser' });
  });
});

describe('other sites', () => {
  test.each([
    ['no header', { 'x-ciba-request': '' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling host', { 'sec-fetch-site': 'same-site' }],
  ])('%s can do nothing', async (_, headers: Record<string, string>) => {
    const app = createApp();
    const phone = await app.phone();
    const { id } = await app.ask();
    for (const path of ['deny', 'report', 'challenge', 'approve', 'register', 'push', 'devices/remove']) {
      expect((await phone.send('POST', path, { id, code: 'x' }, headers)).status).toBe(403);
    }
    expect(await phone.card()).toMatchObject({ status: 'open' });
  });

  test('the cookie of a phone is for this site alone', async () => {
    const app = createApp();
    const { code } = await app.inbox.invite({ subject: '1', name: 'Ada' });
    const page = app.page();
    const options = await page.post('register', { code });
    const response = page.passkey.create(options.body['passkey'] as PasskeyJson);
    const { headers } = await page.post('register', { code, response, name: 'Pixel' });
    expect(headers.getSetCookie()[0]).toMatch(
      /^__Host-ciba-device\+api\+inbox=[\w-]{43}; Path=\/; Max-Age=34560000; HttpOnly; SameSite=Strict; Secure$/,
    );
  });
});

describe('the number', () => {
  test('the third wrong one ends the card, and the right one is too late', async () => {
    const app = createApp();
    const phone = await app.phone();
    const { id, displayCode = '' } = await app.ask();
    const wrong = displayCode === '0000' ? '1111' : '0000';
    const left: unknown[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { body } = await phone.post('challenge', { id, number: wrong });
      left.push(body['attemptsLeft'] ?? body['status']);
    }
    expect(left).toEqual([2, 1, 'mismatched']);
    expect((await phone.post('challenge', { id, number: displayCode })).body).toMatchObject({ status: 'mismatched' });
    expect(await app.poll(id)).toEqual({ status: 'denied' });
  });

  test('guesses at the same time count, too', async () => {
    const app = createApp();
    const phone = await app.phone();
    const { id, displayCode = '' } = await app.ask();
    const guesses = Array.from({ length: 50 }, (_, place) => String(place).padStart(4, '0')).filter(
      (guess) => guess !== displayCode,
    );
    const all = [...guesses, displayCode];
    const answers = await Promise.all(all.map((number) => phone.post('challenge', { id, number })));
    expect(answers.map(({ body }) => body['status'])).not.toContain('passkey');
    const open = answers.filter(({ body }) => body['status'] === 'wrongNumber');
    expect(open).toHaveLength(2);
    expect((await phone.post('challenge', { id, number: displayCode })).body).toMatchObject({ status: 'mismatched' });
  });

  test('right numbers count for nothing: a closed passkey dialog costs no attempt', async () => {
    const app = createApp();
    const phone = await app.phone();
    const { id, displayCode } = await app.ask();
    for (let round = 0; round < 5; round += 1) await phone.sign(id, displayCode);
    expect((await phone.approve(id, displayCode)).body).toMatchObject({ status: 'approved' });
  });

  test('many taps at the same time, with the right number, do not end the card', async () => {
    const app = createApp();
    const phone = await app.phone();
    const { id, displayCode = '' } = await app.ask();
    await Promise.all(Array.from({ length: 20 }, () => phone.post('challenge', { id, number: displayCode })));
    expect((await phone.approve(id, displayCode)).body).toMatchObject({ status: 'approved' });
  });

  test('no answer contains it, and no event', async () => {
    const app = createApp();
    const phone = await app.phone();
    const { id, displayCode = '' } = await app.ask();
    const list = await phone.get(`requests?also=${id}`);
    const challenge = await phone.post('challenge', { id, number: displayCode });
    const seen = JSON.stringify([list.body['requests'], challenge.body, app.events]).replaceAll(id, '');
    expect(seen).not.toContain(`"${displayCode}"`);
  });
});

describe('strength', () => {
  test('neither user nor anything unsigned reaches the policy', async () => {
    const seen: object[] = [];
    const policy = vi.fn((ask: object) => {
      seen.push(ask);
      return { number: 'enter' as const };
    });
    const app = createApp({ policy });
    await app.phone();
    await app.ask({ from: 'Berlin' });
    expect(seen.length).toBeGreaterThan(0);
    for (const ask of seen) {
      expect(Object.keys(ask)).toEqual(expect.arrayContaining(['kind', 'hasNumber', 'caller']));
      for (const field of ['subject', 'account', 'unsigned', 'number']) expect(ask).not.toHaveProperty(field);
    }
  });

  test('`describe` makes no sign-in of the adapter a kind without a number', async () => {
    const app = createApp({ describe: () => ({ kind: 'payment', title: 'Pay' }) });
    const phone = await app.phone();
    await app.ask();
    expect(await phone.card()).toMatchObject({ shown: { kind: 'signIn', title: 'Pay' }, digits: 4 });
  });

  test('what the policy refuses looks like a denial, and has no card', async () => {
    const app = createApp({ policy: () => 'refuse' });
    const phone = await app.phone();
    const { id } = await app.ask();
    expect(await phone.list()).toEqual([]);
    expect(await app.poll(id)).toEqual({ status: 'denied' });
    expect(app.types()).toContain('refusedByPolicy');
  });
});

describe('the passkey', () => {
  test('an assertion is for one card, on one phone', async () => {
    const app = createApp({ limits: NO_LIMITS });
    const phone = await app.phone();
    const [one, two] = [await app.ask(), await app.ask()];
    const assertion = await phone.sign(one.id, one.displayCode);
    await phone.sign(two.id, two.displayCode);
    expect((await phone.post('approve', { id: two.id, assertion })).status).toBe(403);
    expect(await app.poll(two.id)).toEqual({ status: 'pending' });
    expect((await phone.post('approve', { id: one.id, assertion })).body).toMatchObject({ status: 'approved' });
  });

  test("an assertion of one user's phone approves nothing on another's", async () => {
    const app = createApp();
    const [ada, bob] = [await app.phone('1'), await app.phone('2')];
    const { id, displayCode } = await app.ask();
    const challenge = await ada.post('challenge', { id, number: displayCode });
    const assertion = bob.passkey.get(challenge.body['passkey'] as PasskeyJson);
    expect((await ada.post('approve', { id, assertion })).status).toBe(403);
  });

  test('an assertion for an act is none for a card, and the other way round', async () => {
    const app = createApp();
    const phone = await app.phone();
    const pending = await app.ask();
    const forCard = await phone.sign(pending.id, pending.displayCode);
    const forUnlock = await phone.prove({ act: 'unlock' });
    expect((await phone.post('approve', { id: pending.id, assertion: forUnlock })).status).toBe(403);
    expect((await phone.post('unlock', { assertion: forCard })).status).toBe(403);
    const [device] = await app.inbox.devices('1');
    expect((await phone.post('devices/remove', { id: device?.id, assertion: forUnlock })).status).toBe(403);
  });

  test('an act counts once', async () => {
    const app = createApp();
    const phone = await app.phone();
    const assertion = await phone.prove({ act: 'unlock' });
    expect((await phone.post('unlock', { assertion })).status).toBe(200);
    expect((await phone.post('unlock', { assertion })).status).toBe(403);
  });

  test('the user must be verified, on the page of the inbox', async () => {
    const app = createApp();
    const phone = await app.phone();
    const { id, displayCode } = await app.ask();
    const unverified = await phone.sign(id, displayCode, { verified: false });
    expect((await phone.post('approve', { id, assertion: unverified })).status).toBe(403);
    const elsewhere = await phone.sign(id, displayCode, { origin: 'https://approve.example.evil.example' });
    expect((await phone.post('approve', { id, assertion: elsewhere })).status).toBe(403);
    expect(app.types()).toContain('passkeyRefused');
    expect(await app.poll(id)).toEqual({ status: 'pending' });
  });

  test('what is signed is what was asked, and the proof says so', async () => {
    const app = createApp();
    const phone = await app.phone();
    const { id } = await app.ask(PAYMENT, { caller: 'approval' });
    await phone.approve(id);
    const proof = await app.inbox.proof(id);
    expect(JSON.parse(proof?.text ?? '')).toMatchObject({
      v: 1,
      decision: 'approve',
      id,
      subject: '1',
      requester: 'Example Shop',
      shown: { kind: 'payment', amount: { value: '10.00', currency: 'EUR' }, payee: 'Example Shop' },
      number: 'none',
      channel: 'adapter',
    });
    const digest = createHash('sha256')
      .update(proof?.text ?? '')
      .digest('base64url');
    const client = JSON.parse(Buffer.from(proof?.clientDataJSON ?? '', 'base64url').toString()) as {
      challenge: string;
    };
    expect([proof?.digest, client.challenge]).toEqual([digest, digest]);
  });

  test('banks: no synced passkeys, and only these authenticators', async () => {
    const zero = '00000000-0000-0000-0000-000000000000';
    for (const [aaguids, status] of [
      [[zero], 'added'],
      [['aaaaaaaa-0000-0000-0000-000000000000'], 'wrongCode'],
    ] as const) {
      const app = createApp({ passkey: { aaguids } });
      const { code } = await app.inbox.invite({ subject: '1', name: 'Ada' });
      expect(await app.page().register(code)).toMatchObject({ status });
    }
  });
});

describe('one decision for ever', () => {
  test('a denial stays, whoever approves later', async () => {
    const app = createApp();
    const phone = await app.phone();
    const { id, displayCode } = await app.ask();
    const assertion = await phone.sign(id, displayCode);
    expect((await phone.post('deny', { id })).body).toEqual({ status: 'denied', delivery: 'sent', mine: true });
    expect((await phone.post('approve', { id, assertion })).body).toMatchObject({ status: 'denied' });
    expect(await app.poll(id)).toEqual({ status: 'denied' });
    expect(await app.inbox.proof(id)).toBeNull();
  });

  test('answers at the same time, from two processes: one end, and a proof only with an approval', async () => {
    for (let round = 0; round < 12; round += 1) {
      const app = createApp();
      const phone = await app.phone();
      const { id, displayCode } = await app.ask();
      const assertion = await phone.sign(id, displayCode);
      const other = app.another();
      const elsewhere = app.page(other);
      elsewhere.jar.store(new URL(ORIGIN), [`${phone.cookies}; Path=/; Secure`]);
      const taps = Array.from({ length: 20 }, (_, place) => {
        const page = place % 2 === round % 2 ? phone : elsewhere;
        return place % 3 === 0 ? page.post('deny', { id }) : page.post('approve', { id, assertion });
      });
      const ends = new Set((await Promise.all(taps)).map(({ body }) => body['status']));
      expect(ends.size).toBe(1);
      const [end] = ends;
      expect((await app.inbox.proof(id)) !== null).toBe(end === 'approved');
      expect((await app.poll(id)).status).toBe(end);
    }
  });

  test('an approval after the time is over is none', async () => {
    const app = createApp();
    const phone = await app.phone();
    const { id, displayCode } = await app.ask();
    const assertion = await phone.sign(id, displayCode);
    app.clock.now += 180_000;
    expect((await phone.post('approve', { id, assertion })).body).toMatchObject({ status: 'expired' });
    expect(await app.poll(id)).toEqual({ status: 'expired' });
  });

  test('a withdrawn card says so, for a day', async () => {
    const app = createApp();
    const phone = await app.phone();
    const pending = await app.ask();
    await app.inbox.adapter.cancel(pending, act());
    expect(await phone.list()).toEqual([]);
    expect(await phone.list([pending.id])).toMatchObject([{ status: 'cancelled', mine: false }]);
    expect((await phone.post('approve', { id: pending.id, assertion: {} })).body).toMatchObject({
      status: 'cancelled',
    });
  });

  test('the app gets the proof before the approval is delivered, or nothing is', async () => {
    const onProof = vi.fn().mockRejectedValue(new Error('away'));
    const app = createApp({ onProof });
    const phone = await app.phone();
    const { id, displayCode } = await app.ask();
    expect((await phone.approve(id, displayCode)).body).toMatchObject({ status: 'approved', delivery: 'sending' });
    expect(await app.poll(id)).toEqual({ status: 'pending' });
    app.clock.now += 180_000;
    expect(await app.poll(id)).toEqual({ status: 'expired' });
    expect(await phone.list([id])).toMatchObject([{ status: 'approved', delivery: 'late' }]);
    await app.inbox.stop();
  });

  test('a proof that the app takes at the second call is delivered', async () => {
    const onProof = vi.fn().mockRejectedValueOnce(new Error('away')).mockResolvedValue(undefined);
    const app = createApp({ onProof });
    const phone = await app.phone();
    const { id, displayCode } = await app.ask();
    await phone.approve(id, displayCode);
    expect(await app.poll(id)).toMatchObject({ status: 'approved' });
    await app.inbox.stop();
  });
});

describe('a stolen cookie', () => {
  test('approves nothing, and changes no push and no phone', async () => {
    const app = createApp({ push: { publicKey: 'p', privateKey: 'k', contact: 'mailto:ops@example.com' } });
    const phone = await app.phone();
    const { id, displayCode } = await app.ask();
    const thief = app.page();
    thief.jar.store(new URL(ORIGIN), [`${phone.cookies}; Path=/; Secure`]);
    const assertion = await thief.sign(id, displayCode);
    expect((await thief.post('approve', { id, assertion })).status).toBe(403);
    const subscription = { endpoint: 'https://fcm.googleapis.com/x', keys: { p256dh: 'a', auth: 'b' } };
    const forPush = await thief.prove({ act: 'push' });
    expect((await thief.post('push', { subscription, assertion: forPush })).status).toBe(403);
    const [device] = await app.inbox.devices('1');
    const forRemoval = await thief.prove({ act: 'removeDevice', device: device?.id });
    expect((await thief.post('devices/remove', { id: device?.id, assertion: forRemoval })).status).toBe(403);
    expect(await app.inbox.devices('1')).toMatchObject([{ push: false }]);
  });

  test('ends when the phone uses the cookie that it got for an approval', async () => {
    const app = createApp();
    const phone = await app.phone();
    const thief = app.page();
    thief.jar.store(new URL(ORIGIN), [`${phone.cookies}; Path=/; Secure`]);
    const { id, displayCode } = await app.ask();
    const { headers } = await phone.approve(id, displayCode);
    expect(headers.getSetCookie()).toHaveLength(1);
    // The new one may not have arrived, so that the old one works until then.
    expect((await thief.get('devices')).status).toBe(200);
    expect((await phone.get('devices')).status).toBe(200);
    expect((await thief.get('devices')).status).toBe(401);
    expect((await phone.get('devices')).status).toBe(200);
  });

  test('with `view: passkey`, reads nothing either', async () => {
    const app = createApp({ view: 'passkey' });
    const phone = await app.phone();
    await app.ask();
    const thief = app.page();
    thief.jar.store(new URL(ORIGIN), [`${phone.cookies}; Path=/; Secure`]);
    expect(await thief.get('requests')).toMatchObject({ status: 401, body: { status: 'locked' } });
    await phone.post('unlock', { assertion: await phone.prove({ act: 'unlock' }) });
    expect(await phone.list()).toHaveLength(1);
    app.clock.now += 600_000;
    expect((await phone.get('requests')).status).toBe(401);
  });
});

describe('adding a phone', () => {
  test('a second phone needs the first one, and the number that it shows', async () => {
    const app = createApp();
    const first = await app.phone();
    const second = app.page();
    const { code } = await app.inbox.invite({ subject: '1', name: 'Ada' });
    const waiting = await second.register(code, 'Galaxy');
    expect(waiting).toMatchObject({ status: 'waiting' });
    expect(await app.inbox.devices('1')).toHaveLength(1);
    expect((await second.get('requests')).status).toBe(401);
    const card = await first.card();
    expect(card).toMatchObject({ shown: { kind: 'device', account: 'Ada', from: 'Galaxy' }, digits: 4 });
    await first.approve(card.id, (waiting as { number: string }).number);
    expect((await second.post('register', { code })).body).toMatchObject({ status: 'added' });
    expect(await second.list()).toEqual([]);
    expect(await app.inbox.devices('1')).toHaveLength(2);
  });

  test('a phone whose card is denied is not added, and the code is used up', async () => {
    const app = createApp();
    const first = await app.phone();
    const second = app.page();
    const { code } = await app.inbox.invite({ subject: '1', name: 'Ada' });
    await second.register(code);
    await first.post('deny', { id: (await first.card()).id });
    expect((await second.post('register', { code })).body).toEqual({ status: 'wrongCode' });
    expect(await app.page().register(code)).toEqual({ status: 'wrongCode' });
  });

  test('who only knows the code of a waiting phone gets nothing', async () => {
    const app = createApp();
    const first = await app.phone();
    const second = app.page();
    const { code } = await app.inbox.invite({ subject: '1', name: 'Ada' });
    const waiting = (await second.register(code)) as { number: string };
    await first.approve((await first.card()).id, waiting.number);
    const other = app.page();
    expect((await other.post('register', { code })).body).toEqual({ status: 'wrongCode' });
    expect((await other.get('requests')).status).toBe(401);
  });

  test('an invitation is for one phone, also at the same time', async () => {
    const app = createApp();
    const { code } = await app.inbox.invite({ subject: '1', name: 'Ada' });
    const pages = Array.from({ length: 5 }, () => app.page());
    const answers = await Promise.all(pages.map((page) => page.register(code)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['added', ...Array<string>(4).fill('wrongCode')]);
    expect(await app.inbox.devices('1')).toHaveLength(1);
  });

  test('one registration makes one phone, and a lost answer gives the same phone again', async () => {
    const app = createApp();
    const { code } = await app.inbox.invite({ subject: '1', name: 'Ada' });
    const page = app.page();
    const options = await page.post('register', { code });
    const response = page.passkey.create(options.body['passkey'] as PasskeyJson);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => page.post('register', { code, response, name: 'Pixel' })),
    );
    expect(new Set(answers.map(({ body }) => JSON.stringify(body['device']))).size).toBe(1);
    expect(new Set(answers.map(({ headers }) => headers.getSetCookie()[0])).size).toBe(1);
    expect(await app.inbox.devices('1')).toHaveLength(1);
    // A second passkey for the same challenge is another phone, which this invitation doesn't allow.
    const forged = app.page().passkey.create(options.body['passkey'] as PasskeyJson);
    expect((await page.post('register', { code, response: forged })).body).toEqual({ status: 'wrongCode' });
  });

  test('a passkey of another invitation is refused', async () => {
    const app = createApp();
    const [one, two] = [
      await app.inbox.invite({ subject: '1', name: 'Ada' }),
      await app.inbox.invite({ subject: '2', name: 'Bob' }),
    ];
    const page = app.page();
    const options = await page.post('register', { code: one.code });
    const response = page.passkey.create(options.body['passkey'] as PasskeyJson);
    expect((await page.post('register', { code: two.code, response })).body).toEqual({ status: 'wrongCode' });
  });

  test('ten wrong codes in a minute, of all pages together, and then no code works until the next', async () => {
    const app = createApp();
    const { code } = await app.inbox.invite({ subject: '1', name: 'Ada' });
    for (let guess = 0; guess < 10; guess += 1) {
      expect((await app.page().post('register', { code: `AAAA-AAA${guess}` })).body).toEqual({ status: 'wrongCode' });
    }
    expect((await app.page().post('register', { code })).body).toEqual({ status: 'wrongCode' });
    app.clock.now += 60_000;
    expect((await app.page().post('register', { code })).body).toMatchObject({ status: 'passkey' });
  });

  test('an invitation ends after 10 minutes', async () => {
    const app = createApp();
    const { code, expiresAt } = await app.inbox.invite({ subject: '1', name: 'Ada' });
    expect(expiresAt - app.clock.now).toBe(600_000);
    app.clock.now += 600_000;
    expect(await app.page().register(code)).toEqual({ status: 'wrongCode' });
  });

  test('a recovered phone answers sign-ins only for a day, and adds and removes no phone', async () => {
    const app = createApp({ limits: NO_LIMITS });
    const first = await app.phone();
    const recovered = await app.phone('1', { recovery: true });
    const payment = await app.ask(PAYMENT, { caller: 'approval' });
    const signIn = await app.ask();
    expect((await recovered.list()).map(({ id }) => id)).toEqual([signIn.id]);
    expect((await recovered.post('challenge', { id: payment.id })).status).toBe(404);
    const second = app.page();
    await second.register((await app.inbox.invite({ subject: '1', name: 'Ada' })).code);
    expect((await recovered.list()).every(({ shown }) => shown.kind === 'signIn')).toBe(true);
    const [lost] = await app.inbox.devices('1');
    const assertion = await recovered.prove({ act: 'removeDevice', device: lost?.id });
    expect((await recovered.post('devices/remove', { id: lost?.id, assertion })).status).toBe(403);
    expect(await first.list()).toHaveLength(3);
    app.clock.now += 24 * 3600_000;
    const later = await app.ask(PAYMENT, { caller: 'approval' });
    expect((await recovered.list()).map(({ id }) => id)).toEqual([later.id]);
  });

  test('a sixth phone is not added', async () => {
    const app = createApp({ limits: NO_LIMITS });
    for (let phone = 0; phone < 5; phone += 1) await app.phone('1', { recovery: true });
    const { code } = await app.inbox.invite({ subject: '1', name: 'Ada', recovery: true });
    expect(await app.page().register(code)).toEqual({ status: 'wrongCode' });
  });

  test('every change is told to the app', async () => {
    const onDevice = vi.fn();
    const app = createApp({ onDevice });
    const phone = await app.phone();
    const [device] = await app.inbox.devices('1');
    const assertion = await phone.prove({ act: 'removeDevice', device: device?.id });
    expect((await phone.post('devices/remove', { id: device?.id, assertion })).status).toBe(200);
    expect(onDevice.mock.calls.map(([subject, , change]) => [subject, change] as unknown)).toEqual([
      ['1', 'added'],
      ['1', 'removed'],
    ]);
  });

  test('a removed phone is told so once', async () => {
    const app = createApp();
    const phone = await app.phone();
    expect(await app.inbox.removeDevices('1')).toBe(1);
    expect((await phone.get('requests')).body).toMatchObject({ status: 'noDevice', removed: true });
    expect((await phone.get('requests')).body).toMatchObject({ status: 'noDevice', removed: false });
  });

  test('a phone ends 400 days after its last use', async () => {
    const app = createApp();
    const phone = await app.phone();
    app.clock.now += 399 * 24 * 3600_000;
    expect((await phone.get('devices')).status).toBe(200);
    app.clock.now += 399 * 24 * 3600_000;
    expect((await phone.get('devices')).status).toBe(200);
    app.clock.now += 401 * 24 * 3600_000;
    expect((await phone.get('devices')).status).toBe(401);
  });
});

describe('no oracle and no lockout', () => {
  /** What the requester sees of a start. */
  const look = ({ id, displayCode, displayCodeUrl, ...rest }: Record<string, unknown>) => ({
    ...rest,
    id: String(id).length,
    displayCode: String(displayCode).replace(/\d/g, '9'),
    displayCodeUrl: String(displayCodeUrl).replace(/\d{4}$/, '9999'),
  });

  test('an unknown user, one without a phone, a closed account, a full inbox and a limit look like a card', async () => {
    let active = true;
    const app = createApp({ active: () => active });
    await app.phone('1');
    const real = look({ ...(await app.ask()) });
    const looks = [await app.ask({ loginHint: 'eve@example.com' }), await app.ask({ loginHint: 'carl@example.com' })];
    active = false;
    looks.push(await app.ask());
    active = true;
    for (let more = 0; more < 9; more += 1) looks.push(await app.ask());
    for (const pending of looks) {
      expect(look({ ...pending })).toEqual(real);
      expect(await app.poll(pending.id)).toEqual({ status: 'pending' });
    }
    expect(app.types()).toEqual(
      expect.arrayContaining(['received', 'unknownUser', 'noDevice', 'inactive', 'limited', 'full']),
    );
  });

  test('strangers who fill the inbox leave room for known browsers and approvals', async () => {
    const app = createApp();
    const phone = await app.phone();
    for (let more = 0; more < 10; more += 1) await app.ask();
    expect(await phone.list()).toHaveLength(3);
    await app.ask({}, { caller: 'known' });
    await app.ask(PAYMENT, { caller: 'approval' });
    expect(await phone.list()).toHaveLength(5);
  });

  test('an approval learns that its user has no phone, or that too many cards are open', async () => {
    const app = createApp();
    const approval = { caller: 'approval' } as const;
    await expect(app.ask({ loginHint: 'eve@example.com' }, approval)).rejects.toMatchObject({ code: 'unknownUser' });
    await expect(app.ask({}, approval)).rejects.toMatchObject({ code: 'noDevice' });
    await app.phone();
    for (let more = 0; more < 3; more += 1) await app.ask({}, approval);
    await expect(app.ask({}, approval)).rejects.toMatchObject({
      code: 'rateLimited',
      retryAfter: expect.any(Number) as number,
    });
  });

  test('an ask for a year holds its place for 10 minutes', async () => {
    const app = createApp();
    const phone = await app.phone();
    const { expiresIn } = await app.ask({ requestedExpiry: 365 * 24 * 3600 });
    expect(expiresIn).toBe(600);
    app.clock.now += 600_000;
    expect(await phone.list()).toEqual([]);
    for (let more = 0; more < 3; more += 1) await app.ask();
    expect(await phone.list()).toHaveLength(3);
  });

  test('an ended card leaves its place at once', async () => {
    const app = createApp({ limits: { ...NO_LIMITS, open: 1 } });
    const phone = await app.phone();
    for (let round = 0; round < 5; round += 1) await phone.post('deny', { id: (await app.ask()).id });
    await app.ask();
    expect(await phone.list()).toHaveLength(1);
  });

  test('the second denial of a day makes strangers quiet for 20 minutes, which nothing shortens', async () => {
    const app = createApp({ limits: NO_LIMITS });
    const phone = await app.phone();
    const quiet = async () => (await phone.get('requests')).body['quietUntil'];
    await phone.post('deny', { id: (await app.ask()).id });
    expect(await quiet()).toBeNull();
    await phone.post('deny', { id: (await app.ask()).id });
    const until = app.clock.now + 20 * 60_000;
    expect(await quiet()).toBe(until);
    app.clock.now -= 5000;
    await phone.post('deny', { id: (await app.ask()).id });
    expect(await quiet()).toBe(until);
    await app.ask();
    expect(await phone.list()).toHaveLength(1);
  });
});

describe('texts', () => {
  test.each([
    ['bidi', 'Pay 10\u202e.00'],
    ['an isolate', 'Pay \u2066x'],
    ['zero width', 'Ex\u200bample'],
    ['a soft hyphen', 'Exam\u00adple'],
    ['a line end', 'Pay\nApproved'],
    ['a line separator', 'Pay\u2028x'],
    ['a tag', 'Pay \u{e0041}'],
    ['a filler', 'Pay \u3164'],
    ['half a pair', 'Pay \ud800'],
  ])('%s is refused in every field', async (_, text) => {
    const app = createApp({ limits: NO_LIMITS });
    const phone = await app.phone();
    const requests = [
      { transaction: { title: text } },
      { transaction: { title: 'Pay', payee: text } },
      { transaction: { title: 'Pay', details: [{ label: text, value: 'x' }] } },
      { transaction: { title: 'Pay', details: [{ label: 'x', value: text }] } },
      { from: text },
    ];
    for (const request of requests) {
      await app.ask(request);
      await expect(app.ask(request, { caller: 'approval' })).rejects.toMatchObject({ code: 'misconfigured' });
    }
    expect(await phone.list()).toEqual([]);
  });

  test('payee and amount are never cut; other values are, on the card and in what is signed', async () => {
    const app = createApp();
    const phone = await app.phone();
    const approval = { caller: 'approval' } as const;
    const amount = { value: '9000.00', currency: 'EUR' };
    const transaction = { title: 'T'.repeat(100), amount, payee: 'P'.repeat(70) };
    const { id } = await app.ask({ transaction }, approval);
    const { shown } = await phone.card();
    expect(shown).toMatchObject({ title: `${'T'.repeat(79)}…`, payee: 'P'.repeat(70), amount });
    await phone.approve(id);
    expect(JSON.parse((await app.inbox.proof(id))?.text ?? '')).toMatchObject({ shown });
    const refused = [
      { ...transaction, payee: 'P'.repeat(71) },
      { ...transaction, amount: { value: '9000,00', currency: 'EUR' } },
      { ...transaction, amount: { value: '1e9', currency: 'EUR' } },
      { ...transaction, amount: { value: '-5', currency: 'EUR' } },
      { ...transaction, amount: { value: '5', currency: '€' } },
    ];
    for (const wrong of refused) {
      await expect(app.ask({ transaction: wrong }, approval)).rejects.toMatchObject({ code: 'misconfigured' });
    }
  });
});

describe('reports', () => {
  test('a report ends the card, is told to the app once, and makes strangers quiet', async () => {
    const onReport = vi.fn();
    const app = createApp({ onReport });
    const phone = await app.phone();
    const { id } = await app.ask({ from: 'Berlin' });
    const first = await phone.post('report', { id });
    expect(first.body).toMatchObject({ status: 'reported', mine: true, reported: true });
    await phone.post('report', { id });
    expect(onReport).toHaveBeenCalledOnce();
    expect(onReport).toHaveBeenCalledWith('1', expect.objectContaining({ id, from: 'Berlin', caller: 'unknown' }));
    expect(JSON.stringify(onReport.mock.calls)).not.toMatch(/"number"|"reply"/);
    expect(await app.poll(id)).toEqual({ status: 'denied' });
    expect((await phone.get('requests')).body['quietUntil']).toBe(app.clock.now + 20 * 60_000);
  });

  test('after an approval it counts, too, for a day, and undoes nothing', async () => {
    const onReport = vi.fn();
    const app = createApp({ onReport });
    const phone = await app.phone();
    const { id, displayCode } = await app.ask();
    await phone.approve(id, displayCode);
    app.clock.now += 23 * 3600_000;
    expect((await phone.post('report', { id })).body).toMatchObject({ status: 'approved', reported: true });
    expect(onReport).toHaveBeenCalledOnce();
    app.clock.now += 3 * 3600_000;
    expect((await phone.post('report', { id })).status).toBe(404);
  });

  test('a fraud desk that was away is told at the next report', async () => {
    const onReport = vi.fn().mockRejectedValueOnce(new Error('away'));
    const app = createApp({ onReport });
    const phone = await app.phone();
    const { id } = await app.ask();
    await phone.post('report', { id });
    await phone.post('report', { id });
    expect(onReport).toHaveBeenCalledTimes(2);
  });
});

describe('a closed account', () => {
  test('has no new cards, and approves no open one', async () => {
    let active = true;
    const app = createApp({ active: () => active });
    const phone = await app.phone();
    const { id, displayCode } = await app.ask();
    const assertion = await phone.sign(id, displayCode);
    active = false;
    expect((await phone.post('approve', { id, assertion })).body).toMatchObject({ status: 'denied' });
    await app.ask();
    expect(await phone.list()).toEqual([]);
  });
});

describe('what can be read', () => {
  test('the store holds no text, no hint, no subject, no number and no cookie in the clear', async () => {
    const values: unknown[] = [];
    const memory = createMemoryStore();
    const store = new Proxy(memory, {
      get(target, name: keyof typeof memory) {
        return (...parts: readonly unknown[]) => {
          values.push([name, ...parts]);
          return (target[name] as (...all: readonly unknown[]) => unknown).apply(target, [...parts]);
        };
      },
    });
    const app = createApp({ store, secrets: ['0123456789abcdef0123456789abcdef'], devices: createMemoryDeviceStore() });
    const phone = await app.phone();
    const { code } = await app.inbox.invite({ subject: '1', name: 'Ada' });
    const { id, displayCode } = await app.ask({ transaction: { title: 'Pay Example GmbH' }, from: 'Berlin' });
    await phone.approve(id, displayCode);
    await app.poll(id);
    const written = JSON.stringify(values);
    const cookie = phone.cookies.split('=')[1] ?? '';
    const plain = ['Pay Example', 'Berlin', '"Ada', 'ada@', code.replace('-', ''), id, cookie, `"${displayCode}"`];
    for (const text of plain) expect(written).not.toContain(text);
    for (const hashed of ['inbox-subject', '1']) {
      const key = createHash('sha256')
        .update(JSON.stringify(['inbox-subject', hashed]))
        .digest('base64url');
      expect(written).not.toContain(key);
    }
  });

  test('the number and what could approve are gone after the delivery', async () => {
    const app = createApp();
    const phone = await app.phone();
    const { id, displayCode } = await app.ask();
    const set = vi.spyOn(app.store, 'set');
    await phone.approve(id, displayCode);
    const rewritten = set.mock.calls.find(([key]) => key.includes('inbox-ask:'));
    expect(rewritten?.[1]).toMatchObject({ id, number: null, reply: null });
  });

  test('events name users and digests by HMAC, and not at all without a key', async () => {
    const run = async (auditKey?: string) => {
      const app = createApp(auditKey === undefined ? {} : { auditKey });
      const phone = await app.phone();
      const { id, displayCode } = await app.ask({ from: 'Berlin' });
      await phone.approve(id, displayCode);
      return { events: app.events, proof: await app.inbox.proof(id), id };
    };
    const without = await run();
    for (const event of without.events) {
      expect(event).not.toHaveProperty('subject');
      expect(event).not.toHaveProperty('digest');
    }
    const { events, proof, id } = await run('0123456789abcdef0123456789abcdef');
    const approved = events.find(({ type }) => type === 'approved');
    expect(approved?.subject).toMatch(/^[\w-]{43}$/);
    expect(approved?.digest).toMatch(/^[\w-]{43}$/);
    expect(approved?.digest).not.toBe(proof?.digest);
    const text = JSON.stringify(events);
    for (const secret of [id, 'Berlin', 'Ada', 'ada@']) expect(text).not.toContain(secret);
  });

  test('another mount or origin reads nothing of this one', async () => {
    const app = createApp();
    const phone = await app.phone();
    const { id } = await app.ask();
    const elsewhere = app.another({ origin: 'https://other.example' });
    const page = new Page(elsewhere, 'https://other.example');
    page.jar.store(new URL('https://other.example'), [`${phone.cookies}; Path=/; Secure`]);
    await page.get(`requests?also=${id}`);
    await expect(page.list([id])).resolves.toEqual([]);
  });
});

describe('push', () => {
  test.each([
    ['https://fcm.googleapis.com/fcm/send/x', true],
    ['https://updates.push.services.mozilla.com/wpush/v2/x', true],
    ['https://web.push.apple.com/x', true],
    ['https://wns2-par02p.notify.windows.com/x', true],
    ['http://fcm.googleapis.com/x', false],
    ['https://fcm.googleapis.com:8443/x', false],
    ['https://user:pass@fcm.googleapis.com/x', false],
    ['https://fcm.googleapis.com.evil.example/x', false],
    ['https://evilpush.apple.com/x', false],
    ['https://push.apple.com.evil.example/x', false],
    ['https://169.254.169.254/latest', false],
    ['https://localhost/x', false],
    ['https://[::1]/x', false],
    ['file:///etc/passwd', false],
    ['nonsense', false],
  ])('%s may get pushes: %s', (endpoint, allowed) => {
    expect(isPushEndpoint(endpoint)).toBe(allowed);
  });

  test('an inner address is refused, with a valid passkey', async () => {
    const app = createApp({ push: { publicKey: 'p', privateKey: 'k', contact: 'mailto:ops@example.com' } });
    const phone = await app.phone();
    const assertion = await phone.prove({ act: 'push' });
    const subscription = { endpoint: 'https://10.0.0.1/x', keys: { p256dh: 'a', auth: 'b' } };
    expect((await phone.post('push', { subscription, assertion })).status).toBe(403);
    expect(await app.inbox.devices('1')).toMatchObject([{ push: false }]);
  });
});

test('a handler in front learns nothing more: the decoy of an unknown user looks like a card', async () => {
  const app = createApp();
  await app.phone();
  const handler = createCibaHandler({
    adapter: app.inbox.adapter,
    origin: 'https://shop.example',
    authRequest: (loginHint) => (loginHint.startsWith('eve') ? null : { loginHint }),
    publicSession: ({ sub }) => ({ sub }),
    responseFloor: 0,
    onEvent: () => undefined,
  });
  const start = async (loginHint: string) => {
    const headers = { 'x-ciba-request': '1', origin: 'https://shop.example', 'content-type': 'application/json' };
    const body = JSON.stringify({ loginHint, actId: crypto.randomUUID() });
    const response = await handler(
      new Request('https://shop.example/api/ciba/initiate', { method: 'POST', headers, body }),
    );
    const { displayCode, displayCodeUrl, id, ...rest } = (await response.json()) as Record<string, string>;
    return { ...rest, id: id?.length, code: displayCode?.length, url: displayCodeUrl?.replace(/\d{4}$/, '') };
  };
  const real = await start('ada@example.com');
  expect(await start('eve@example.com')).toEqual(real);
  expect(await start('carl@example.com')).toEqual(real);
});
