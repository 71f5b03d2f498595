// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CibaError } from '../../../src/contract/index.js';
import type { InitiateRequest } from '../../../src/contract/index.js';
import type { ApprovalAsk } from '../../../src/server/approvals/index.js';
import { createCibaHandler, createMemoryStore } from '../../../src/server/index.js';
import { advance, useFakeTime } from '../harness.js';
import { ADA, askToPay, createApp, createBackend, MALLORY, NO_LIMITS, ORIGIN, TestPage } from './harness.js';
import type { Order } from './harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

const codeOf = (caught: unknown) => {
  const { code, reason } = caught as CibaError;
  return reason === undefined ? code : `${code}: ${reason}`;
};
const failure = (promise: Promise<unknown>) => promise.then(() => 'nothing', codeOf);

describe("the login's session is no approval", () => {
  test("a login's cookie or ID approves nothing, and an approval signs nobody in or out", async () => {
    const store = createMemoryStore();
    const backend = createBackend();
    const handler = createCibaHandler({
      adapter: backend,
      origin: ORIGIN,
      store,
      authRequest: (loginHint) => ({ loginHint }),
      publicSession: ({ sub }) => ({ sub }),
      responseFloor: 0,
      onEvent: () => undefined,
    });
    const app = createApp({ store, backend, requester: handler.sessionId });
    const headers = { 'content-type': 'application/json', 'x-ciba-request': '1', origin: ORIGIN };
    const send = (path: string, body: object, cookie = '') =>
      handler(
        new Request(`${ORIGIN}/api/ciba/${path}`, {
          method: 'POST',
          headers: { ...headers, ...(cookie && { cookie }) },
          body: JSON.stringify(body),
        }),
      );
    const cookiesOf = (response: Response) =>
      response.headers
        .getSetCookie()
        .map((cookie) => cookie.split(';')[0])
        .join('; ');
    const started = await send('initiate', { loginHint: 'ada@example.com', actId: 'a'.repeat(32) });
    const { id } = (await started.json()) as { id: string };
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    const cookie = cookiesOf(await send('poll', { id }, cookiesOf(started)));

    const page = new TestPage(cookie, app.approvals);
    expect(await app.pay(page)).toMatchObject({ status: 401, body: { approval: null } });
    expect((await app.pay(page, id)).status).toBe(403);
    expect((await page.open(id)).status).toBe(404);
    expect((await page.poll(id)).status).toBe(404);

    const approval = await app.approved(page);
    for (const reply of [await page.open(approval), await page.poll(approval), await app.pay(page, approval)]) {
      expect(reply.headers.getSetCookie()).toEqual([]);
    }
    expect(app.paid).toHaveLength(1);
    expect((await handler.session(page.request('/')))?.sub).toBe('ada');
    expect((await send('poll', { id: approval }, cookie)).status).toBe(404);
  });
});

describe('an ID', () => {
  test('is worth nothing to another requester: every route gives the answer to an unknown one', async () => {
    const app = createApp();
    const id = await app.approved(app.page());
    const thief = app.page('session-of-mallory', 'mallory');
    for (const act of ['open', 'poll'] as const) {
      const stolen = await thief.post(act, { id });
      expect(stolen.status).toBe(404);
      expect(stolen.body).toEqual((await thief.post(act, { id: 'x'.repeat(43) })).body);
    }
    expect((await thief.code(id, '123456')).status).toBe(404);
    expect((await thief.post('cancel', { id })).status).toBe(204);
    expect((await app.pay(thief, id)).body).toEqual({ error: 'refused' });
    expect(await failure(app.approvals.consume('user:mallory', id, 'pay'))).toBe('notFound');
    expect(await failure(app.approvals.status('user:mallory', id))).toBe('notFound');
    expect(await failure(app.approvals.wait('user:mallory', id))).toBe('notFound');
    expect(await failure(app.approvals.cancel('user:mallory', id))).toBe('notFound');
    expect((await app.pay(app.page(), id)).body).toEqual({ paid: true });
  });

  test('is unknown to approvals at another path, although they share the store and the requester', async () => {
    const app = createApp();
    const other = createApp({ store: app.store, basePath: '/api/desk' });
    const id = await app.approved(app.page());
    expect(await failure(other.approvals.status('user:ada', id))).toBe('notFound');
    expect((await other.pay(other.page(), id)).body).toEqual({ error: 'refused' });
    expect((await app.pay(app.page(), id)).body).toEqual({ paid: true });
  });

  test('needs somebody who is signed in', async () => {
    const app = createApp();
    const id = await app.approved(app.page());
    const nobody = new TestPage(null, app.approvals);
    expect((await nobody.poll(id)).status).toBe(401);
    expect((await app.pay(nobody, id)).status).toBe(401);
    expect((await app.pay(nobody, id)).body).toEqual({ error: 'unauthorized' });
    expect(await failure(app.approvals.create('', askToPay()))).toBe('unauthorized');
    expect(app.paid).toEqual([]);
  });

  test('belongs to all names of a requester, so the next session of the same user can use it', async () => {
    const app = createApp();
    const id = await app.approved(app.page('first-session'));
    expect((await app.page('second-session').poll(id)).body).toMatchObject({ status: 'approved' });
    expect((await app.pay(app.page('second-session'), id)).body).toEqual({ paid: true });
  });
});

