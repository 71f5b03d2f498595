// @vitest-environment node
import { expect, test } from 'vitest';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import { CibaError } from '../../src/contract/index.js';
import { createCibaHandler } from '../../src/server/index.js';
import type { CibaServerEvent } from '../../src/server/index.js';
import { createApp as createInboxApp } from '../inbox/harness.js';
import { askToPay, createApp as createApprovalApp } from './approvals/harness.js';

const REFERENCE = /^[A-Z0-9]{4}-[A-Z0-9]{4}$/;

test('an error gives the page the reference that its event has, another one each time', async () => {
  const events: CibaServerEvent[] = [];
  const handler = createCibaHandler({
    adapter: {
      ...createMemoryAdapter(),
      initiate: () => Promise.reject(new CibaError('misconfigured', 'As the test asks for.')),
    },
    origin: 'https://app.example',
    authRequest: (loginHint) => ({ loginHint }),
    publicSession: () => ({}),
    onEvent: (event) => events.push(event),
  });
  const start = async (actId: string) => {
    const response = await handler(
      new Request('https://app.example/api/ciba/initiate', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-ciba-request': '1', origin: 'https://app.example' },
        body: JSON.stringify({ loginHint: `${actId}@example.com`, actId }),
      }),
    );
    return (await response.json()) as { readonly reference: string };
  };
  const first = await start('first-act-of-the-test');
  const second = await start('second-act-of-the-test');
  expect(first.reference).toMatch(REFERENCE);
  expect(second.reference).not.toBe(first.reference);
  const logged = events.flatMap((event) => (event.type === 'failed' && event.reference ? [event.reference] : []));
  expect(logged).toEqual([first.reference, second.reference]);
  await handler.stop();
});

test("an error of an approval's route has one, too, unless there is nothing to look up", async () => {
  const app = createApprovalApp();
  const page = app.page();
  app.backend.initiate.mockRejectedValueOnce(new CibaError('misconfigured', 'As the test asks for.'));
  const failed = await app.pay(page, 'ask');
  expect(failed.status).toBe(500);
  const noPhone = await app.pay(page, 'ask', { ask: askToPay(1, { loginHint: 'nophone@example.com' }) });
  expect(noPhone.body['error']).toBe('noDevice');
  const references = [failed.body['reference'], noPhone.body['reference']];
  expect(references).toEqual([expect.stringMatching(REFERENCE), expect.stringMatching(REFERENCE)]);
  const logged = app.events.flatMap((event) => (event.type === 'failed' && event.reference ? [event.reference] : []));
  expect(logged).toEqual(references);

  const unknown = await page.poll('x'.repeat(43));
  expect(unknown.body['reference']).toBeUndefined();
  await app.approvals.stop();
});

test("an error of the inbox's route has one, too", async () => {
  const app = createInboxApp();
  const phone = await app.phone();
  await app.inbox.stop();
  const { status, body } = await phone.get('requests');
  expect(status).toBe(503);
  expect(body['reference']).toMatch(REFERENCE);
  expect(app.events).toEqual([{ type: 'failed', reason: 'unavailable', reference: body['reference'] }]);
});
