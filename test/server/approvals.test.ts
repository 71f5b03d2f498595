// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PollResult } from '../../src/contract/index.js';
import { ADA, advance, createApp, deferred, ORIGIN, useFakeTime } from './harness.js';
import type { Session } from './harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

async function started() {
  const app = createApp();
  const page = app.browser();
  const { body } = await page.initiate('ada@example.com');
  return { ...app, page, id: body['id'] };
}

async function signedIn() {
  const app = await started();
  app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
  const reply = await app.page.poll(app.id);
  return { ...app, reply };
}

describe('an approval', () => {
  test('signs in with a cookie and shows the public session alone', async () => {
    const { page, reply } = await signedIn();
    expect(reply.body).toEqual({ status: 'approved', session: { name: 'Ada' } });
    expect((await page.get('session')).body).toEqual({ session: { name: 'Ada' } });
  });

  test('is there for the app in its own routes', async () => {
    const { handler, page } = await signedIn();
    const cookie = `__Host-ciba-session+api+ciba=${page.session}`;
    const session = await handler.sessionWithTokens(new Request(`${ORIGIN}/orders`, { headers: { cookie } }));
    expect(session).toEqual(ADA);
    expect(() => JSON.stringify({ session })).toThrow('was about to be serialized');
    expect(await handler.sessionWithTokens(new Request(`${ORIGIN}/orders`))).toBeNull();
  });

  test('can be asked for again for 30 s when the answer was lost, with a cookie that works', async () => {
    const { backend, page, id } = await started();
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    const lost = await page.postLost('poll', { id });
    expect((await page.get('session')).body).toEqual({ session: null });

    await advance(29);
    const again = await page.poll(id);
    expect(again.body).toEqual(lost.body);
    expect((await page.get('session')).body).toEqual({ session: { name: 'Ada' } });
    expect(backend.poll).toHaveBeenCalledTimes(1);

    await advance(2);
    expect((await page.poll(id)).status).toBe(404);
  });

  test('is not repeated to another browser', async () => {
    const { browser, id } = await signedIn();
    const other = browser();
    await other.initiate('bob@example.com');
    expect((await other.poll(id)).status).toBe(404);
    expect(other.session).toBeUndefined();
  });

  test('is not repeated after a logout', async () => {
    const { page, id } = await signedIn();
    await page.post('sign-out', {});
    expect((await page.poll(id)).status).toBe(404);
    expect((await page.get('session')).body).toEqual({ session: null });
  });

  test('is revoked when the browser hung up and nobody asked for it in 30 s', async () => {
    const { backend, page, id, revoke, events } = await started();
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    const lost = await page.postLost('poll', { id }, { signal: AbortSignal.abort() });
    expect(lost.setCookies).toEqual([]);
    await advance(29);
    expect(revoke).not.toHaveBeenCalled();
    await advance(1);
    expect(revoke).toHaveBeenCalledExactlyOnceWith(ADA);
    expect(events).toContainEqual({ type: 'revoked' });
    expect((await page.poll(id)).status).toBe(404);
  });

  test('is kept when the browser hung up and asked again', async () => {
    const { backend, page, id, revoke } = await started();
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.postLost('poll', { id }, { signal: AbortSignal.abort() });
    await advance(5);
    expect((await page.poll(id)).body['status']).toBe('approved');
    await advance(60);
    expect(revoke).not.toHaveBeenCalled();
    expect((await page.get('session')).body).toEqual({ session: { name: 'Ada' } });
  });

  test('is revoked when the login was cancelled while the poll was out', async () => {
    const { backend, page, id, revoke } = await started();
    const answer = deferred<PollResult<Session>>();
    backend.poll.mockReturnValueOnce(answer.promise);
    const poll = page.poll(id);
    await advance(0);
    await page.post('cancel', { id });
    answer.resolve({ status: 'approved', session: ADA });

    expect((await poll).status).toBe(404);
    expect(page.session).toBeUndefined();
    expect(revoke).toHaveBeenCalledExactlyOnceWith(ADA);
  });

  test('is revoked at once when the browser hung up and then cancelled', async () => {
    const { backend, page, id, revoke } = await started();
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.postLost('poll', { id }, { signal: AbortSignal.abort() });
    await page.post('cancel', { id });
    expect(revoke).toHaveBeenCalledTimes(1);
    expect((await page.poll(id)).status).toBe(404);
    await advance(60);
    expect(revoke).toHaveBeenCalledTimes(1);
  });

  test('stays when a browser that has it cancels afterwards', async () => {
    const { page, id, revoke } = await signedIn();
    await page.post('cancel', { id });
    expect(revoke).not.toHaveBeenCalled();
    expect((await page.get('session')).body).toEqual({ session: { name: 'Ada' } });
  });
});