describe('an approval for one thing', () => {
  const others: Record<string, ApprovalAsk<Order>> = {
    amount: askToPay(900_000),
    action: askToPay(12_000, { action: 'refund' }),
    user: askToPay(12_000, { subject: 'mallory' }),
    payee: askToPay(12_000, { transaction: { title: 'Pay 120 EUR to Mallory' } }),
    text: askToPay(12_000, {
      transaction: { title: 'Pay 120 EUR to Example Shop', details: [{ label: 'To', value: 'Mallory' }] },
    }),
    data: askToPay(12_000, { data: { order: 'order-8', cents: 12_000 } }),
    level: askToPay(12_000, { acrValues: 'silver' }),
    details: askToPay(12_000, { authorizationDetails: [{ type: 'payment', amount: 900_000 }] }),
    'time to use it': askToPay(12_000, { useWithin: 3600 }),
  };
  test.each(Object.entries(others))('is refused for another %s', async (_, ask) => {
    const app = createApp();
    const id = await app.approved(app.page());
    expect(await app.pay(app.page(), id, { ask })).toMatchObject({
      status: 403,
      body: { error: 'refused', reason: 'changed' },
    });
    expect(app.paid).toEqual([]);
    expect((await app.pay(app.page(), id)).body).toEqual({ paid: true });
  });

  test('stays the same ask with other hints, another reference and another order of its fields', async () => {
    const app = createApp();
    const id = await app.approved(app.page());
    const { action, data, ...rest } = askToPay(12_000, {
      loginHint: 'ada@new.example',
      bindingMessage: 'PAY-120',
      externalId: 'again',
      expiresIn: 60,
    });
    const { order, cents } = data;
    expect((await app.pay(app.page(), id, { ask: { ...rest, data: { cents, order }, action } })).body).toEqual({
      paid: true,
    });
  });

  test('carries out what was approved, whatever the second request says', async () => {
    const app = createApp();
    const id = await app.approved(app.page());
    const ask = askToPay();
    const request = app.page().request('/api/pay', {
      headers: { 'x-ciba-approval': id },
      body: JSON.stringify({ cents: 900_000 }),
    });
    const done: unknown[] = [];
    await app.approvals.protect(request, ask, ({ data }) => {
      // @ts-expect-error the type of `data` is that of the ask
      void data.amount;
      done.push(data.cents);
      return new Response();
    });
    expect(done).toEqual([12_000]);
  });

  test("isn't mixed up with a second open one", async () => {
    const app = createApp({ openPerSubject: { each: 2 } });
    const [small, large] = [askToPay(100), askToPay(900_000)];
    const ids = [
      await app.pay(app.page(), 'ask', { ask: small }),
      await app.pay(app.page(), 'ask', { ask: large }),
    ].map(({ body }) => String(body['approval']));
    const shown = await Promise.all(ids.map(async (id) => (await app.page().open(id)).body));
    expect(shown.map(({ transaction }) => (transaction as { title: string }).title)).toEqual([
      'Pay 1 EUR to Example Shop',
      'Pay 9000 EUR to Example Shop',
    ]);
    app.approve();
    await app.page().poll(ids[0]);
    expect((await app.pay(app.page(), ids[0], { ask: large })).body).toMatchObject({ reason: 'changed' });
    expect((await app.pay(app.page(), ids[1], { ask: large })).body).toMatchObject({ reason: 'undecided' });
    expect((await app.pay(app.page(), ids[0], { ask: small })).body).toEqual({ paid: true });
  });

  class Money {
    cents = 1;
  }
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  const notPlain: Record<string, unknown> = {
    ...{
      'a Map': new Map([['a', 1]]),
      'a Set': new Set([1]),
      'a BigInt': 1n,
      NaN,
      Infinity: -Infinity,
      'a Date': new Date(),
    },
    ...{ 'a function': () => 1, 'a class': new Money(), 'a circle': circle, 'a symbol': Symbol('a'), undefined },
    ...{ 'undefined in a list': [undefined], 'a hidden field': Object.assign({}, { [Symbol('a')]: 1 }) },
    ...{ 'its own JSON': { toJSON: () => ({ cents: 1 }) }, 'too much': 'x'.repeat(20_000) },
  };
  test.each(Object.entries(notPlain))("can't hold %s, which JSON doesn't show", async (_, value) => {
    const app = createApp();
    const ask = { ...askToPay(), data: value } as unknown as ApprovalAsk<Order>;
    expect((await app.pay(app.page(), 'ask', { ask })).status).toBe(500);
    expect(app.events).toMatchObject([{ type: 'failed', code: 'misconfigured' }]);
    expect(app.backend.initiate).not.toHaveBeenCalled();
  });

  test.each([
    { action: '' },
    { action: 'x'.repeat(65) },
    { subject: ' ' },
    { transaction: { title: 'Pay\n1 EUR' } },
    { transaction: { title: '' } },
    { transaction: { title: 'Pay', amount: { value: '1,00', currency: 'EUR' } } },
    { transaction: { title: 'Pay', amount: { value: '1.00', currency: '€' } } },
    { transaction: { title: 'Pay', details: [{ label: 'To' }] } },
    { transaction: { title: 'Pay', details: [null] } },
    { transaction: { title: 'Pay', details: 'To' } },
    // A name from elsewhere that looks like another line, or like another amount.
    { transaction: { title: 'Pay', details: [{ label: 'To', value: 'Shop\nAmount: 1 EUR' }] } },
    { transaction: { title: 'Pay \u202E00.1 EUR' } },
    { transaction: { title: 'Pay', payee: '\u2067Shop' } },
    { transaction: { title: 'Pay', details: [{ label: 'To\u2028', value: 'Shop' }] } },
    { useWithin: 90_000 },
    { useWithin: 0 },
    { goodFor: 1.5 },
    { expiresIn: 0 },
    { codeAllowed: 'yes' },
    { externalId: '' },
  ])('is never asked for with %j', async (wrong) => {
    const app = createApp();
    expect(await failure(app.approvals.create('user:ada', { ...askToPay(), ...wrong } as never))).toBe('misconfigured');
    expect(app.backend.initiate).not.toHaveBeenCalled();
  });
});

