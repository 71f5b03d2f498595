// @vitest-environment node
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { createMemoryStore } from 'react-ciba/server';
import { askForTask, bookNow, settleTasks } from '../../examples/approvals/agent.js';
import type { Task } from '../../examples/approvals/agent.js';
import { createPayoutRoute } from '../../examples/approvals/four-eyes.js';
import { createDeskRoute, createVerifyRoute } from '../../examples/approvals/helpdesk.js';
import { createPayRoute } from '../../examples/approvals/payment.js';
import { areSettingsOpen, createSettingsRoute } from '../../examples/approvals/settings.js';
import { createShop } from '../../examples/approvals/shop.js';
import { createRouter } from '../../examples/approvals/trpc.js';
import { bindApprovedFetch } from '../../src/approvals/approved-fetch.js';
import { createPrompts } from '../../src/approvals/prompts.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: 1_800_000_000_000 }));
afterEach(() => void vi.useRealTimers());

const advance = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

function send(path: string, body: object, { user = 'ada', approval }: { user?: string; approval?: string } = {}) {
  const origin = 'https://shop.example.com';
  return new Request(origin + path, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', 'x-ciba-request': '1', cookie: `session=${user}`, origin },
      ...(approval !== undefined && { 'x-ciba-approval': approval }),
    },
    body: JSON.stringify(body),
  });
}

/** Refused uses are part of these tests, and would be on the console. */
const quietShop = () => createShop(createMemoryStore(), createMemoryAdapter(), { onEvent: () => undefined });

const approvalOf = async (response: Response) => ((await response.json()) as { approval: string }).approval;

describe('the payment route', () => {
  function createStore() {
    const shop = quietShop();
    const orders = new Map(
      [1, 2].map((number) => {
        const id = `order-${number}`;
        return [id, { id, buyer: 'ada', cents: 12_000, paymentKey: `payment-${number}`, paid: false }];
      }),
    );
    const charged = new Map<string, number>();
    const charge = vi.fn(async ({ cents }: { cents: number }, key: string) => void charged.set(key, cents));
    return { shop, orders, charge, charged, pay: createPayRoute(shop, orders, charge) };
  }

  test('shows the amount on the phone, and pays once', async () => {
    const { shop, charge, charged, pay } = createStore();
    const order = { order: 'order-1' };
    expect((await pay(send('/api/pay', order))).status).toBe(401);
    expect(shop.phone.rings).toBe(0);
    const id = await approvalOf(await pay(send('/api/pay', order, { approval: 'ask' })));
    expect(shop.phone.requests[0]).toMatchObject({
      transaction: { title: 'Pay 120.00 EUR to Example Shop', amount: { value: '120.00', currency: 'EUR' } },
      authorizationDetails: [{ type: 'payment', reference: 'order-1' }],
    });
    shop.phone.approve();
    expect((await shop.approvals(send('/api/approvals/poll', { id }))).status).toBe(200);
    const paid = await pay(send('/api/pay', order, { approval: id }));
    expect(await paid.json()).toEqual({ paid: true });
    expect(charged).toEqual(new Map([['payment-1', 12_000]]));
    expect(await (await pay(send('/api/pay', order, { approval: id }))).json()).toEqual({ paid: true });
    expect(charge).toHaveBeenCalledOnce();
    expect((await pay(send('/api/pay', { order: 'order-2' }, { approval: id }))).status).toBe(403);
    expect((await pay(send('/api/pay', order, { user: 'grace', approval: id }))).status).toBe(404);
  });

  /** What the page sends, in order. A reload cuts it off, and the user presses the button again. */
  const STEPS = ['ask', 'open', 'poll', 'approve', 'poll', 'use'] as const;
  const moments = STEPS.flatMap((step, index) => [[`before "${step}" ${index + 1}`, index] as const]);

  test.each([...moments, ['after the payment', STEPS.length] as const])(
    'a page that is reloaded %s pays once with one push',
    async (_, cut) => {
      const { shop, charge, pay } = createStore();
      const order = { order: 'order-1' };
      let id = '';
      const act = (path: string) => shop.approvals(send(`/api/approvals/${path}`, { id }));
      const walk = async (steps: readonly (typeof STEPS)[number][]) => {
        for (const step of steps) {
          if (step === 'ask') {
            const answer = await pay(send('/api/pay', order, { approval: 'ask' }));
            // The order says itself that it is paid.
            if (answer.status === 200) return;
            id = await approvalOf(answer);
          } else if (step === 'approve') {
            // The user answers once, in whatever page.
            if (shop.phone.requests.length > 0) shop.phone.approve();
          } else if (step === 'use') {
            expect((await pay(send('/api/pay', order, { approval: id }))).status).toBe(200);
          } else {
            expect((await act(step)).status).toBe(200);
            await advance(6);
          }
        }
      };
      await walk(STEPS.slice(0, cut));
      await walk(STEPS);
      expect(shop.phone.rings).toBe(1);
      expect(charge).toHaveBeenCalledOnce();
    },
  );

  test('charges once under the key of the payment, although the answer was lost and a second approval was given', async () => {
    const { shop, charge, charged, pay } = createStore();
    charge.mockImplementationOnce(async (_, key) => {
      charged.set(key, 12_000);
      throw new Error('the answer of the bank was lost');
    });
    const order = { order: 'order-1' };
    for (const round of [1, 2]) {
      const id = await approvalOf(await pay(send('/api/pay', order, { approval: 'ask' })));
      shop.phone.approve();
      await shop.approvals.status('user:ada', id);
      const paid = pay(send('/api/pay', order, { approval: id }));
      if (round === 1) await expect(paid).rejects.toThrow('lost');
      else expect((await paid).status).toBe(200);
    }
    expect(charged).toEqual(new Map([['payment-1', 12_000]]));
    expect(shop.phone.rings).toBe(2);
  });
});

