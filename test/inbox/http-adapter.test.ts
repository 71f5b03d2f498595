// @vitest-environment node
import { createHttpInboxAdapter } from 'react-ciba/adapters/http';
import { handlerFetch } from 'react-ciba/testing';
import { expect, test, vi } from 'vitest';
import { createSoftwarePasskey } from '../../src/testing/inbox-phone/passkey.js';
import { createApp, ORIGIN } from './harness.js';

const { signal } = new AbortController();

/** A phone's page with the adapter that apps use. */
function createPage(app: ReturnType<typeof createApp>) {
  const adapter = createHttpInboxAdapter({ fetch: handlerFetch(app.inbox, { origin: ORIGIN }) });
  return { adapter, passkey: createSoftwarePasskey(ORIGIN) };
}

async function addPhone(app: ReturnType<typeof createApp>) {
  const page = createPage(app);
  const { code } = await app.inbox.invite({ subject: '1', name: 'Ada' });
  const first = await page.adapter.register({ code });
  if (first.status !== 'passkey') throw new Error(first.status);
  const response = page.passkey.create(first.passkey);
  expect(await page.adapter.register({ code, response, name: 'Pixel 9' })).toMatchObject({ status: 'added' });
  return page;
}

test('a page that is no phone, one whose code is wrong, and one that was removed', async () => {
  const app = createApp();
  const { adapter } = createPage(app);
  expect(await adapter.list({ also: [], signal })).toMatchObject({ status: 'noDevice', removed: false });
  expect(await adapter.register({ code: 'AAAA-AAAA' })).toEqual({ status: 'wrongCode' });
  await expect(adapter.deny('x')).rejects.toMatchObject({ code: 'noDevice' });
  const phone = await addPhone(app);
  await app.inbox.removeDevices('1');
  expect(await phone.adapter.list({ also: [], signal })).toMatchObject({ status: 'noDevice', removed: true });
});

test('the whole of a phone: list, watch, number, passkey, end, devices, unlock', async () => {
  const app = createApp({ view: 'passkey' });
  const { adapter, passkey } = await addPhone(app);
  expect(await adapter.list({ also: [], signal })).toMatchObject({ status: 'locked' });
  await adapter.unlock(passkey.get(await adapter.deviceChallenge({ act: 'unlock' })));

  const onSignal = vi.fn();
  const stop = adapter.watch({ signal, onSignal });
  await vi.waitFor(() => expect(onSignal).toHaveBeenCalledTimes(1));
  const { id, displayCode = '' } = await app.ask();
  await vi.waitFor(() => expect(onSignal).toHaveBeenCalledTimes(2));
  stop();

  const list = await adapter.list({ also: ['gone'], signal });
  expect(list).toMatchObject({ status: 'ready', app: 'Example Shop', requests: [{ id, status: 'open' }] });
  const wrong = displayCode === '0000' ? '1111' : '0000';
  expect(await adapter.challenge(id, wrong)).toEqual({ status: 'wrongNumber', attemptsLeft: 2 });
  const challenge = await adapter.challenge(id, displayCode);
  if (challenge.status !== 'passkey') throw new Error(challenge.status);
  const answer = await adapter.approve(id, passkey.get(challenge.passkey));
  expect(answer).toEqual({ status: 'approved', delivery: 'sent', mine: true });
  expect(await adapter.list({ also: [id], signal })).toMatchObject({ requests: [{ id, ...answer }] });
  expect(await adapter.report(id)).toMatchObject({ status: 'approved', reported: true });

  const [device] = await adapter.devices();
  const assertion = passkey.get(await adapter.deviceChallenge({ act: 'removeDevice', device: device?.id ?? '' }));
  await adapter.removeDevice(device?.id ?? '', assertion);
  expect(await app.inbox.devices('1')).toEqual([]);
});

test('a card of another user is not found, and a page that is no inbox is a bad response', async () => {
  const app = createApp();
  const { adapter } = await addPhone(app);
  await expect(adapter.challenge('guessed')).rejects.toMatchObject({ code: 'notFound' });
  const elsewhere = createHttpInboxAdapter({ fetch: async () => Response.json({ status: 'ok' }) });
  await expect(elsewhere.list({ also: [], signal })).rejects.toMatchObject({ code: 'badResponse' });
});
