import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { chromium } from 'playwright';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCibaInbox } from 'react-ciba/inbox/server';
import { toNodeListener } from 'react-ciba/server';
import { addPhone } from 'react-ciba/testing';
import { close, listen } from '../../demo/loopback.js';
import { findBrowser } from '../../scripts/find-browser.mjs';

let browser: Browser;
let server: Server;
let origin: string;
let inbox: ReturnType<typeof createInbox>;

function createInbox() {
  return createCibaInbox({
    origin,
    app: 'Example Shop',
    find: (email) => (email === 'ada@example.com' ? { subject: '1', name: 'Ada' } : null),
    session: ({ subject }) => ({ sub: subject }),
  });
}

beforeAll(async () => {
  server = createServer();
  origin = `http://localhost:${await listen(server)}`;
  inbox = createInbox();
  const handle = toNodeListener(inbox);
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/api/inbox/')) handle(request, response);
    else response.setHeader('content-type', 'text/html').end('<!doctype html><title>Phone</title>');
  });
  browser = await chromium.launch(findBrowser());
});

afterAll(async () => {
  await browser?.close();
  if (server) await close(server);
});

/** One step of a phone's page: a POST, and the passkey that the answer asks for. */
function step(page: Page, path: string, body: object, use?: 'create' | 'get') {
  return page.evaluate(
    async ([to, sent, act]) => {
      const response = await fetch(`/api/inbox/${to}`, {
        method: 'POST',
        headers: { 'x-ciba-request': '1', 'content-type': 'application/json' },
        body: JSON.stringify(sent),
      });
      const answer = (await response.json()) as Record<string, unknown>;
      if (act === undefined) return answer;
      const credential =
        act === 'create'
          ? await navigator.credentials.create({
              publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
                answer['passkey'] as PublicKeyCredentialCreationOptionsJSON,
              ),
            })
          : await navigator.credentials.get({
              publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
                answer['passkey'] as PublicKeyCredentialRequestOptionsJSON,
              ),
            });
      return { ...(credential as PublicKeyCredential).toJSON() };
    },
    [path, body, use] as const,
  );
}

test(
  'a page becomes a phone: it is added, approves a login, and forgets its passkeys',
  { timeout: 40_000 },
  async () => {
    const page = await browser.newPage();
    const phone = await addPhone(page);
    await page.goto(`${origin}/phone`);

    const { code } = await inbox.invite({ subject: '1', name: 'Ada' });
    const response = await step(page, 'register', { code }, 'create');
    expect(await step(page, 'register', { code, response, name: 'Pixel 9' })).toMatchObject({ status: 'added' });

    const options = { signal: new AbortController().signal, actId: crypto.randomUUID() };
    const pending = await inbox.adapter.initiate({ loginHint: 'ada@example.com' }, options);
    const id = await page.evaluate(async () => {
      const list = await (await fetch('/api/inbox/requests', { headers: { 'x-ciba-request': '1' } })).json();
      return (list as { requests: { id: string }[] }).requests[0]?.id;
    });
    const card = { id, number: pending.displayCode };
    const assertion = await step(page, 'challenge', card, 'get');
    expect(await step(page, 'approve', { id, assertion })).toMatchObject({ status: 'approved' });
    expect(await inbox.adapter.poll(pending, { ...options, actId: crypto.randomUUID() })).toMatchObject({
      status: 'approved',
      session: { sub: '1' },
    });

    // It signs for its passkey, until it is taken away with it.
    const sign = () =>
      page.evaluate(
        ({ id }) =>
          navigator.credentials
            .get({
              publicKey: PublicKeyCredential.parseRequestOptionsFromJSON({
                challenge: 'AAAA',
                timeout: 100,
                allowCredentials: [{ type: 'public-key', id }],
              }),
            })
            .then(
              () => 'signed',
              (error: Error) => error.name,
            ),
        { id: String(response['id']) },
      );
    expect(await sign()).toBe('signed');
    await phone.remove();
    const other = await addPhone(page);
    expect(await sign()).toBe('NotAllowedError');
    await other.remove();
  },
);

test('another browser says that it can’t', async () => {
  const page = { context: () => ({ newCDPSession: () => Promise.reject(new Error('not supported')) }) };
  await expect(addPhone(page)).rejects.toThrow('addPhone() needs Chromium');
});