test('one approval opens the settings for ten minutes', async () => {
  const shop = quietShop();
  const emails = new Map<string, string>();
  const save = createSettingsRoute(shop, emails);
  const body = { email: 'ada@new.example' };
  expect(await areSettingsOpen(shop, send('/settings', {}))).toBe(false);
  const id = await approvalOf(await save(send('/api/settings', body, { approval: 'ask' })));
  const code = send('/api/approvals/code', { id, code: '123456', actId: 'a'.repeat(32) });
  expect(await (await shop.approvals(code)).json()).toEqual({ status: 'approved', session: { id } });
  expect((await save(send('/api/settings', body, { approval: id }))).status).toBe(200);
  await advance(599);
  expect(await areSettingsOpen(shop, send('/settings', {}))).toBe(true);
  expect((await save(send('/api/settings', { email: 'ada@third.example' }))).status).toBe(200);
  expect(emails).toEqual(new Map([['ada', 'ada@third.example']]));
  await advance(2);
  expect(await areSettingsOpen(shop, send('/settings', {}))).toBe(false);
  expect((await save(send('/api/settings', body))).status).toBe(401);
  expect((await save(send('/api/settings', body, { user: 'grace' }))).status).toBe(401);
  expect(shop.phone.rings).toBe(1);
});

test('the operator of the helpdesk sees the account of a caller who approved, once', async () => {
  const shop = quietShop();
  const [verify, account] = [createVerifyRoute(shop), createDeskRoute(shop)];
  const operator = { user: 'grace' };
  const { id } = (await (await verify(send('/api/desk/verify', { caller: 'ada' }, operator))).json()) as { id: string };
  expect(shop.phone.requests[0]).toMatchObject({
    loginHint: 'ada@example.com',
    transaction: { title: 'Example Shop is on the phone with you' },
  });
  await expect(account(send('/api/desk/account', { id }, operator))).rejects.toMatchObject({ reason: 'undecided' });
  shop.phone.approve();
  expect(await shop.approvals.status('user:grace', id)).toBe('approved');
  await expect(account(send('/api/desk/account', { id }))).rejects.toMatchObject({ code: 'notFound' });
  expect(await (await account(send('/api/desk/account', { id }, operator))).json()).toEqual({
    account: 'ada@example.com',
  });
  await expect(account(send('/api/desk/account', { id }, operator))).rejects.toMatchObject({ reason: 'used' });
});

describe('an agent', () => {
  const step = { id: 'step-1', user: 'ada', hotel: 'Hotel Lutetia' };

  test('asks before it books, and a restart in between rings nobody again and books once', async () => {
    const store = createMemoryStore();
    const adapter = createMemoryAdapter();
    const booked = new Map<string, string>();
    const book = async (hotel: string, key: string) => void booked.set(key, hotel);
    const show = vi.fn();

    const first = createShop(store, adapter);
    const died = bookNow(first, step, { show, book }).catch((caught: unknown) => caught);
    await advance(5);
    await first.approvals.stop();
    expect(await died).toMatchObject({ code: 'unavailable' });

    const second = createShop(store, adapter);
    const done = bookNow(second, step, { show, book });
    await advance(5);
    expect(show.mock.calls[0]).toEqual(show.mock.calls[1]);
    second.phone.approve();
    await advance(5);
    expect(await done).toBe('booked');
    // It died after it booked, and before it wrote that down.
    expect(await bookNow(createShop(store, adapter), step, { show, book })).toBe('booked');
    expect(booked).toEqual(new Map([['step-1', 'Hotel Lutetia']]));
    expect(second.phone.rings).toBe(1);
  });

  test('over days sends no push by itself, and loses nothing in restarts', async () => {
    const store = createMemoryStore();
    const adapter = createMemoryAdapter();
    const task: Task = { ...step, state: 'wanted' };
    const booked = new Map<string, string>();
    const book = async (hotel: string, key: string) => void booked.set(key, hotel);
    const settle = () => settleTasks(createShop(store, adapter), [task], book);

    for (let night = 0; night < 24; night += 1) {
      await settle();
      await advance(3600);
    }
    expect(adapter.phone.rings).toBe(0);

    await askForTask(createShop(store, adapter), task);
    await settle();
    expect(task.state).toBe('asked');
    await advance(24 * 3600);
    await settle();
    expect(task).toMatchObject({ state: 'expired' });
    for (let night = 0; night < 24; night += 1) {
      await settle();
      await advance(3600);
    }
    expect(adapter.phone.rings).toBe(1);

    await askForTask(createShop(store, adapter), task);
    adapter.phone.approve();
    await settle();
    await settle();
    expect(task).toMatchObject({ state: 'approved', booked: 'Hotel Lutetia' });
    expect(booked).toEqual(new Map([['step-1', 'Hotel Lutetia']]));
    expect(adapter.phone.rings).toBe(2);
  });
});

