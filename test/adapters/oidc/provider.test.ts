// @vitest-environment node
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemoProvider } from '../../../demo/provider.js';
import type { DemoProvider } from '../../../demo/provider.js';
import { createOidcAdapter } from '../../../src/adapters/oidc/index.js';
import type { PendingApproval, PollResult } from '../../../src/contract/index.js';
import type { OidcSession } from '../../../src/adapters/oidc/index.js';

// The same adapter against a whole provider: what the stubs of oidc.test.ts claim, a real one does.

const ann = { id: 'user-1', email: 'ann@example.com', name: 'Ann Example' };
let provider: DemoProvider;

beforeAll(async () => {
  provider = await startDemoProvider({ users: [ann], expiresIn: 90, interval: 3 });
});

afterAll(() => provider.close());

const calling = { signal: new AbortController().signal, actId: 'attempt-1' };
const adapterFor = (clientSecret = provider.clientSecret) =>
  createOidcAdapter({ issuer: provider.issuer, clientId: provider.clientId, clientSecret });

/** Starts a request and returns it with the phone's own id for it. */
async function ring(adapter = adapterFor(), more: { subject?: string; acrValues?: string; scope?: string } = {}) {
  const pending = await adapter.initiate({ loginHint: ann.email, displayCode: 'K7-42', ...more }, calling);
  const onPhone = provider.authenticator.requests().at(-1)?.id ?? '';
  return { adapter, pending, onPhone, poll: () => adapter.poll(pending, calling) };
}

function sessionOf(result: PollResult<OidcSession>): OidcSession {
  if (result.status !== 'approved') throw new Error(`The login is ${result.status}.`);
  return result.session;
}

async function userinfoStatus({ accessToken }: OidcSession): Promise<number> {
  const response = await fetch(`${provider.issuer}/me`, { headers: { authorization: `Bearer ${accessToken}` } });
  await response.body?.cancel();
  return response.status;
}

describe('a real provider', () => {
  test('shows the request on the phone with its code, and not with its auth_req_id', async () => {
    const { pending } = await ring();
    const onPhone = provider.authenticator.requests().at(-1);
    expect(pending).toMatchObject({
      expiresIn: 90,
      interval: 3,
      displayCode: 'K7-42',
    } satisfies Partial<PendingApproval>);
    expect(onPhone).toMatchObject({ account: ann.email, client: 'Example Shop', displayCode: 'K7-42' });
    const { authReqId } = pending.serverState as { authReqId: string };
    expect(JSON.stringify(onPhone)).not.toContain(authReqId);
  });

  test('is pending, then hands over the session of who approved', async () => {
    const { poll, onPhone } = await ring(adapterFor(), { scope: 'openid email profile', subject: ann.id });
    await expect(poll()).resolves.toEqual({ status: 'pending' });
    expect(await provider.authenticator.approve(onPhone)).toBe(true);
    const session = sessionOf(await poll());
    expect(session.claims).toMatchObject({ sub: ann.id, email: ann.email, name: ann.name, aud: provider.clientId });
    expect(session.expiresAt).toBeGreaterThan(Date.now());
    expect(await userinfoStatus(session)).toBe(200);
  });

  test('answers slow_down to a poll that comes too early', async () => {
    const { poll } = await ring();
    await poll();
    await expect(poll()).resolves.toEqual({ status: 'pending', interval: 8 });
  });

  test('says no once; the request is over from then on', async () => {
    const { poll, onPhone } = await ring();
    expect(await provider.authenticator.deny(onPhone)).toBe(true);
    await expect(poll()).resolves.toEqual({ status: 'denied' });
    await expect(poll()).resolves.toEqual({ status: 'expired' });
  });

  test('revokes what it handed over when it is redeemed twice, which is why a poll is never repeated', async () => {
    const { poll, onPhone } = await ring();
    await provider.authenticator.approve(onPhone);
    const session = sessionOf(await poll());
    await expect(poll()).resolves.toEqual({ status: 'expired' });
    expect(await userinfoStatus(session)).toBe(401);
  });

  test('takes one decision for a request', async () => {
    const { onPhone } = await ring();
    expect(await provider.authenticator.approve(onPhone)).toBe(true);
    expect(await provider.authenticator.deny(onPhone)).toBe(false);
  });

  test('brings the acr that was asked for', async () => {
    const { poll, onPhone } = await ring(adapterFor(), { acrValues: 'urn:example:push' });
    await provider.authenticator.approve(onPhone);
    expect(sessionOf(await poll()).claims).toMatchObject({ acr: 'urn:example:push' });
  });

  test('refuses an approval by another subject than the one that was asked', async () => {
    const { poll, onPhone } = await ring(adapterFor(), { subject: 'user-2' });
    await provider.authenticator.approve(onPhone);
    await expect(poll()).rejects.toMatchObject({ code: 'refused' });
  });

  test.each([
    ['another subject', { subject: 'user-2' }],
    ['another level', { acrValues: 'urn:example:gold' }],
  ])('ends the tokens of an approval that is refused for %s', async (_, state) => {
    let accessToken = '';
    const { issuer, clientId, clientSecret } = provider;
    const adapter = createOidcAdapter({
      issuer,
      clientId,
      clientSecret,
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        if (url.endsWith('/token')) ({ access_token: accessToken } = (await response.clone().json()) as never);
        return response;
      },
    });
    const { pending, onPhone } = await ring(adapter);
    await provider.authenticator.approve(onPhone);
    const asked = { ...pending, serverState: { ...(pending.serverState as object), ...state } };
    await expect(adapter.poll(asked, calling)).rejects.toMatchObject({ code: 'refused' });
    expect(accessToken).not.toBe('');
    expect(await userinfoStatus({ accessToken } as OidcSession)).toBe(401);
  });

  test('says who the user is on demand, until the token is over', async () => {
    const { adapter, poll, onPhone } = await ring(adapterFor(), { scope: 'openid email' });
    await provider.authenticator.approve(onPhone);
    const session = sessionOf(await poll());
    expect(session.scope).toBe('openid email');
    await expect(adapter.userinfo(session)).resolves.toMatchObject({ sub: ann.id, email: ann.email });
    await adapter.revoke(session);
    await expect(adapter.userinfo(session)).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('revokes a session', async () => {
    const { adapter, poll, onPhone } = await ring();
    await provider.authenticator.approve(onPhone);
    const session = sessionOf(await poll());
    await adapter.revoke(session);
    expect(await userinfoStatus(session)).toBe(401);
  });

  test('is polled from another process, with nothing but the stored JSON', async () => {
    const { pending, onPhone } = await ring();
    await provider.authenticator.approve(onPhone);
    const stored = JSON.parse(JSON.stringify(pending)) as PendingApproval;
    sessionOf(await adapterFor().poll(stored, calling));
  });

  test.each([
    ['an unknown user', { loginHint: 'eve@example.com' }, 'unknownUser'],
    ['a binding message that it does not take', { loginHint: ann.email, bindingMessage: 'Pay now?' }, 'misconfigured'],
  ])('refuses %s', async (_, request, code) => {
    await expect(adapterFor().initiate(request, calling)).rejects.toMatchObject({ code, retryable: false });
  });

  test('refuses a wrong client secret', async () => {
    const call = adapterFor('wrong').initiate({ loginHint: ann.email }, calling);
    await expect(call).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('`clientSecret`') as string,
    });
  });
});