test('a name that a library has set apart from the text around it can be shown', async () => {
  const app = createApp();
  const transaction = { title: 'Pay \u2068Shop\u2069', details: [{ label: 'To', value: '\u2068Shop\u2069' }] };
  const { error } = await app.approvals.create('user:ada', { ...askToPay(), transaction } as never).then(
    () => ({ error: null }),
    (caught: unknown) => ({ error: caught }),
  );
  expect(error).toBeNull();
});

describe('a receipt', () => {
  test('is taken once, by many requests at once in two processes', async () => {
    const one = createApp();
    const other = createApp({ store: one.store, backend: one.backend });
    const id = await one.approved(one.page());
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? one : other).pay(one.page(), id)),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ body }) => body['reason'] === 'used')).toHaveLength(9);
    expect([...one.paid, ...other.paid]).toHaveLength(1);
  });

  test('is given again to the same job only, and only in time', async () => {
    const app = createApp();
    const id = await app.approved(app.page());
    const first = await app.approvals.consume('user:ada', id, 'pay', { by: 'job-1' });
    expect(first).toMatchObject({ data: { order: 'order-7' }, session: ADA });
    expect(await app.approvals.consume('user:ada', id, 'pay', { by: 'job-1' })).toEqual(first);
    expect(await failure(app.approvals.consume('user:ada', id, 'pay', { by: 'job-2' }))).toBe('refused: used');
    expect(await failure(app.approvals.consume('user:ada', id, 'pay'))).toBe('refused: used');
    expect(app.events.filter(({ type }) => type === 'consumed')).toHaveLength(1);
    await advance(121);
    expect(await failure(app.approvals.consume('user:ada', id, 'pay', { by: 'job-1' }))).toBe('refused: late');
  });

  test('is good for its action only', async () => {
    const app = createApp();
    const id = await app.approved(app.page());
    expect(await failure(app.approvals.consume('user:ada', id, 'refund'))).toBe('refused: changed');
    expect(await app.approvals.consume('user:ada', id, 'pay')).toMatchObject({ action: 'pay' });
  });

  test('ends after its time, is revoked, and is `expired` for everybody', async () => {
    const app = createApp();
    const id = await app.approved(app.page());
    await advance(119);
    expect(app.revoke).not.toHaveBeenCalled();
    expect((await app.page().poll(id)).body).toMatchObject({ status: 'approved' });
    await advance(2);
    expect(app.revoke).toHaveBeenCalledExactlyOnceWith(ADA);
    expect((await app.page().poll(id)).body).toEqual({ status: 'expired' });
    expect(await app.approvals.status('user:ada', id)).toBe('expired');
    expect(await app.approvals.wait('user:ada', id)).toBe('expired');
    expect((await app.pay(app.page(), id)).body).toEqual({ error: 'refused', reason: 'late' });
    expect(app.paid).toEqual([]);
  });

  test('is given back at the next look, if its process died before its time was over', async () => {
    const app = createApp();
    const id = await app.approved(app.page());
    vi.clearAllTimers();
    vi.setSystemTime(Date.now() + 121_000);
    const after = createApp({ store: app.store, backend: app.backend });
    expect((await after.pay(after.page(), id)).body).toEqual({ error: 'refused', reason: 'late' });
    expect(after.revoke).toHaveBeenCalledExactlyOnceWith(ADA);
  });

  test('with a long time to use it holds no tokens, which are revoked at once', async () => {
    const app = createApp();
    const ask = askToPay(12_000, { useWithin: 3600 });
    const id = await app.approved(app.page(), ask);
    expect(app.revoke).toHaveBeenCalledExactlyOnceWith(ADA);
    await advance(3000);
    expect(await app.approvals.consume('user:ada', id, 'pay')).toMatchObject({ session: null, method: 'push' });
    expect(app.revoke).toHaveBeenCalledOnce();
  });

  test('tells the outcome for a day, also after it was used', async () => {
    const app = createApp();
    const id = await app.approved(app.page());
    await app.pay(app.page(), id);
    await advance(24 * 3600 - 60);
    expect((await app.page().poll(id)).body).toEqual({ status: 'approved', session: { id } });
    expect((await app.pay(app.page(), id)).status).toBe(403);
  });

  test('is used up although `run` failed, and the error reaches the framework', async () => {
    const app = createApp();
    const id = await app.approved(app.page());
    const request = () => app.page().request('/api/pay', { headers: { 'x-ciba-approval': id } });
    const run = vi.fn(() => Promise.reject(new RangeError('the bank timed out')));
    await expect(app.approvals.protect(request(), askToPay(), run)).rejects.toThrow('the bank timed out');
    expect((await app.approvals.protect(request(), askToPay(), run)).status).toBe(403);
    expect(run).toHaveBeenCalledOnce();
  });
});

