// @vitest-environment node
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { startDemoProvider } from '../../demo/provider.js';
import { run } from '../../src/cli/run.js';
import { startStrictProvider } from './strict-provider.js';
import type { StrictOptions, StrictProvider } from './strict-provider.js';

const SECRET = 'the-client-secret';
const docs = new URL('../../docs/', import.meta.url);

let provider: StrictProvider | undefined;

afterEach(async () => {
  await provider?.close();
  provider = undefined;
});

async function printed(args: readonly string[], env: Record<string, string> = { OIDC_CLIENT_SECRET: SECRET }) {
  const lines: string[] = [];
  const exitCode = await run(args, env, (line) => void lines.push(line));
  const text = lines.join('\n');
  expect(text).not.toContain(SECRET);
  return { exitCode, text };
}

async function check(options: StrictOptions = {}, args: readonly string[] = [], env?: Record<string, string>) {
  provider = await startStrictProvider(options);
  const result = await printed(['check', '--issuer', provider.issuer, '--client-id', 'shop', ...args], env);
  expect(provider.rings()).toBe(0);
  return result;
}

/** The lines of one level, by what they are about. */
const about = (text: string, mark: string) =>
  [...text.matchAll(new RegExp(`^${mark} +(\\S+):`, 'gm'))].map(([, subject]) => subject);

