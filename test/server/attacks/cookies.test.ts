// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../../src/server/index.js';
import { ADA, createApp, ORIGIN } from '../harness.js';

const SESSION = '__Host-ciba-session+api+ciba';
const OTHER = 'o'.repeat(43);

async function signedIn(options: Parameters<typeof createApp>[0] = {}) {
  const app = createApp(options);
  const page = app.browser();
  const { body } = await page.initiate('ada@example.com');
  app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
  await page.poll(body['id']);
  const [name = '', value = ''] = [...page.cookies].find(([key]) => key.includes('session')) ?? [];
  const read = (cookie: string) => app.handler.session(new Request(`${ORIGIN}/`, { headers: { cookie } }));
  return { ...app, page, name, value, read };
}

/** Characters that some parser removes around a name, and that no parser of cookies may remove. */
const TRIMMED_ELSEWHERE = ['\u00a0', '\v', '\f', '\u0085', '\u00ad', '\u001f', '%20', '%09', '+', '"'];

describe('S5: a cookie that a sibling host planted past `__Host-`', () => {
  test.each(TRIMMED_ELSEWHERE)('is not ours with %j before or after its name', async (character) => {
    const { name, read, value } = await signedIn();
    for (const planted of [`${character}${name}`, `${name}${character}`, `a=b; ${character} ${name}`]) {
      expect(await read(`${planted}=${value}`)).toBeNull();
      // The browser's own cookie still counts, in whichever order they are sent.
      expect(await read(`${planted}=${OTHER}; ${name}=${value}`)).toEqual({ name: 'Ada' });
      expect(await read(`${name}=${value}; ${planted}=${OTHER}`)).toEqual({ name: 'Ada' });
    }
  });

  test.each(TRIMMED_ELSEWHERE)('is not ours with %j before or after its value', async (character) => {
    const { name, read, value } = await signedIn();
    for (const planted of [`${character}${value}`, `${value}${character}`, `${character}${value}${character}`]) {
      expect(await read(`${name}=${planted}`)).toBeNull();
    }
  });

  test('is not ours in another case, without the prefix, or inside another value', async () => {
    const { name, read, value } = await signedIn();
    for (const planted of [
      `${name.toUpperCase()}=${value}`,
      `${name.toLowerCase()}=${value}`,
      `${name.replace('__Host-', '')}=${value}`,
      `${name.replace('__Host-', '__Secure-')}=${value}`,
      `a=${name}=${value}`,
      `=${name}=${value}`,
      `a="; b=${name}=${value}"`,
      `$Path=${name}=${value}`,
    ]) {
      expect(await read(planted)).toBeNull();
      expect(await read(`${planted}; ${name}=${value}`)).toEqual({ name: 'Ada' });
    }
  });

  test.each([
    ['the planted one first', (name: string, value: string) => `${name}=${OTHER}; ${name}=${value}`],
    ['the planted one last', (name: string, value: string) => `${name}=${value}; ${name}=${OTHER}`],
    ['an empty one', (name: string, value: string) => `${name}=${value}; ${name}=`],
    ['one without "="', (name: string, value: string) => `${name}; ${name}=${value}`],
    ['an invalid one', (name: string, value: string) => `${name}=a b; ${name}=${value}`],
    ['blanks around one', (name: string, value: string) => `\t${name} =${OTHER};${name}=${value}`],
  ])('makes two of our own name, which are none: %s', async (_, header) => {
    const { name, read, value } = await signedIn();
    expect(name).toBe(SESSION);
    expect(await read(`${name}=${value}`)).toEqual({ name: 'Ada' });
    expect(await read(header(name, value))).toBeNull();
  });

  test('leaves spaces and tabs around our own cookie harmless', async () => {
    const { name, read, value } = await signedIn();
    expect(await read(`a=b;\t ${name} \t= \t${value}\t ;c=d`)).toEqual({ name: 'Ada' });
  });
});

describe('S5: handlers on one host', () => {
  test.each([
    ['https://app.example', '/api/ciba', '__Host-ciba-session+api+ciba'],
    ['https://app.example', '/api/step-up', '__Host-ciba-session+api+step-up'],
    ['https://app.example', '/api.ciba', '__Host-ciba-session+api.ciba'],
    ['https://app.example:8443', '/api/ciba', '__Host-ciba-session-8443+api+ciba'],
    ['http://localhost', '/api/ciba', 'ciba-session+api+ciba'],
    ['http://localhost:5173', '/api/ciba', 'ciba-session-5173+api+ciba'],
    ['http://127.0.0.1:3000', '/auth', 'ciba-session-3000+auth'],
    ['http://[::1]:3000', '/3000/auth', 'ciba-session-3000+3000+auth'],
  ])('have cookies of different names: %s%s', async (origin, basePath, expected) => {
    const { handler, backend } = createApp({ origin, basePath });
    const headers = { 'content-type': 'application/json', 'x-ciba-request': '1', origin };
    const post = (act: string, body: unknown, cookie = '') =>
      handler(
        new Request(`${origin}${basePath}/${act}`, {
          method: 'POST',
          headers: { ...headers, cookie },
          body: JSON.stringify(body),
        }),
      );
    const started = await post('initiate', { loginHint: 'ada@example.com', actId: 'a'.repeat(36) });
    const [browser = ''] = started.headers.getSetCookie();
    const { id } = (await started.json()) as { id: string };
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    const approved = await post('poll', { id }, browser.split(';')[0]);
    const names = approved.headers.getSetCookie().map((cookie) => cookie.split('=')[0]);
    expect(names).toEqual([expected, expected.replace('session', 'browser')]);
  });

  test('keep their sessions apart, and neither signs the other out, on one store', async () => {
    const store = createMemoryStore();
    const shop = await signedIn({ store });
    const stepUp = createApp({ store, basePath: '/api/step-up' });
    const cookie = `${shop.name}=${shop.value}`;
    expect(await stepUp.handler.session(new Request(`${ORIGIN}/`, { headers: { cookie } }))).toBeNull();
    const signOut = await stepUp.handler(
      new Request(`${ORIGIN}/api/step-up/sign-out`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-ciba-request': '1', origin: ORIGIN, cookie },
      }),
    );
    expect(signOut.headers.getSetCookie().join()).not.toContain(shop.name);
    expect(await shop.read(cookie)).toEqual({ name: 'Ada' });
  });
});