describe('who approves', () => {
  test('must be the subject: the tokens of another user are revoked', async () => {
    const app = createApp();
    const { body } = await app.pay(app.page(), 'ask');
    const id = body['approval'];
    app.approve(MALLORY);
    expect((await app.page().poll(id)).body).toMatchObject({ error: 'refused' });
    expect(app.revoke).toHaveBeenCalledExactlyOnceWith(MALLORY);
    expect(await app.approvals.status('user:ada', String(id))).toBe('failed');
    expect((await app.pay(app.page(), id)).body).toEqual({ error: 'refused' });
  });

  test('must reach the level', async () => {
    const app = createApp();
    const ask = askToPay(12_000, { acrValues: 'gold platinum' });
    const { body } = await app.pay(app.page(), 'ask', { ask });
    app.approve({ ...ADA, acr: 'bronze' });
    expect((await app.page().poll(body['approval'])).status).toBe(403);
    expect(app.revoke).toHaveBeenCalledOnce();
    expect((await app.pay(app.page(), body['approval'], { ask })).status).toBe(403);

    await advance(61);
    const id = await app.approved(app.page(), ask, { ...ADA, acr: 'gold' });
    expect((await app.pay(app.page(), id, { ask })).status).toBe(200);
  });

  test('is judged with what was asked for, and what the provider granted instead is refused', async () => {
    const app = createApp();
    app.backend.approver.mockImplementation(() => {
      throw new CibaError('refused', 'The provider granted other `authorization_details`.');
    });
    const { body } = await app.pay(app.page(), 'ask');
    app.approve();
    expect((await app.page().poll(body['approval'])).status).toBe(403);
    expect(app.backend.approver.mock.calls[0]?.[1]).toMatchObject({
      subject: 'ada',
      authorizationDetails: [{ type: 'payment', amount: 12_000 }],
    });
    expect(app.revoke).toHaveBeenCalledOnce();
    expect((await app.pay(app.page(), body['approval'])).status).toBe(403);
  });

  test('must be asked, unless the app says that this is not needed', async () => {
    const app = createApp({ limits: NO_LIMITS });
    app.backend.approver.mockReturnValue({ subject: 'ada', withoutPrompt: true });
    const { body } = await app.pay(app.page(), 'ask');
    app.approve();
    expect((await app.page().poll(body['approval'])).status).toBe(403);
    expect(app.revoke).toHaveBeenCalledOnce();
    const ask = askToPay(12_000, { withoutPrompt: true });
    const id = await app.approved(app.page(), ask);
    expect(await app.approvals.consume('user:ada', id, 'pay')).toMatchObject({ method: 'none' });
    expect(app.events).toContainEqual(expect.objectContaining({ type: 'approved', method: 'none' }));
  });

  test('is the caller and not the operator, and the verification of a caller pays nothing', async () => {
    const app = createApp();
    const ask: ApprovalAsk<null> = {
      ...{ action: 'verify-caller', subject: 'ada', loginHint: 'ada@example.com', data: null },
      transaction: { title: 'Example Shop is on the phone with you' },
    };
    const operator = { sub: 'operator', accessToken: 'access-token-of-the-operator' };
    const first = await app.approvals.create('operator:7', ask);
    app.approve(operator);
    expect(await failure(app.approvals.status('operator:7', first.id))).toBe('nothing');
    expect(await app.approvals.status('operator:7', first.id)).toBe('failed');

    const { id } = await app.approvals.create('operator:7', ask);
    app.approve();
    expect(await app.approvals.status('operator:7', id)).toBe('approved');
    expect(await failure(app.approvals.consume('operator:7', id, 'pay'))).toBe('refused: changed');
    expect(await failure(app.approvals.consume('user:ada', id, 'verify-caller'))).toBe('notFound');
    expect(await app.approvals.consume('operator:7', id, 'verify-caller')).toMatchObject({ subject: 'ada' });
  });
});

