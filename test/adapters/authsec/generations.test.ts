// @vitest-environment node
import { describe, expect, test } from 'vitest';
import {
  createAuthSecAdapter,
  createAuthSecDevice,
  createAuthSecEnrollment,
} from '../../../src/adapters/authsec/index.js';
import type { AuthSecAdapterOptions } from '../../../src/adapters/authsec/index.js';
import { createAuthSecEmulator } from '../../../src/testing/index.js';
import { ADA, createAuthSec } from './harness.js';

// AuthSec's servers before and after May 2026 differ in their paths. The adapter finds out which one it talks to, and a
// phone never rings twice for it.

type Answer = Response | Error | (() => Response | Promise<Response>);

const GENERATIONS = ['tenant', 'workspace'] as const;
const UNROUTED = () => new Response('404 page not found', { status: 404 });
const STARTED = () => Response.json({ auth_req_id: 'q0S2vX=', expires_in: 300, interval: 5 });

const call = (signal = new AbortController().signal) => ({ signal, actId: crypto.randomUUID() });
const errorOf = (promise: Promise<unknown> | undefined) => expect(promise).rejects.toMatchObject({ name: 'CibaError' });

/** An adapter for an emulated server, and the paths that it asks for. */
function watched(served: 'all' | 'tenant' | 'workspace', more: Partial<AuthSecAdapterOptions> = {}) {
  const authSec = createAuthSec('tenant', { generation: served });
  const asked: string[] = [];
  const options = {
    ...authSec.options,
    ...more,
    fetch: (async (input, init) => {
      asked.push(new URL(String(input)).pathname.replace(/^.*\/auth\//, ''));
      return authSec.emulator.fetch(input, init);
    }) satisfies typeof fetch as typeof fetch,
  };
  return { ...authSec, asked, options, adapter: createAuthSecAdapter(options) };
}

/** An adapter on a server that answers each request as the test says, in turn. */
function scripted(options: Partial<AuthSecAdapterOptions>, ...answers: readonly Answer[]) {
  const asked: string[] = [];
  const adapter = createAuthSecAdapter({
    baseUrl: 'https://own.example/gateway',
    clientId: '6f2c1c8e-5b0e-4f0f-9f59-2d1d2c7b8a10',
    fetch: async (input) => {
      const answer =
        answers[asked.push(new URL(String(input)).pathname.replace('/gateway/authsec/uflow/auth/', '')) - 1];
      if (answer instanceof Response) return answer;
      if (typeof answer === 'function') return answer();
      throw answer ?? new Error('One request too many.');
    },
    ...options,
  });
  return { adapter, asked };
}

describe.each(GENERATIONS)('a server of the generation %s', (served) => {
  test('signs in, and is asked by the right path from the second request on', async () => {
    const { adapter, emulator, asked } = watched(served);
    const pending = await adapter.initiate({ loginHint: ADA }, call());
    expect(emulator.phone.prompts).toHaveLength(1);
    emulator.phone.approve();
    expect(await adapter.poll(pending, call())).toMatchObject({ status: 'approved' });
    await adapter.initiate({ loginHint: ADA }, call());
    const first = served === 'tenant' ? [] : ['tenant/ciba/initiate'];
    expect(asked).toEqual([...first, `${served}/ciba/initiate`, `${served}/ciba/token`, `${served}/ciba/initiate`]);
  });

  test('is found out by a poll too, in a process that did not start the login', async () => {
    const { adapter, emulator, asked, options } = watched(served);
    const pending = await adapter.initiate({ loginHint: ADA }, call());
    emulator.phone.approve();
    asked.length = 0;
    expect(await createAuthSecAdapter(options).poll(pending, call())).toMatchObject({ status: 'approved' });
    expect(asked).toEqual(served === 'tenant' ? ['tenant/ciba/token'] : ['tenant/ciba/token', 'workspace/ciba/token']);
  });

  test.each(['/authsec/uflow/auth', '/uflow/auth'])('is found below %s', async (pathPrefix) => {
    const { adapter, emulator } = watched(served, { pathPrefix });
    await adapter.initiate({ loginHint: ADA }, call());
    expect(emulator.phone.prompts).toHaveLength(1);
  });

  test('rings once for each of several starts at one instant', async () => {
    const { adapter, emulator } = watched(served);
    await Promise.all([1, 2, 3].map(() => adapter.initiate({ loginHint: ADA }, call())));
    expect(emulator.phone.prompts).toHaveLength(3);
  });

  test('is found out by the code, the enrollment and the phone', async () => {
    const { adapter, emulator, options, asked } = watched(served);
    const token = () => emulator.tokenOf(ADA);
    await adapter.verifyTotp?.({ loginHint: ADA, code: '000000' }, call()).catch(() => undefined);
    await createAuthSecEnrollment({ ...options, token }).begin(call());
    await createAuthSecDevice({ ...options, token }).listPending(call());
    const paths = ['totp/login', 'totp/register', 'ciba/requests'];
    const prefixes = served === 'tenant' ? ['tenant'] : ['tenant', 'workspace'];
    expect(asked).toEqual(paths.flatMap((path) => prefixes.map((prefix) => `${prefix}/${path}`)));
  });

  test('that becomes the other one is found again', async () => {
    const { adapter, emulator } = watched(served);
    await adapter.initiate({ loginHint: ADA }, call());
    for (const next of [...GENERATIONS.filter((one) => one !== served), served]) {
      emulator.knobs.generation = next;
      const before = emulator.requests;
      await adapter.initiate({ loginHint: ADA }, call());
      await adapter.initiate({ loginHint: ADA }, call());
      expect(emulator.requests - before).toBe(3);
    }
    expect(emulator.phone.prompts).toHaveLength(5);
  });

  test('is asked once, by the generation that is chosen', async () => {
    const { adapter, emulator, asked } = watched(served, { generation: served });
    await adapter.initiate({ loginHint: ADA }, call());
    expect([asked, emulator.phone.prompts.length]).toEqual([[`${served}/ciba/initiate`], 1]);
  });
});

describe('no other generation is asked', () => {
  test.each<readonly [string, Answer]>([
    ['a 404 with JSON, which an endpoint sent', () => Response.json({ error: 'User not found' }, { status: 404 })],
    ['a fault', () => new Response('', { status: 500 })],
    ['a refusal', () => Response.json({ error: 'user_not_found' }, { status: 400 })],
    ['a gateway', () => new Response('<h1>Forbidden</h1>', { status: 403 })],
    ['a page with 200', () => new Response('404 page not found')],
    ['a connection that breaks', new TypeError('fetch failed')],
  ])('after %s', async (_name, answer) => {
    const { adapter, asked } = scripted({}, answer, STARTED);
    await errorOf(adapter.initiate({ loginHint: ADA }, call()));
    expect(asked).toEqual(['tenant/ciba/initiate']);
  });

  test.each(GENERATIONS)('if %s is chosen', async (generation) => {
    const { adapter, asked } = scripted({ generation }, UNROUTED, STARTED);
    await errorOf(adapter.initiate({ loginHint: ADA }, call()));
    expect(asked).toEqual([`${generation}/ciba/initiate`]);
  });

  test('in the admin flow, which has one path', async () => {
    const asked: string[] = [];
    const adapter = createAuthSecAdapter({
      baseUrl: 'production',
      fetch: async (input) => {
        asked.push(String(input));
        return UNROUTED();
      },
    });
    await errorOf(adapter.initiate({ loginHint: ADA }, call()));
    expect(asked).toEqual(['https://prod.api.authsec.ai/authsec/uflow/auth/ciba/initiate']);
  });

  test('after an abort', async () => {
    const controller = new AbortController();
    const { adapter, asked } = scripted(
      {},
      () => {
        controller.abort(new Error('Left the page.'));
        return UNROUTED();
      },
      STARTED,
    );
    await expect(adapter.initiate({ loginHint: ADA }, call(controller.signal))).rejects.toThrow('Left the page.');
    expect(asked).toEqual(['tenant/ciba/initiate']);
  });
});

describe('the second answer counts', () => {
  test.each<readonly [string, Answer, string]>([
    ['a refusal', () => Response.json({ error: 'user_not_found' }, { status: 400 }), 'unknownUser'],
    ['a fault', () => new Response('', { status: 500 }), 'unavailable'],
    ['a connection that breaks', new TypeError('fetch failed'), 'network'],
  ])('%s, and nothing is sent again', async (_name, answer, code) => {
    const { adapter, asked } = scripted({}, UNROUTED, answer, STARTED);
    await expect(adapter.initiate({ loginHint: ADA }, call())).rejects.toMatchObject({ code });
    expect(asked).toEqual(['tenant/ciba/initiate', 'workspace/ciba/initiate']);
  });

  test('also if it refuses: the generation is known from then on', async () => {
    const refusal = () => Response.json({ error: 'user_not_found' }, { status: 400 });
    const { adapter, asked } = scripted({}, UNROUTED, refusal, STARTED);
    await errorOf(adapter.initiate({ loginHint: ADA }, call()));
    await adapter.initiate({ loginHint: ADA }, call());
    expect(asked).toEqual(['tenant/ciba/initiate', 'workspace/ciba/initiate', 'workspace/ciba/initiate']);
  });
});

describe('a server without any of the paths', () => {
  test.each<readonly [string, Partial<AuthSecAdapterOptions>, RegExp]>([
    [
      'both generations',
      {},
      /no tenant or workspace API below https:\/\/own\.example\/gateway\/authsec\/uflow\/auth\//,
    ],
    [
      'the chosen one',
      { generation: 'workspace' },
      /no workspace API below https:\/\/own\.example\/gateway\/authsec\//,
    ],
    ['the prefix', { pathPrefix: '/v2' }, /no tenant or workspace API below https:\/\/own\.example\/gateway\/v2\//],
  ])('is reported with %s, and asked again next time', async (_name, options, text) => {
    const { adapter, asked } = scripted(options, UNROUTED, UNROUTED, UNROUTED, UNROUTED);
    for (const _round of [1, 2]) {
      const error: unknown = await adapter.initiate({ loginHint: ADA }, call()).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'misconfigured', retryable: false, message: expect.stringMatching(text) });
      expect(error).toMatchObject({ message: expect.stringMatching(/`baseUrl`, `pathPrefix`.* `generation`/) });
    }
    expect(asked).toHaveLength(options.generation ? 2 : 4);
  });

  test('is reported in the admin flow without a generation', async () => {
    const adapter = createAuthSecAdapter({ baseUrl: 'development', fetch: async () => UNROUTED() });
    await expect(adapter.initiate({ loginHint: ADA }, call())).rejects.toThrow(
      /no admin API below https:\/\/dev\.api\.authsec\.dev\/uflow\/auth\//,
    );
  });
});

test('an end user of a server that serves both can use codes', async () => {
  const emulator = createAuthSecEmulator({ users: [{ email: ADA }] });
  const adapter = createAuthSecAdapter({
    baseUrl: 'production',
    clientId: emulator.clientId,
    fetch: emulator.fetch,
  });
  const code = await emulator.codeOf(ADA);
  expect(await adapter.verifyTotp?.({ loginHint: ADA, code }, call())).toMatchObject({ status: 'approved' });
});