describe('the session', () => {
  test('is nobody before', async () => {
    const reply = await createApp().browser().get('session');
    expect(reply).toMatchObject({ status: 200, body: { session: null } });
    expect(reply.headers.get('cache-control')).toBe('no-store');
  });

  test('ends with logout: revoked, cleared, and its cookie is worth nothing', async () => {
    const { page, revoke, events } = await signedIn();
    const stolen = page.session ?? '';
    const reply = await page.post('sign-out', {});
    expect(reply.status).toBe(204);
    expect(reply.setCookies[0]).toMatch(/^__Host-ciba-session\+api\+ciba=; .*Max-Age=0/);
    expect(revoke).toHaveBeenCalledExactlyOnceWith(ADA);
    expect(events).toContainEqual({ type: 'signedOut' });
    page.cookies.set('__Host-ciba-session+api+ciba', stolen);
    expect((await page.get('session')).body).toEqual({ session: null });
  });

  test('logs out when the provider cannot revoke', async () => {
    const { page, revoke, events } = await signedIn();
    revoke.mockRejectedValueOnce(new Error('down'));
    expect((await page.post('sign-out', {})).status).toBe(204);
    expect((await page.get('session')).body).toEqual({ session: null });
    expect(events).toContainEqual(expect.objectContaining({ type: 'failed', during: 'revoke' }));
  });

  test('ends after its lifetime', async () => {
    const app = createApp({ sessionLifetime: 600 });
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.poll(body['id']);
    await advance(599);
    expect((await page.get('session')).body).toEqual({ session: { name: 'Ada' } });
    await advance(2);
    expect((await page.get('session')).body).toEqual({ session: null });
  });

  test('gets a new id at sign-in: a planted cookie is never taken over, and the older session ends', async () => {
    const { backend, page } = await signedIn();
    const older = page.session ?? '';
    const planted = 'p'.repeat(43);

    const { body } = await page.initiate('ada@example.com');
    page.cookies.set('__Host-ciba-session+api+ciba', planted);
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.poll(body['id']);
    const newer = page.session;
    expect(newer).not.toBe(planted);
    expect(newer).not.toBe(older);
    page.cookies.set('__Host-ciba-session+api+ciba', planted);
    expect((await page.get('session')).body).toEqual({ session: null });
  });

  test('replaces the session that the browser had', async () => {
    const { backend, page } = await signedIn();
    const older = page.session ?? '';
    const { body } = await page.initiate('ada@example.com');
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.poll(body['id']);
    page.cookies.set('__Host-ciba-session+api+ciba', older);
    expect((await page.get('session')).body).toEqual({ session: null });
  });

  test('is worth nothing under a planted browser cookie', async () => {
    const { browser } = createApp();
    const page = browser();
    page.cookies.set('__Host-ciba-browser+api+ciba', 'p'.repeat(43));
    await page.initiate('ada@example.com');
    expect(page.cookies.get('__Host-ciba-browser+api+ciba')).not.toBe('p'.repeat(43));
  });
});