describe('after an end', () => {
  test('of the user at the page, an approval on the phone no longer counts', async () => {
    const app = createApp();
    const { body } = await app.pay(app.page(), 'ask');
    const id = String(body['approval']);
    expect((await app.page().post('cancel', { id })).status).toBe(204);
    await vi.waitFor(() => expect(app.backend.cancel).toHaveBeenCalledOnce());
    app.approve();
    expect((await app.page().poll(id)).body).toEqual({ status: 'cancelled' });
    expect((await app.pay(app.page(), id)).body).toEqual({ error: 'refused' });
    expect(await app.approvals.wait('user:ada', id)).toBe('cancelled');
    expect(app.events.map(({ type }) => type)).toEqual(['created', 'cancelled', 'refused']);
  });

  test('while the provider is polled, the receipt is taken back', async () => {
    const app = createApp();
    const { body } = await app.pay(app.page(), 'ask');
    const id = String(body['approval']);
    app.backend.poll.mockImplementationOnce(async () => {
      await app.approvals.cancel('user:ada', id);
      return { status: 'approved', session: ADA };
    });
    expect((await app.page().poll(id)).body).toEqual({ status: 'cancelled' });
    expect(app.revoke).toHaveBeenCalledExactlyOnceWith(ADA);
    expect((await app.pay(app.page(), id)).status).toBe(403);
  });

  test('by a cancel of what was approved, the receipt is taken back', async () => {
    const app = createApp();
    const id = await app.approved(app.page());
    await app.approvals.cancel('user:ada', id);
    expect(app.revoke).toHaveBeenCalledExactlyOnceWith(ADA);
    expect((await app.pay(app.page(), id)).status).toBe(403);
    expect(await app.approvals.status('user:ada', id)).toBe('expired');
  });

  test('of its time, the request is withdrawn, even if nobody watches', async () => {
    const app = createApp();
    const { id } = await app.approvals.create('user:ada', askToPay(12_000, { expiresIn: 30 }));
    expect(app.backend.initiate.mock.calls[0]?.[0]).toMatchObject({ requestedExpiry: 30 });
    await advance(31);
    expect(app.backend.cancel).toHaveBeenCalledOnce();
    expect(app.events.map(({ type }) => type)).toEqual(['created', 'expired']);
    expect(await app.approvals.status('user:ada', id)).toBe('expired');
  });

  test('of its time by more than 30 s, an approval no longer counts', async () => {
    const app = createApp();
    const { body } = await app.pay(app.page(), 'ask');
    vi.clearAllTimers();
    vi.setSystemTime(Date.now() + 90_000 + 31_000);
    app.approve();
    expect((await app.page().poll(body['approval'])).body).toEqual({ status: 'expired' });
    expect(app.revoke).toHaveBeenCalledExactlyOnceWith(ADA);
    expect((await app.pay(app.page(), body['approval'])).status).toBe(403);
  });

  test('of the session, nobody can use what it owned alone', async () => {
    const app = createApp({
      requester: (request) => /session=([\w-]+)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? null,
    });
    const id = await app.approved(app.page('first-session'));
    expect((await app.pay(app.page('second-session'), id)).status).toBe(403);
    expect((await app.pay(new TestPage(null, app.approvals), id)).status).toBe(401);
    expect(app.paid).toEqual([]);
  });
});

