// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CibaError } from '../../../src/contract/index.js';
import type { PendingApproval, PollResult } from '../../../src/contract/index.js';
import { ADA, advance, createApp, useFakeTime } from '../harness.js';
import type { Session } from '../harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

const PENDING: PendingApproval = { id: 'adapter-handle', expiresIn: 90, interval: 3, resumable: true };
const APPROVED: PollResult<Session> = { status: 'approved', session: ADA };

// What an adapter returns is any value: apps write their own, and backends can answer anything.
const lie = <T>(value: unknown) => value as T;

async function started(changes: object) {
  const app = createApp();
  const page = app.browser();
  app.backend.initiate.mockResolvedValueOnce(lie<PendingApproval>({ ...PENDING, ...changes }));
  const reply = await page.initiate('ada@example.com');
  return { ...app, page, reply, id: reply.body['id'] };
}

const warnings = ({ events }: Pick<ReturnType<typeof createApp>, 'events'>) =>
  events.filter(({ type }) => type === 'warning');

const NO_SECONDS = [-5, -Infinity, Number.NaN, '5', 'soon', null, {}, true, 0];

describe('S12: a start that the adapter answers wrongly', () => {
  test.each(NO_SECONDS)('goes on with the default interval for %j', async (interval) => {
    const { reply, page, id, backend, ...app } = await started({ interval });
    expect(reply.body).toMatchObject({ expiresIn: 90, interval: 5 });
    expect(warnings(app)).toMatchObject([
      { during: 'initiate', message: expect.stringContaining('interval') as string },
    ]);
    backend.poll.mockResolvedValueOnce(APPROVED);
    expect((await page.poll(id)).body['status']).toBe('approved');
  });

  test.each(NO_SECONDS)('goes on with the default life for %j', async (expiresIn) => {
    const { reply, page, id, backend, ...app } = await started({ expiresIn });
    expect(reply.body).toMatchObject({ expiresIn: 120, interval: 3 });
    expect(warnings(app)).toHaveLength(1);
    backend.poll.mockResolvedValueOnce(APPROVED);
    await advance(60);
    expect((await page.poll(id)).body['status']).toBe('approved');
  });

  test('says nothing of fields that are left out', async () => {
    const { reply, ...app } = await started({ interval: undefined, resumable: undefined });
    expect(reply.body).toMatchObject({ interval: 5 });
    expect(warnings(app)).toEqual([]);
  });

  test.each([['displayCode'], ['deliveredTo']])('goes on without an invalid %s', async (field) => {
    for (const value of [42, {}, '', 'x'.repeat(201)]) {
      const { reply, ...app } = await started({ [field]: value });
      expect(reply.status).toBe(200);
      expect(JSON.stringify(reply.body)).not.toContain('xxx');
      expect(warnings(app)).toHaveLength(1);
    }
  });

  test.each([undefined, null, '', 7, 'x'.repeat(8193)])('is a fault of the adapter without an id: %j', async (id) => {
    const { reply, events } = await started({ id });
    expect(reply).toMatchObject({ status: 500, body: { error: 'misconfigured' } });
    expect(events).toContainEqual(
      expect.objectContaining({ during: 'initiate', message: expect.stringContaining('`id`') as string }),
    );
  });

  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  test.each([
    ['a cycle', cycle],
    ['a BigInt', { n: 1n }],
    ['a function', () => 1],
    ['a text longer than an auth_req_id', { authReqId: 'x'.repeat(8193) }],
    ['16 kB', Array.from({ length: 20 }, () => 'x'.repeat(1000))],
  ])('is a fault of the adapter if serverState holds %s', async (_, serverState) => {
    const { reply, events } = await started({ serverState });
    expect(reply).toMatchObject({ status: 500, body: { error: 'misconfigured' } });
    const failed = events.filter(({ type }) => type === 'failed');
    expect(failed).toMatchObject([{ message: expect.stringContaining('`serverState`') as string }]);
    expect(JSON.stringify(events)).not.toContain('xxx');
  });

  test.each([undefined, null, 'ok', 42])('is a fault of the adapter if it answers %j', async (answer) => {
    const app = createApp();
    app.backend.initiate.mockResolvedValueOnce(lie<PendingApproval>(answer));
    expect((await app.browser().initiate('ada@example.com')).body).toEqual({ error: 'misconfigured' });
  });
});

