// @vitest-environment node
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createAuthSecAdapter } from '../../../src/adapters/authsec/index.js';
import { createCibaHandler } from '../../../src/server/index.js';
import type { CibaServerEvent } from '../../../src/server/index.js';
import { createCertificateAuthority } from '../../support/certificates.js';
import { TestBrowser } from '../../server/harness.js';
import { errorOf } from '../../support/error-of.js';

// Answers that AuthSec doesn't give. Each error names its cause and the next step.

const CLIENT = '6f2c1c8e-5b0e-4f0f-9f59-2d1d2c7b8a10';
const ORIGIN = 'https://app.example';

type Body = string | object | null;

const answering = (status: number, body: Body) =>
  createAuthSecAdapter({
    baseUrl: 'production',
    clientId: CLIENT,
    fetch: async () =>
      new Response(typeof body === 'string' || body === null ? body : JSON.stringify(body), { status }),
  });

const calling = () => ({ signal: new AbortController().signal, actId: 'attempt-1' });

const PENDING = {
  id: 'handle',
  expiresIn: 120,
  interval: 5,
  resumable: true,
  serverState: { authReqId: 'secret-request-id', email: 'ada@example.com', subject: null },
};

const start = (status: number, body: Body) =>
  errorOf(answering(status, body).initiate({ loginHint: 'ada@example.com' }, calling()));
const poll = (status: number, body: Body) => errorOf(answering(status, body).poll(PENDING, calling()));

describe('each answer says what to do', () => {
  test.each<[number, Body, string, RegExp]>([
    [200, '<h1>Hotel</h1>', 'badResponse', /not AuthSec's JSON.*proxy/],
    [401, '', 'unauthorized', /set `credentials`/],
    [403, '<h1>Forbidden</h1>', 'forbidden', /proxy.*listed origins/],
    [404, '<h1>Not found</h1>', 'misconfigured', /`baseUrl`, `pathPrefix`, `generation`/],
    [429, '<h1>Slow</h1>', 'rateLimited', /`minInterval`/],
    [503, '<h1>Sorry</h1>', 'unavailable', /proxy.*AuthSec's log/],
    [400, { error: 'invalid_client' }, 'misconfigured', /`clientId` and `credentials`/],
    [400, { error: 'unauthorized_client' }, 'misconfigured', /`clientId`/],
    [400, { error: 'unsupported_grant_type' }, 'misconfigured', /`clientId`/],
    [500, { error: 'server_error' }, 'unavailable', /AuthSec's log/],
  ])('%d %j', async (status, body, code, text) => {
    for (const error of [await start(status, body), await poll(status, body)]) {
      expect(error.code).toBe(code);
      expect(error.message).toMatch(text);
      expect(error.message).toContain('docs/authsec.md#errors');
    }
  });
});

describe('a start', () => {
  test.each<[number, Body]>([
    [204, null],
    [201, '[]'],
    [201, {}],
    [200, 'null'],
    [200, ''],
    [200, '{"auth_req_id":'],
  ])('rings no second time after %d %j', async (status, body) => {
    expect(await start(status, body)).toMatchObject({ code: 'badResponse', retryable: false });
  });

  test('may be tried again after the page of a proxy', async () => {
    expect(await start(200, '\n<!doctype html>')).toMatchObject({ code: 'badResponse', retryable: true });
  });
});

describe('a login that waits', () => {
  test.each<[number, Body]>([
    [400, { message: 'Bad request' }],
    [401, { message: 'Unauthorized' }],
    [403, { message: 'Forbidden' }],
    [404, { message: 'no Route matched with those values' }],
    [409, {}],
  ])("survives a gateway's JSON: %d %j", async (status, body) => {
    expect(await poll(status, body)).toMatchObject({ retryable: true });
  });

  test.each<[number, Body]>([
    [400, { error: 'invalid_client' }],
    [403, { error: 'moon_phase' }],
  ])('ends by what AuthSec itself says: %d %j', async (status, body) => {
    expect(await poll(status, body)).toMatchObject({ retryable: false });
  });
});

test('megabytes are read no further than the first', async () => {
  let chunks = 0;
  const body = () =>
    new ReadableStream({
      pull(controller) {
        chunks += 1;
        if (chunks > 1000) controller.close();
        else controller.enqueue(new Uint8Array(100_000));
      },
    });
  const adapter = createAuthSecAdapter({
    baseUrl: 'production',
    clientId: CLIENT,
    fetch: async () => new Response(body()),
  });
  const error = await errorOf(adapter.poll(PENDING, calling()));
  expect(error).toMatchObject({ code: 'network', retryable: true });
  expect(chunks).toBeLessThan(15);
});

describe('through the handler, an event names the reason', () => {
  async function told(options: { readonly baseUrl: string; readonly fetch?: typeof fetch }) {
    const events: CibaServerEvent[] = [];
    const handler = createCibaHandler({
      adapter: createAuthSecAdapter({ clientId: CLIENT, ...options } as Parameters<typeof createAuthSecAdapter>[0]),
      authRequest: (loginHint) => ({ loginHint }),
      publicSession: () => ({}),
      origin: ORIGIN,
      responseFloor: 0,
      onEvent: (event) => events.push(event),
    });
    const { status } = await new TestBrowser(handler, ORIGIN).initiate('ada@example.com');
    expect(status).toBe(503);
    return events.find(({ type }) => type === 'failed');
  }

  test.each([
    ['a private CA', 3_600_000, /NODE_EXTRA_CA_CERTS.*\(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)/],
    ['an expired certificate', -3_600_000, /UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_HAS_EXPIRED/],
  ])('%s', async (_, milliseconds, text) => {
    const ca = createCertificateAuthority();
    const notAfter = new Date(Date.now() + milliseconds);
    const server = createServer(ca.issue({ subject: 'localhost', usage: 'server', notAfter }));
    await new Promise<void>((resolve) => server.listen(0, resolve));
    try {
      const event = await told({ baseUrl: `https://localhost:${(server.address() as AddressInfo).port}` });
      expect(event).toMatchObject({ code: 'network', message: expect.stringMatching(text) as string });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test.each([
    ['a redirect', new Error('unexpected redirect'), /answered with a redirect, which isn't followed.*login page/],
    ['a host that DNS does not know', Object.assign(new Error('x'), { code: 'ENOTFOUND' }), /DNS.*\(ENOTFOUND\)/],
    ['megabytes', new RangeError('The answer has more than 1 MB.'), /answered with more than 1 MB.*proxy/],
  ])('%s', async (_, cause, text) => {
    const fetch = async () => {
      throw new TypeError('fetch failed', { cause });
    };
    expect(await told({ baseUrl: 'https://id.example.com', fetch })).toMatchObject({
      message: expect.stringMatching(text) as string,
    });
  });

  test('and repeats nothing of an error that nobody knows', async () => {
    const fetch = async () => {
      throw new TypeError('fetch failed', { cause: new Error('no ada@example.com here') });
    };
    const event = await told({ baseUrl: 'https://id.example.com', fetch });
    expect(event).toMatchObject({ message: expect.not.stringContaining('ada@example.com') as string });
  });
});