describe('an area', () => {
  const settings = (more: Partial<ApprovalAsk<null>> = {}): ApprovalAsk<null, InitiateRequest> => ({
    ...{ action: 'settings', subject: 'ada', loginHint: 'ada@example.com', data: null, goodFor: 600 },
    transaction: { title: 'Open your settings' },
    ...more,
  });

  async function openArea(app: ReturnType<typeof createApp>, page = app.page()) {
    const { approval } = (await app.approvals.run(page.request('/'), settings(), 'ask', () => 1)) as {
      approval: string;
    };
    app.approve();
    await page.poll(approval);
    return approval;
  }
  const enter = (app: ReturnType<typeof createApp>, page: TestPage, approval?: string, ask = settings()) =>
    app.approvals.run(page.request('/'), ask, approval, ({ session, subject }) => ({ session, subject }));

  test('is open for its time, absolutely, to the same session, and holds no tokens', async () => {
    const app = createApp();
    const id = await openArea(app);
    expect(await app.approvals.isOpen(app.page().request('/'), settings())).toBe(false);
    expect(await enter(app, app.page(), id)).toEqual({ value: { session: null, subject: 'ada' } });
    expect(app.revoke).toHaveBeenCalledOnce();
    await advance(599);
    expect(await app.approvals.isOpen(app.page().request('/'), settings())).toBe(true);
    expect(await enter(app, app.page())).toEqual({ value: { session: null, subject: 'ada' } });
    expect(await enter(app, app.page('next-session'))).toEqual({ approval: null });
    expect(await enter(app, app.page(), undefined, settings({ action: 'admin' }))).toEqual({ approval: null });
    await advance(2);
    expect(await enter(app, app.page())).toEqual({ approval: null });
    expect(app.backend.initiate).toHaveBeenCalledOnce();
  });

  test('lets parallel requests of a page in with one approval', async () => {
    const app = createApp();
    const id = await openArea(app);
    const all = Promise.all(Array.from({ length: 3 }, () => enter(app, app.page(), id)));
    await advance(1);
    expect(await all).toEqual(Array(3).fill({ value: { session: null, subject: 'ada' } }));
  });

  test("isn't opened by an ID that was used for it, once it is closed again", async () => {
    const app = createApp();
    const id = await openArea(app);
    await enter(app, app.page(), id);
    await advance(601);
    const again = failure(enter(app, app.page(), id));
    await advance(3);
    expect(await again).toBe('refused: late');
  });
});