test('four eyes: another person approves, and never the one who wants it', async () => {
  const shop = quietShop();
  const payouts = new Map([['payout-1', { id: 'payout-1', wantedBy: 'ada', cents: 900_000, paid: false }]]);
  const approve = createPayoutRoute(shop, payouts);
  expect((await approve(send('/', { payout: 'payout-1', approver: 'ada' }, { approval: 'ask' }))).status).toBe(403);
  const body = { payout: 'payout-1', approver: 'grace' };
  const id = await approvalOf(await approve(send('/', body, { approval: 'ask' })));
  expect(shop.phone.requests[0]).toMatchObject({ loginHint: 'grace@example.com' });
  expect((await approve(send('/', body, { approval: id }))).status).toBe(403);
  shop.phone.approve();
  expect(await shop.approvals.status('user:ada', id)).toBe('approved');
  expect((await approve(send('/', body, { approval: id }))).status).toBe(200);
  expect(payouts.get('payout-1')?.paid).toBe(true);
});

describe('a tRPC procedure', () => {
  function createProjects() {
    const shop = quietShop();
    const projects = new Set(['alpha', 'beta', 'gamma']);
    const router = createRouter(shop, projects);

    /** Sends calls as the client's batch link does: one request, with one header for all of them. */
    async function remove(...calls: { project: string; approval?: string | undefined }[]) {
      const path = calls.map(() => 'remove').join(',');
      const request = send(`/trpc/${path}?batch=1`, { ...calls });
      const createContext = () => ({ request });
      const response = await fetchRequestHandler({ endpoint: '/trpc', req: request, router, createContext });
      const answers = (await response.json()) as { result?: { data: unknown }; error?: { data: { code: string } } }[];
      return answers.map(({ result, error }) => result?.data ?? error?.data.code);
    }

    return { shop, projects, remove };
  }

  test('sends no push until the page asks, and removes what was approved once', async () => {
    const { shop, projects, remove } = createProjects();
    const project = 'alpha';
    expect(await remove({ project })).toEqual([{ approval: null }]);
    expect(shop.phone.rings).toBe(0);
    const [asked] = await remove({ project, approval: 'ask' });
    const { approval } = asked as { approval: string };
    expect(await remove({ project, approval })).toEqual(['FORBIDDEN']);
    shop.phone.approve();
    expect(await shop.approvals.status('user:ada', approval)).toBe('approved');
    expect(await remove({ project: 'beta', approval })).toEqual(['FORBIDDEN']);
    expect(await remove({ project, approval })).toEqual([{ value: { removed: true } }]);
    expect(await remove({ project, approval })).toEqual(['FORBIDDEN']);
    expect([...projects]).toEqual(['beta', 'gamma']);
  });

  test('has its own approval in each call of a batch', async () => {
    const { shop, projects, remove } = createProjects();
    const [asked] = await remove({ project: 'alpha', approval: 'ask' });
    const { approval } = asked as { approval: string };
    shop.phone.approve();
    await shop.approvals.status('user:ada', approval);
    const batch = await remove({ project: 'alpha', approval }, { project: 'beta', approval }, { project: 'gamma' });
    expect(batch).toEqual([{ value: { removed: true } }, 'FORBIDDEN', { approval: null }]);
    expect([...projects]).toEqual(['beta', 'gamma']);
  });

  test('is called by `withApproval`, which shows the dialog and calls it again', async () => {
    const { shop, projects, remove } = createProjects();
    const prompts = createPrompts(() => undefined);
    prompts.open();
    const { withApproval } = bindApprovedFetch(() => prompts);
    const removed = withApproval(async (approval) => (await remove({ project: 'alpha', approval }))[0] as never);
    await vi.waitFor(() => expect(prompts.current()?.approval).toBeTypeOf('function'));
    expect(shop.phone.rings).toBe(0);
    const { approval: press, end } = prompts.current() as {
      approval: () => Promise<string>;
      end: (to: string) => void;
    };
    const id = await press();
    shop.phone.approve();
    expect(await shop.approvals.status('user:ada', id)).toBe('approved');
    end('approved');
    expect(await removed).toEqual({ removed: true });
    expect([...projects]).toEqual(['beta', 'gamma']);
    expect(shop.phone.rings).toBe(1);
  });
});