describe('S14: what a provider may ask for is bounded', () => {
  test.each([3601, 1e8, 1e21, Infinity, Number.MAX_VALUE])('a life of %d s is an hour', async (expiresIn) => {
    const { reply, page, browser, ...app } = await started({ expiresIn });
    expect(reply.body).toMatchObject({ expiresIn: 3600 });
    expect(warnings(app)).toHaveLength(1);
    // No longer than a minute does the account wait for a stranger in any case.
    await advance(61);
    expect((await browser().initiate('ada@example.com')).status).toBe(200);
    await advance(3600);
    expect((await page.poll(reply.body['id'])).status).not.toBe(500);
  });

  test.each([61, 1e9, Infinity])('an interval of %d s is a minute, at the start and at a poll', async (interval) => {
    const { reply, page, id, backend } = await started({ interval, expiresIn: 600 });
    expect(reply.body).toMatchObject({ interval: 60 });
    backend.poll.mockResolvedValueOnce({ status: 'pending', interval });
    expect((await page.poll(id)).body).toEqual({ status: 'pending' });
    backend.poll.mockResolvedValueOnce(APPROVED);
    await advance(60);
    expect((await page.poll(id)).body['status']).toBe('approved');
  });

  test.each([301, 1e9, Infinity])('a pause of %d s is five minutes', async (retryAfter) => {
    const { page, id, backend } = await started({ expiresIn: 600 });
    backend.poll.mockResolvedValueOnce({ status: 'pending', retryAfter });
    expect((await page.poll(id)).body).toEqual({ status: 'pending' });
    await advance(299);
    await page.poll(id);
    expect(backend.poll).toHaveBeenCalledTimes(1);
    backend.poll.mockResolvedValueOnce(APPROVED);
    // A stranger's turn is at the interval, whatever the provider says.
    await advance(5);
    expect((await page.poll(id)).body['status']).toBe('approved');
  });
});

describe('S12: a poll that the adapter answers wrongly', () => {
  test.each([-5, Number.NaN, '9', null, {}])('goes on at the old pace for an interval of %j', async (value) => {
    const { page, id, backend, ...app } = await started({});
    backend.poll.mockResolvedValueOnce(
      lie<PollResult<Session>>({ status: 'pending', interval: value, retryAfter: value }),
    );
    expect((await page.poll(id)).body).toEqual({ status: 'pending' });
    expect(warnings(app)).toHaveLength(2);
    backend.poll.mockResolvedValueOnce(APPROVED);
    await advance(3);
    expect((await page.poll(id)).body['status']).toBe('approved');
  });

  test.each([-5, Number.NaN, '9', Infinity, 1e12])('goes on after an error with a retryAfter of %j', async (value) => {
    const { page, id, backend } = await started({ expiresIn: 600 });
    backend.poll.mockRejectedValueOnce(new CibaError('unavailable', 'Away.', { retryAfter: lie<number>(value) }));
    const reply = await page.poll(id);
    expect(reply.status).toBe(503);
    expect(reply.headers.get('retry-after')).toMatch(/^\d{1,3}$/);
    backend.poll.mockResolvedValueOnce(APPROVED);
    await advance(300);
    expect((await page.poll(id)).body['status']).toBe('approved');
  });

  test.each([undefined, null, 'approved', {}, { status: 'toString' }, { status: 'Approved', session: ADA }])(
    'that is no result (%j) leaves the login open',
    async (answer) => {
      const { page, id, backend, events } = await started({});
      backend.poll.mockResolvedValueOnce(lie<PollResult<Session>>(answer));
      expect((await page.poll(id)).body).toEqual({ status: 'pending' });
      expect(events).toContainEqual(expect.objectContaining({ type: 'failed', during: 'poll', code: 'badResponse' }));
      backend.poll.mockResolvedValueOnce(APPROVED);
      await advance(3);
      expect((await page.poll(id)).body['status']).toBe('approved');
    },
  );

  test.each([
    ['is missing', undefined],
    ['holds a BigInt', { n: 1n }],
    ['is a function', () => ADA],
    ['is larger than 256 kB', { token: 'x'.repeat(262_145) }],
  ])('with a session that %s is named, and given back', async (_, session) => {
    const { page, id, backend, events, revoke } = await started({});
    backend.poll.mockResolvedValueOnce(lie<PollResult<Session>>({ status: 'approved', session }));
    expect((await page.poll(id)).body).toEqual({ error: 'misconfigured' });
    expect(events).toContainEqual(
      expect.objectContaining({ during: 'poll', message: expect.stringContaining('The session') as string }),
    );
    expect(revoke).toHaveBeenCalledTimes(1);
    expect((await page.poll(id)).body).toEqual({ error: 'misconfigured' });
    expect(backend.poll).toHaveBeenCalledTimes(1);
  });

  test('with nothing before the handler gives up is a timeout, and leaves the login open', async () => {
    const { page, id, backend } = await started({ expiresIn: 600 });
    const aborted = AbortSignal.abort(new DOMException('The operation timed out.', 'TimeoutError'));
    const signal = vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(aborted);
    backend.poll.mockImplementationOnce(async (_, options) => {
      options.signal.throwIfAborted();
      return { status: 'pending' };
    });
    expect((await page.poll(id)).body).toEqual({ error: 'timeout' });
    signal.mockRestore();
    backend.poll.mockResolvedValueOnce(APPROVED);
    await advance(3);
    expect((await page.poll(id)).body['status']).toBe('approved');
  });
});