describe('a push', () => {
  test.each<[string, Record<string, string>, string | undefined]>([
    ['a navigation', {}, undefined],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 'ask'],
    ['a sibling host', { 'sec-fetch-site': 'same-site' }, 'ask'],
    ['an address that was typed', { 'sec-fetch-site': 'none' }, 'ask'],
    ['a prefetch', { 'sec-purpose': 'prefetch' }, 'ask'],
    ['an old prefetch', { purpose: 'prefetch' }, 'ask'],
  ])("isn't sent for %s", async (_, headers, approval) => {
    const app = createApp();
    const reply = await app.pay(app.page(), approval, { headers });
    expect(reply).toMatchObject({ status: 401, body: { approval: null } });
    const request = app.page().request('/', { headers });
    expect(await app.approvals.run(request, askToPay(), approval, () => 1)).toEqual({ approval: null });
    expect(app.backend.initiate).not.toHaveBeenCalled();
  });

  test('is sent once for a double click, a reload and two tabs', async () => {
    const app = createApp();
    const other = createApp({ store: app.store, backend: app.backend });
    const all = Promise.all([app.pay(app.page(), 'ask'), app.pay(app.page(), 'ask'), other.pay(app.page(), 'ask')]);
    await advance(1);
    const replies = await all;
    const later = await app.pay(app.page(), 'ask');
    expect(new Set([...replies, later].map(({ body }) => body['approval'])).size).toBe(1);
    expect(app.backend.initiate).toHaveBeenCalledOnce();
    app.approve();
    await app.page().poll(later.body['approval']);
    expect((await app.pay(app.page(), 'ask')).body).toEqual({
      error: 'insufficient_user_authentication',
      approval: later.body['approval'],
    });
    expect(app.backend.initiate).toHaveBeenCalledOnce();
    await app.pay(app.page(), later.body['approval']);
    await app.pay(app.page(), 'ask');
    expect(app.backend.initiate).toHaveBeenCalledTimes(2);
  });

  test('is not sent again under the same key, even after an end, and never for another ask', async () => {
    const app = createApp({ limits: NO_LIMITS });
    const first = await app.approvals.create('user:ada', askToPay(), { key: 'step-1' });
    expect(await app.approvals.create('user:ada', askToPay(), { key: 'step-1' })).toEqual(first);
    app.backend.poll.mockResolvedValueOnce({ status: 'denied' });
    expect(await app.approvals.status('user:ada', first.id)).toBe('denied');
    await advance(3600);
    expect(await app.approvals.create('user:ada', askToPay(), { key: 'step-1' })).toEqual(first);
    expect(await failure(app.approvals.create('user:ada', askToPay(1), { key: 'step-1' }))).toBe('refused: changed');
    expect(app.backend.initiate).toHaveBeenCalledOnce();
    expect((await app.approvals.create('user:ada', askToPay(), { key: 'step-2' })).id).not.toBe(first.id);
  });

  test('replaces the one of an older ask of the same action, which is withdrawn first', async () => {
    const app = createApp();
    const older = await app.pay(app.page(), 'ask');
    const newer = await app.pay(app.page(), 'ask', { ask: askToPay(1) });
    expect(newer.status).toBe(401);
    expect(app.backend.cancel).toHaveBeenCalledOnce();
    expect((await app.page().poll(older.body['approval'])).body).toEqual({ status: 'cancelled' });
    const other = await app.pay(app.page(), 'ask', { ask: askToPay(1, { action: 'refund' }) });
    expect(other.status).toBe(429);
    expect(other.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(app.events.at(-1)).toMatchObject({ type: 'limited', limit: 'live' });
  });

  test("isn't blocked by an agent's open approval, until the subject has three", async () => {
    const app = createApp();
    await app.approvals.create('agent:1', askToPay(1));
    await app.approvals.create('agent:2', askToPay(2));
    expect((await app.pay(app.page(), 'ask')).status).toBe(401);
    expect(await failure(app.approvals.create('agent:3', askToPay(3)))).toBe('rateLimited');
    expect(app.events.at(-1)).toMatchObject({ type: 'limited', limit: 'live' });
  });

  test.each([
    ['subject', (index: number) => `agent:${index}`, 5],
    ['requester', () => 'agent', 10],
  ] as const)('is limited by %s', async (limit, nameOf, points) => {
    const app = createApp({ openPerSubject: { each: 100, all: 100 } });
    const ask = (index: number) => askToPay(index + 1, limit === 'requester' ? { subject: `user-${index}` } : {});
    for (let index = 0; index < points; index += 1) await app.approvals.create(nameOf(index), ask(index));
    await expect(app.approvals.create(nameOf(points), ask(points))).rejects.toMatchObject({
      code: 'rateLimited',
      retryAfter: 60,
    });
    expect(app.events.at(-1)).toEqual({ type: 'limited', limit, retryAfter: 60 });
    expect(app.backend.initiate).toHaveBeenCalledTimes(points);
  });

  test("waits after an agent's denials, but the user's own payment doesn't, until the fifth", async () => {
    const app = createApp({ limits: NO_LIMITS });
    async function deny(requester: string, cents: number) {
      const { id } = await app.approvals.create(requester, askToPay(cents));
      app.backend.poll.mockResolvedValueOnce({ status: 'denied' });
      expect(await app.approvals.status(requester, id)).toBe('denied');
    }
    await deny('agent:1', 1);
    await deny('agent:1', 2);
    await expect(app.approvals.create('agent:1', askToPay(3))).rejects.toMatchObject({
      code: 'rateLimited',
      retryAfter: 60,
    });
    expect((await app.pay(app.page(), 'ask')).status).toBe(401);
    await app.approvals.cancel('user:ada', String((await app.pay(app.page(), 'ask')).body['approval']));
    for (const agent of [2, 3, 4]) await deny(`agent:${agent}`, agent);
    const reply = await app.pay(app.page(), 'ask');
    expect(reply.status).toBe(429);
    expect(reply.body).toEqual({ error: 'rateLimited', retryAfter: 60 });
    expect(app.events.at(-1)).toMatchObject({ type: 'limited', limit: 'denied' });
  });

  test("isn't limited by strangers at the login, whose limit includes the pushes of approvals", async () => {
    const store = createMemoryStore();
    const backend = createBackend();
    const events: { type: string; decoy?: boolean }[] = [];
    const handler = createCibaHandler({
      ...{ adapter: backend, origin: ORIGIN, store, responseFloor: 0, publicSession: () => ({}) },
      authRequest: (loginHint) => ({ loginHint, account: 'ada' }),
      onEvent: (event) => events.push(event),
    });
    const app = createApp({ store, backend });
    const initiate = (actId: string) =>
      handler(
        new Request(`${ORIGIN}/api/ciba/initiate`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-ciba-request': '1', origin: ORIGIN },
          body: JSON.stringify({ loginHint: 'ada@example.com', actId: actId.padEnd(32, 'x') }),
        }),
      );
    for (let index = 0; index < 8; index += 1) await initiate(String(index));
    for (let index = 0; index < 5; index += 1) {
      const id = await app.approved(app.page(), askToPay(index + 1));
      expect((await app.pay(app.page(), id, { ask: askToPay(index + 1) })).status).toBe(200);
    }
    await advance(700);
    events.length = 0;
    for (let index = 0; index < 5; index += 1) await app.approved(app.page(), askToPay(index + 10));
    await initiate('after');
    expect(events.filter(({ type }) => type === 'started')).toEqual([{ type: 'started', decoy: true }]);
  });

  test('that nobody answered three times in a row is not sent by an agent again, until the user acts in a page', async () => {
    const app = createApp({ limits: NO_LIMITS });
    for (let index = 1; index <= 3; index += 1) {
      await app.approvals.create('user:ada', askToPay(index));
      await advance(95);
    }
    await expect(app.approvals.create('user:ada', askToPay(4))).rejects.toMatchObject({ code: 'rateLimited' });
    expect(app.events.at(-1)).toMatchObject({ type: 'limited', limit: 'unanswered' });
    await advance(60);
    await app.approvals.create('user:ada', askToPay(4));
    await advance(95);
    await advance(60);
    expect(await failure(app.approvals.create('user:ada', askToPay(5)))).toBe('rateLimited');
    const page = new TestPage('user=ada', app.approvals);
    const byUser = createApp({
      store: app.store,
      backend: app.backend,
      requester: () => 'user:ada',
      limits: NO_LIMITS,
    });
    expect((await byUser.pay(page, 'ask', { ask: askToPay(6) })).status).toBe(401);
    await advance(95);
    await app.approvals.create('user:ada', askToPay(7));
  });
});