describe('react-ciba check', () => {
  test('finds that all is well, and rings nobody', async () => {
    const { exitCode, text } = await check();
    expect(exitCode).toBe(0);
    expect(about(text, 'ok')).toEqual(['metadata', 'client', 'clock', 'start', 'revocation']);
    expect(text).not.toMatch(/PROBLEM|warning/);
    expect(text).toContain('Logins can work.');
    expect(provider?.requests).toEqual(['/.well-known/openid-configuration', '/token', '/start', '/revoke']);
  });

  test.each<[string, StrictOptions, readonly string[], string, RegExp]>([
    ['a wrong secret', { clientSecret: 'another' }, [], 'client', /`clientSecret`/],
    ['a wrong client', { clientId: 'another' }, [], 'client', /`clientId`/],
    ['a secret in the wrong place', { method: 'client_secret_post' }, [], 'client', /ClientSecretPost/],
    ['a client without CIBA', { grant: false }, [], 'poll', /Allow the CIBA grant/],
    ['push alone', { metadata: { backchannel_token_delivery_modes_supported: ['push'] } }, [], 'metadata', /"push"/],
    ['no token endpoint', { metadata: { token_endpoint: undefined } }, [], 'metadata', /no `token_endpoint`/],
    ['no CIBA endpoint', { metadata: { backchannel_authentication_endpoint: '' } }, [], 'metadata', /Enable CIBA/],
    ['another issuer', { metadata: { issuer: 'https://elsewhere.example.com' } }, [], 'metadata', /exactly as/],
  ])('finds %s', async (_, options, args, subject, text) => {
    const result = await check(options, args);
    expect(result.exitCode).toBe(1);
    expect(about(result.text, 'PROBLEM')).toContain(subject);
    expect(result.text).toMatch(text);
  });

  test.each<[string, StrictOptions, readonly string[], string, RegExp]>([
    ['ping that is not offered', {}, ['--ping'], 'metadata', /no delivery mode "ping"/],
    [
      'a level that is not offered',
      { metadata: { acr_values_supported: ['bronze'] } },
      ['--acr-values', 'gold'],
      'levels',
      /"bronze"/,
    ],
    [
      'tokens that nobody can revoke',
      { metadata: { revocation_endpoint: undefined } },
      [],
      'metadata',
      /revocation_endpoint/,
    ],
    [
      'a revocation that is not there',
      { metadata: { revocation_endpoint: 'http://127.0.0.1:9/' } },
      [],
      'revocation',
      /couldn't be reached/,
    ],
    ['a clock that is off', { behind: 3600 }, [], 'clock', /360\d s ahead/],
  ])('warns of %s', async (_, options, args, subject, text) => {
    const result = await check(options, args);
    expect(result.exitCode).toBe(0);
    expect(about(result.text, 'warning')).toContain(subject);
    expect(result.text).toMatch(text);
  });

  test('takes a secret in the body, from another variable', async () => {
    const { exitCode } = await check(
      { method: 'client_secret_post' },
      ['--secret-in', 'body', '--client-secret-env', 'SHOP_SECRET'],
      { SHOP_SECRET: SECRET },
    );
    expect(exitCode).toBe(0);
  });

  test('tries no credentials where there are none', async () => {
    const { exitCode, text } = await check({}, [], {});
    expect(exitCode).toBe(0);
    expect(text).toContain('were not tried');
    expect(provider?.requests).toEqual(['/.well-known/openid-configuration']);
  });

  test('says what Keycloak does not do', async () => {
    const { text } = await check({}, ['--profile', 'keycloak']);
    expect(about(text, 'note')).toEqual(['levels', 'details']);
    expect(about(text, 'warning')).toEqual([]);
  });

  test('says once that Keycloak does not reach a level', async () => {
    const { text } = await check({ metadata: { acr_values_supported: ['0', '1'] } }, [
      '--profile',
      'keycloak',
      '--acr-values',
      'gold',
    ]);
    expect(text.match(/ levels: .*/g)).toEqual([expect.stringContaining('reaches the level "1" only')]);
  });

  test('says that nothing listens', async () => {
    provider = await startStrictProvider();
    const { issuer } = provider;
    await provider.close();
    provider = undefined;
    const { exitCode, text } = await printed(['check', '--issuer', issuer, '--client-id', 'shop']);
    expect(exitCode).toBe(1);
    expect(text).toContain('ECONNREFUSED');
  });

  test('names only pages and sections that exist', async () => {
    const found: string[] = [];
    for (const [options, args] of [
      [{ clientSecret: 'another' }, []],
      [
        {
          behind: 3600,
          grant: false,
          metadata: { require_signed_request_object: true, revocation_endpoint: undefined },
        },
        [],
      ],
      [
        { metadata: { acr_values_supported: ['x'], backchannel_token_delivery_modes_supported: ['ping'] } },
        ['--profile', 'keycloak', '--acr-values', 'y'],
      ],
    ] as const) {
      const { text } = await check(options, args);
      found.push(...[...text.matchAll(/docs\/(\S+)/g)].map(([, page = '']) => page));
      await provider?.close();
    }
    expect(found.length).toBeGreaterThan(8);
    for (const page of new Set(found)) {
      const [file = '', section] = page.split('#');
      expect(existsSync(new URL(file, docs)), page).toBe(true);
      const headings = [...readFileSync(new URL(file, docs), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replace(/[^\w\s-]/g, '')
          .replace(/ /g, '-'),
      );
      if (section) expect(headings, page).toContain(section);
    }
  });

  test('agrees with a whole provider', async () => {
    const demo = await startDemoProvider({ users: [{ id: '1', email: 'ann@example.com', name: 'Ann' }] });
    try {
      const args = ['check', '--issuer', demo.issuer, '--client-id', demo.clientId];
      const right = await printed(args, { OIDC_CLIENT_SECRET: demo.clientSecret });
      expect(right.exitCode, right.text).toBe(0);
      expect(about(right.text, 'ok')).toEqual(['metadata', 'client', 'clock', 'start', 'revocation']);
      const wrong = await printed(args);
      expect(about(wrong.text, 'PROBLEM')).toEqual(['client']);
      expect(demo.authenticator.requests()).toEqual([]);
    } finally {
      await demo.close();
    }
  });
});

describe('its options', () => {
  test.each([
    [[], /only command/],
    [['login'], /only command/],
    [['check'], /required/],
    [['check', '--issuer', 'https://x.test'], /required/],
    [['check', '--issuer', 'nowhere', '--client-id', 'shop'], /must be a URL/],
    [['check', '--issuer', 'http://x.test', '--client-id', 'shop'], /isn't https/],
    [['check', '--issuer', 'https://x.test', '--client-id', 'shop', '--profile', 'toString'], /no known provider/],
    [['check', '--issuer', 'https://x.test', '--client-id', 'shop', '--secret-in', 'cookie'], /header/],
    [['check', '--client-secret', 'x'], /--client-secret/],
  ])('%j are refused with the usage', async (args, text) => {
    const result = await printed(args);
    expect(result.exitCode).toBe(2);
    expect(result.text).toMatch(text);
    expect(result.text).toContain('Usage: react-ciba check');
  });

  test('--help prints them', async () => {
    await expect(printed(['--help'])).resolves.toMatchObject({ exitCode: 0 });
  });
});