describe('S12: a verifier that answers wrongly', () => {
  test.each([undefined, {}, { status: 'ok' }])('with %j costs no attempt', async (answer) => {
    const { browser, events } = createApp({ totp: () => Promise.resolve(lie(answer)) });
    const page = browser();
    for (let tries = 0; tries < 5; tries += 1) {
      expect((await page.totp('ada@example.com', '123456')).body).toEqual({ error: 'misconfigured' });
    }
    expect(events).toContainEqual(expect.objectContaining({ type: 'failed', during: 'code', code: 'misconfigured' }));
  });
});

describe('S12: a publicSession that fails', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const failing = [
    ['throws', () => lie<string>(JSON.parse('{'))],
    [
      'throws a string',
      () => {
        throw lie<Error>('no name');
      },
    ],
    ['returns a cycle', () => lie<string>(cycle)],
    ['returns a BigInt', () => lie<string>({ n: 1n })],
    ['returns undefined', () => lie<string>(undefined)],
    ['returns null', () => lie<string>(null)],
    ['returns NaN', () => lie<string>(Number.NaN)],
    ['returns a function', () => lie<string>(() => 'Ada')],
    ['returns a promise', () => lie<string>(Promise.resolve('Ada'))],
  ] as const;

  test.each(failing)('because it %s says so, and the approval waits until it works again', async (_, show) => {
    let broken = true;
    const app = createApp({ publicSession: (session) => (broken ? show() : { name: session.name }) });
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce(APPROVED);
    const failed = await page.poll(body['id']);
    expect(failed).toMatchObject({ status: 500, body: { error: 'misconfigured' } });
    expect(page.session).toBeUndefined();
    expect(app.events).toContainEqual(
      expect.objectContaining({ during: 'poll', message: expect.stringContaining('`publicSession`') as string }),
    );
    broken = false;
    expect((await page.poll(body['id'])).body).toEqual({ status: 'approved', session: { name: 'Ada' } });
    expect(app.backend.poll).toHaveBeenCalledTimes(1);
    expect(app.revoke).not.toHaveBeenCalled();
  });

  test('for good gives the approval back', async () => {
    const app = createApp({ publicSession: () => lie<string>(undefined) });
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce(APPROVED);
    await page.poll(body['id']);
    await advance(31);
    expect(app.revoke).toHaveBeenCalledExactlyOnceWith(ADA);
  });
});