describe('another site', () => {
  test.each([
    ['without the header', { 'x-ciba-request': null }],
    ['with its own origin', { origin: 'https://evil.example' }],
    ['without an origin', { origin: null }],
    ['as another site', { 'sec-fetch-site': 'cross-site' }],
    ['as a sibling', { 'sec-fetch-site': 'same-site' }],
  ])("can't call the routes %s", async (_, headers) => {
    const app = createApp();
    const id = await app.approved(app.page());
    for (const act of ['open', 'poll', 'code', 'cancel']) {
      expect((await app.page().post(act, { id, code: '123456', actId: 'a' }, { headers })).status).toBe(403);
    }
    expect((await app.pay(app.page(), id)).status).toBe(200);
  });

  test('is not what a native app looks like, which has neither an origin nor a cookie', async () => {
    const app = createApp({ requester: (request) => request.headers.get('authorization') });
    const headers = { origin: null, cookie: null, 'sec-fetch-site': null, authorization: 'Bearer of-ada' };
    const { body } = await app.pay(app.page(), 'ask', { headers });
    expect((await app.page().post('open', { id: body['approval'] }, { headers })).status).toBe(200);
    const bare = { ...headers, 'x-ciba-request': null };
    expect((await app.page().post('open', { id: body['approval'] }, { headers: bare })).status).toBe(403);
  });
});

describe('events', () => {
  test('say why an approval was not used, and in which fields the second ask differs', async () => {
    const app = createApp();
    const page = app.page();
    const refusals = () =>
      app.events.flatMap((event) => (event.type === 'refused' ? [[event.reason, event.approval?.externalId]] : []));

    const open = (await app.pay(page, 'ask', { ask: askToPay(1) })).body['approval'];
    await app.pay(page, open, { ask: askToPay(1) });
    expect(refusals()).toEqual([['undecided', 'order-7']]);
    await page.post('cancel', { id: open });
    await app.pay(page, open, { ask: askToPay(1) });

    const id = await app.approved(page);
    await app.pay(page, id, { ask: askToPay(900_000) });
    expect(app.events.at(-1)).toMatchObject({
      ...{ type: 'refused', reason: 'changed' },
      message: expect.stringMatching(/They differ in `data` and `transaction` and `authorizationDetails`\.$/),
    });
    await app.page('session-of-mallory', 'mallory').poll(id);
    await app.pay(page, id);
    await app.pay(page, id);
    await app.approvals.consume('user:ada', id, 'refund').catch(() => undefined);
    const late = await app.approved(page, askToPay(2));
    await advance(121);
    await app.pay(page, late, { ask: askToPay(2) });

    expect(refusals().map(([reason]) => reason)).toEqual([
      ...['undecided', 'ended', 'changed', 'requester', 'notFound', 'used', 'changed', 'late'],
    ]);
    // An unknown ID is nobody's.
    await page.poll('x'.repeat(43));
    expect(refusals().at(-1)).toEqual(['notFound', undefined]);
  });

  test('name no user, session, hint, code or token, and prove the ask under the audit key alone', async () => {
    const auditKey = 'k'.repeat(32);
    const app = createApp({ auditKey });
    const id = await app.approved(app.page());
    await app.pay(app.page(), id);
    const text = JSON.stringify(app.events);
    for (const secret of ['ada', 'session-of', 'access-token', 'example.com']) expect(text).not.toContain(secret);
    const { digest, account } = app.events.find(({ type }) => type === 'approved') as {
      digest?: string;
      account?: string;
    };
    expect(digest).toMatch(/^[\w-]{43}$/);
    expect(account).toMatch(/^[\w-]{43}$/);
    const other = createApp({ auditKey });
    await other.approved(other.page(), askToPay(1));
    expect(other.events.find(({ type }) => type === 'approved')).not.toHaveProperty('digest', digest);
    const without = createApp();
    await without.approved(without.page());
    expect(without.events.find(({ type }) => type === 'approved')).not.toHaveProperty('digest');
  });
});
