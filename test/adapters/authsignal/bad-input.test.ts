// @vitest-environment node
import { createServer as createHttpServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createAuthsignalAdapter } from '../../../src/adapters/authsignal/index.js';
import { createAuthsignalServerAdapter } from '../../../src/adapters/authsignal/server.js';
import { createCertificateAuthority } from '../../support/certificates.js';
import { errorOf } from '../../support/error-of.js';

// Answers that Authsignal doesn't give. Each error names its cause and the next step.

let server: Server | undefined;

afterEach(() => {
  vi.unstubAllGlobals();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

const calling = () => ({ signal: new AbortController().signal, actId: 'attempt-1' });

async function portOf(listening: Server): Promise<number> {
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, resolve));
  return (listening.address() as AddressInfo).port;
}

const serverAdapter = (baseUrl = 'https://authsignal.test/v1') =>
  createAuthsignalServerAdapter({ apiSecretKey: 'the-api-secret-key', baseUrl });

const PENDING = {
  id: 'handle',
  expiresIn: 120,
  interval: 3,
  resumable: true,
  serverState: {
    ...{ userId: 'user-1', idempotencyKey: 'key', token: 'secret-token', challengeId: 'challenge' },
    ...{ tokenExpiresAt: 9e15, expiresAt: 9e15 },
  },
};

const answer = (status: number, body: string | null) => async () => new Response(body, { status });

function poll(status: number, body: string | null) {
  vi.stubGlobal('fetch', answer(status, body));
  return errorOf(serverAdapter().poll(PENDING, calling()));
}

const push = (status: number, body: string | null) =>
  errorOf(
    createAuthsignalAdapter({
      region: 'eu',
      action: 'signIn',
      tenantId: '12345678-1234-1234-1234-123456789012',
      getToken: async () => 'a.b.c',
      fetch: answer(status, body),
    }).initiate({ loginHint: 'ada' }, calling()),
  );

describe('a login that waits', () => {
  test.each([
    [400, '<h1>Bad request</h1>', 'badResponse', /`baseUrl`.*proxy/],
    [401, '{"message":"Unauthorized"}', 'unauthorized', /region.*proxy/],
    [403, '{"message":"Forbidden"}', 'forbidden', /firewall or a gateway/],
    [404, '<h1>Not found</h1>', 'notFound', /`region` or `baseUrl`/],
    [413, '', 'badResponse', /proxy/],
    [429, '', 'rateLimited', /rate limits/],
    [502, '<h1>Bad gateway</h1>', 'unavailable', /status page.*proxy/],
    [504, '', 'timeout', /status page/],
  ])('survives what something in between says: %d %j', async (status, body, code, text) => {
    const error = await poll(status, body);
    expect(error).toMatchObject({ code, retryable: true });
    expect(error.message).toMatch(text);
  });

  test('ends by what Authsignal itself says', async () => {
    expect(await poll(400, '{"errorCode":"invalid_configuration"}')).toMatchObject({
      code: 'misconfigured',
      retryable: false,
    });
  });
});

describe('a push', () => {
  test.each([
    [204, null],
    [200, ''],
    [200, '{"challengeId":'],
    [200, '{}'],
    [201, 'null'],
    [200, '{"challengeId":5}'],
  ])('is not sent twice after %d %j', async (status, body) => {
    expect(await push(status, body)).toMatchObject({ code: 'badResponse', retryable: false });
  });

  test('may be sent again after the page of a proxy', async () => {
    expect(await push(200, '<!doctype html>')).toMatchObject({ code: 'badResponse', retryable: true });
  });
});

test('megabytes are read no further than the first', async () => {
  let chunks = 0;
  const body = new ReadableStream({
    pull(controller) {
      chunks += 1;
      if (chunks > 1000) controller.close();
      else controller.enqueue(new Uint8Array(100_000));
    },
  });
  vi.stubGlobal('fetch', async () => new Response(body));
  expect(await errorOf(serverAdapter().poll(PENDING, calling()))).toMatchObject({ code: 'network', retryable: true });
  expect(chunks).toBeLessThan(15);
});

describe('the server API', () => {
  test.each([
    [401, 'unauthorized', /key.*region/],
    [403, 'forbidden', /firewall/],
    [404, 'notFound', /`baseUrl`/],
    [429, 'rateLimited', /rate limits/],
    [502, 'unavailable', /status page/],
    [415, 'badResponse', /proxy/],
  ])('says what to do after a page with %d', async (status, code, text) => {
    const port = await portOf(createHttpServer((_request, response) => response.writeHead(status).end('<h1>No</h1>')));
    const error = await errorOf(serverAdapter(`http://127.0.0.1:${port}/v1`).methods('ada'));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
  });

  test.each([
    ['a private CA', {}, 'localhost', /UNABLE_TO_VERIFY_LEAF_SIGNATURE.*NODE_EXTRA_CA_CERTS/],
    [
      'an old version of TLS',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      'localhost',
      /TLS could not be set up/,
    ],
  ] as const)('fails for good because of %s', async (_, options, host, text) => {
    const certificate = createCertificateAuthority().issue({ subject: 'localhost', usage: 'server' });
    const port = await portOf(createHttpsServer({ ...certificate, ...options }));
    const error = await errorOf(serverAdapter(`https://${host}:${port}/v1`).methods('ada'));
    expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
    expect(error.message).toMatch(text);
  });

  test('says that no TLS is there', async () => {
    const port = await portOf(createHttpServer());
    const error = await errorOf(serverAdapter(`https://127.0.0.1:${port}/v1`).methods('ada'));
    expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
    expect(error.message).toMatch(/no TLS at this port/);
  });
});
