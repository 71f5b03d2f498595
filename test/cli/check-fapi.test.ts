// @vitest-environment node
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportPKCS8, generateKeyPair } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.js';
import { CLIENT_ID, startStrictProvider } from '../adapters/oidc/strict-provider.js';
import type { StrictProvider, StrictProviderOptions } from '../adapters/oidc/strict-provider.js';
import { createCertificateAuthority } from '../support/certificates.js';

// `react-ciba check` as a bank runs it: keys and certificates from files, at a provider under FAPI-CIBA.

let folder: string;
let provider: StrictProvider | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'react-ciba-check-'));
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await provider?.close();
  provider = undefined;
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function printed(args: readonly string[]) {
  const lines: string[] = [];
  const exitCode = await run(['check', ...args], {}, (line) => void lines.push(line));
  const text = lines.join('\n');
  return {
    exitCode,
    text,
    about: (mark: string) => [...text.matchAll(new RegExp(`^${mark} +(\\S+):`, 'gm'))].map(([, subject]) => subject),
  };
}

/** The options of the client that is registered, each as its own list. */
async function bank(options?: StrictProviderOptions) {
  const strict = await startStrictProvider(options);
  provider = strict;
  const { cert, key } = strict.clientCertificate;
  const signingKey = await exportPKCS8(strict.clientKeys.privateKey);
  return {
    strict,
    client: ['--issuer', strict.issuer, '--client-id', CLIENT_ID, '--fapi', '--id-token-alg', 'ES256'],
    signing: ['--signing-key', file('signing.pem', signingKey), '--key-id', 'client-1'],
    certificate: ['--certificate', file('cert.pem', cert), '--certificate-key', file('key.pem', key)],
    ca: ['--ca', file('ca.pem', strict.ca.cert)],
  };
}

describe('at a provider under FAPI-CIBA', () => {
  test.each([
    ['private_key_jwt', 'poll', []],
    ['private_key_jwt', 'ping', ['--ping']],
    ['mtls', 'poll', ['--tls-client-auth']],
    ['mtls', 'ping', ['--tls-client-auth', '--ping']],
  ] as const)('finds that all is well with %s and %s, and starts nothing', async (method, delivery, more) => {
    const { strict, client, signing, certificate, ca } = await bank({ method, delivery, strictHandshake: true });
    const { exitCode, text, about } = await printed([...client, ...signing, ...certificate, ...ca, ...more]);
    expect(about('PROBLEM'), text).toEqual([]);
    expect(exitCode).toBe(0);
    expect(about('ok')).toEqual(['metadata', 'client', 'clock', 'start', 'revocation']);
    expect(about('warning')).toEqual([]);
    expect(strict.seen.starts).toEqual([]);
  });

  test('finds a CA that nobody named', async () => {
    const { client, signing, certificate } = await bank();
    const { exitCode, text, about } = await printed([...client, ...signing, ...certificate]);
    expect([exitCode, about('PROBLEM')]).toEqual([1, ['metadata']]);
    expect(text).toContain("doesn't trust the CA");
  });

  test('finds a certificate that is not the registered one', async () => {
    const { strict, client, signing, ca } = await bank({ method: 'mtls' });
    const other = strict.ca.issue({ subject: CLIENT_ID, usage: 'client' });
    const certificate = [
      '--certificate',
      file('other.pem', other.cert),
      '--certificate-key',
      file('other-key.pem', other.key),
    ];
    const { text, about } = await printed([...client, ...signing, ...certificate, ...ca, '--tls-client-auth']);
    expect(about('PROBLEM'), text).toEqual(['client']);
  });

  test('finds a certificate of a CA that the provider does not know', async () => {
    const { client, signing, ca } = await bank({ strictHandshake: true });
    const stranger = createCertificateAuthority('Another CA').issue({ subject: CLIENT_ID, usage: 'client' });
    const certificate = [
      '--certificate',
      file('other.pem', stranger.cert),
      '--certificate-key',
      file('other-key.pem', stranger.key),
    ];
    const { exitCode, text } = await printed([...client, ...signing, ...certificate, ...ca]);
    expect(exitCode).toBe(1);
    expect(text).toMatch(/client certificate/);
  });

  test('finds a signing key that is not the registered one', async () => {
    const { client, certificate, ca } = await bank();
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const signing = ['--signing-key', file('other-signing.pem', await exportPKCS8(privateKey)), '--key-id', 'client-1'];
    const { text, about } = await printed([...client, ...signing, ...certificate, ...ca]);
    expect(about('PROBLEM'), text).toEqual(['client']);
  });

  test('finds an http alias', async () => {
    const { client, signing, certificate, ca } = await bank({
      metadata: { mtls_endpoint_aliases: { token_endpoint: 'http://127.0.0.1:9/token' } },
    });
    const { exitCode, text } = await printed([...client, ...signing, ...certificate, ...ca]);
    expect(exitCode).toBe(1);
    expect(text).toContain('names an http `token_endpoint`');
  });
});

describe('options that contradict each other or name no usable file', () => {
  test.each<[string, (options: Awaited<ReturnType<typeof bank>>) => readonly string[], RegExp]>([
    ['FAPI without a key', ({ client, certificate }) => [...client, ...certificate], /--fapi.*--signing-key/],
    ['FAPI without a certificate', ({ client, signing }) => [...client, ...signing], /`fetch` is missing/],
    ['half a certificate', ({ client, certificate }) => [...client, ...certificate.slice(0, 2)], /go together/],
    [
      'mTLS without a certificate',
      ({ client, signing }) => [...client, ...signing, '--tls-client-auth'],
      /--tls-client-auth.*needs/,
    ],
    [
      'a file that is not there',
      ({ client, signing }) => [...client, ...signing, '--ca', join(folder, 'nothing.pem')],
      /--ca.*can't be read.*ENOENT/,
    ],
    [
      'a key that is none',
      ({ client }) => [...client, '--signing-key', file('none.pem', 'hello')],
      /--signing-key.*no private key/,
    ],
    [
      'a certificate in place of the key',
      ({ client, certificate }) => [...client, '--signing-key', certificate[1] ?? ''],
      /--signing-key.*no private key/,
    ],
    [
      'signed requests without a key',
      ({ client }) => [...client.filter((option) => option !== '--fapi'), '--sign-requests'],
      /--sign-requests.*--signing-key/,
    ],
    [
      'an algorithm that FAPI forbids',
      ({ client, signing, certificate }) => [...client, ...signing, ...certificate, '--id-token-alg', 'RS256'],
      /idToken\.alg.*RS256/,
    ],
  ])('%s', async (_what, argsOf, text) => {
    const result = await printed(argsOf(await bank()));
    expect(result.exitCode).toBe(2);
    expect(result.text).toMatch(text);
    expect(result.text).not.toContain('PRIVATE KEY');
  });

  test.each(['P-384', 'ed25519'])('a key of another kind: %s', async (kind) => {
    const { privateKey } = await generateKeyPair(kind === 'P-384' ? 'ES384' : 'EdDSA', { extractable: true });
    const { client, certificate } = await bank();
    const signing = ['--signing-key', file('other.pem', await exportPKCS8(privateKey))];
    const result = await printed([...client, ...signing, ...certificate]);
    expect(result.exitCode).toBe(2);
    expect(result.text).toMatch(/--signing-key.*must be/);
  });
});
