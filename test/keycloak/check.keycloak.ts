import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../src/cli/run.js';
import { openChannel } from './channel.js';
import type { Channel } from './channel.js';
import { createRealm, SHOP } from './realm.js';
import type { Realm } from './realm.js';

// What `npx react-ciba check` says at Keycloak. It sends nothing to the channel, so no phone can ring.

let channel: Channel;
let realm: Realm;

beforeAll(async () => {
  channel = await openChannel();
  realm = await createRealm({
    clients: [{ clientId: 'without-ciba', attributes: { 'oidc.ciba.grant.enabled': 'false' } }],
  });
});

afterAll(() => channel?.close());

async function check(clientSecret: string = SHOP.clientSecret, ...args: readonly string[]) {
  const lines: string[] = [];
  const all = ['check', '--issuer', realm.issuer, '--client-id', SHOP.clientId, '--profile', 'keycloak', ...args];
  const exitCode = await run(all, { OIDC_CLIENT_SECRET: clientSecret }, (line) => void lines.push(line));
  const text = lines.join('\n');
  expect(channel.requests).toEqual([]);
  return { exitCode, text, problems: Array.from(text.matchAll(/^PROBLEM +(\S+):/gm), ([, subject]) => subject) };
}

test('finds that all is well', async () => {
  const { exitCode, text, problems } = await check();
  expect(problems, text).toEqual([]);
  expect(exitCode).toBe(0);
  for (const subject of ['metadata', 'client', 'clock', 'start', 'revocation']) {
    expect(text).toMatch(new RegExp(`^ok +${subject}:`, 'm'));
  }
});

test('finds a wrong secret', async () => {
  const { exitCode, text, problems } = await check('wrong');
  expect(problems, text).toEqual(['client']);
  expect(exitCode).toBe(1);
  expect(text).toContain('`clientSecret`');
});

test('finds an unknown client', async () => {
  const { problems, text } = await check(SHOP.clientSecret, '--client-id', 'nobody');
  expect(problems, text).toEqual(['client']);
});

test.each(['keycloak', 'generic'])('finds a client without CIBA, also as %s', async (profile) => {
  const { problems, text } = await check(SHOP.clientSecret, '--client-id', 'without-ciba', '--profile', profile);
  expect(problems, text).toEqual(['start']);
  expect(text).toMatch(/CIBA grant/i);
  expect(text).toContain('docs/errors/misconfigured.md');
});

test('finds a realm that does not exist', async () => {
  const { problems, text } = await check(SHOP.clientSecret, '--issuer', `${realm.issuer}-not`);
  expect(problems, text).toEqual(['metadata']);
});

test('warns of a level that CIBA does not reach there', async () => {
  const { exitCode, text } = await check(SHOP.clientSecret, '--acr-values', 'gold');
  expect(exitCode).toBe(0);
  expect(text).toMatch(/^warning +levels:/m);
});
