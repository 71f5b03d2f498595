import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { http } from 'msw';
import { setupServer } from 'msw/node';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createHttpAdapter } from '../../src/adapters/http/index.js';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import { CibaLogin, useCibaSession } from '../../src/index.js';
import { createCibaHandler } from '../../src/server/index.js';
import { handlerFetch } from '../../src/testing/index.js';
import { en } from '../../src/locales/en.js';

const ORIGIN = 'https://app.example';
const stops: (() => unknown)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const stop of stops.splice(0)) await stop();
});

function createServer(origin = ORIGIN) {
  const backend = createMemoryAdapter({ resumable: true, interval: 0.05 });
  const refused: unknown[] = [];
  const handler = createCibaHandler({
    adapter: backend,
    origin,
    authRequest: (loginHint) => ({ loginHint }),
    publicSession: ({ name }) => ({ name }),
    onEvent: (event) => {
      if (event.type === 'refused') refused.push(event);
    },
  });
  stops.push(() => handler.stop());
  return { handler, backend, refused };
}

function App({ send }: { send: typeof fetch }) {
  const adapter = createHttpAdapter<{ name: string }>({ fetch: send });
  const { session, signOut } = useCibaSession(adapter);
  if (!session) return <CibaLogin adapter={adapter} loginHint="ada@example.com" />;
  return <button onClick={() => signOut()}>Sign out {session.name}</button>;
}

async function signInAndOut(send: typeof fetch, approve: () => void) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <App send={send} />
    </QueryClientProvider>,
  );
  await userEvent.click(await screen.findByRole('button', { name: en['idle.start'] }));
  await screen.findByText(en['polling.title'], undefined, { timeout: 3000 });
  approve();
  await userEvent.click(await screen.findByRole('button', { name: 'Sign out ada@example.com' }, { timeout: 5000 }));
  await screen.findByRole('button', { name: en['idle.start'] });
}

test('a page signs in and out through the real handler, without a network', async () => {
  const { handler, backend, refused } = createServer();
  await signInAndOut(handlerFetch(handler, { origin: ORIGIN }), () => backend.phone.approve());
  expect(refused).toEqual([]);
  expect(document.cookie).toBe('');
});

test('MSW serves the real handler to the global fetch', async () => {
  const { handler, backend, refused } = createServer(location.origin);
  const send = handlerFetch(handler);
  const network = setupServer(http.all('*/api/ciba/:act', ({ request }) => send(request)));
  network.listen({ onUnhandledRequest: 'error' });
  stops.push(() => network.close());
  await signInAndOut(
    (input, init) => fetch(new URL(String(input), location.origin), init),
    () => backend.phone.approve(),
  );
  expect(refused).toEqual([]);
});

describe('one browser', () => {
  /** Answers with these `Set-Cookie` headers, and records the headers of each request. */
  function createEcho(...setCookies: string[]) {
    const requests: Request[] = [];
    const handler = async (request: Request) => {
      requests.push(request);
      const response = new Response(await request.text());
      for (const cookie of requests.length === 1 ? setCookies : []) response.headers.append('set-cookie', cookie);
      return response;
    };
    return { requests, handler, cookies: () => requests.at(-1)?.headers.get('cookie') };
  }

  test('sends Origin with a POST, and Sec-Fetch-Site always', async () => {
    const { requests, handler } = createEcho();
    const send = handlerFetch(handler, { origin: ORIGIN });
    await send('/a', { method: 'POST', body: 'text' });
    await send('/a');
    const sent = requests.map(({ method, url, headers }) => [
      method,
      url,
      headers.get('origin'),
      headers.get('sec-fetch-site'),
    ]);
    expect(sent).toEqual([
      ['POST', `${ORIGIN}/a`, ORIGIN, 'same-origin'],
      ['GET', `${ORIGIN}/a`, null, 'same-origin'],
    ]);
  });

  test('sends no cookie that a page names itself, as no browser does', async () => {
    const { handler, cookies } = createEcho();
    await handlerFetch(handler, { origin: ORIGIN })('/a', { headers: { cookie: 'session=stolen' } });
    expect(cookies()).toBeNull();
  });

  test.each([
    ['/', 'a=1; Path=/; HttpOnly', '/x', 'a=1'],
    ['/', 'a=1; Path=/api', '/api/ciba', 'a=1'],
    ['/', 'a=1; Path=/api', '/apis', null],
    ['/api/ciba', 'a=1', '/api/other', 'a=1'],
    ['/api/ciba', 'a=1', '/', null],
    ['/', 'a=1; Max-Age=0', '/', null],
    ['/', 'a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT', '/', null],
    ['/', 'a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT', '/', 'a=1'],
    ['/', '__Host-a=1; Path=/; Secure', '/', '__Host-a=1'],
    ['/', '__Host-a=1; Path=/', '/', null],
    ['/', '__Host-a=1; Path=/; Secure; Domain=app.example', '/', null],
    ['/', '__Secure-a=1; Path=/', '/', null],
    ['/', 'a=1; Domain=other.example', '/', null],
    ['/', 'a=1; Domain=.app.example', '/', 'a=1'],
  ])('after %s answered with "%s", %s gets %s', async (first, setCookie, second, expected) => {
    const { handler, cookies } = createEcho(setCookie);
    const send = handlerFetch(handler, { origin: ORIGIN });
    const response = await send(first);
    expect(response.headers.get('set-cookie')).toBeNull();
    await send(second);
    expect(cookies()).toBe(expected);
  });

  test('http keeps no Secure cookie, except on loopback', async () => {
    const insecure = createEcho('a=1; Path=/; Secure');
    const send = handlerFetch(insecure.handler, { origin: 'http://app.example' });
    await send('/');
    await send('/');
    expect(insecure.cookies()).toBeNull();
    const loopback = createEcho('a=1; Path=/; Secure');
    const sendLocally = handlerFetch(loopback.handler, { origin: 'http://localhost:3000' });
    await sendLocally('/');
    await sendLocally('/');
    expect(loopback.cookies()).toBe('a=1');
  });

  test('cookies end after Max-Age, are replaced by name and path, and can be left out', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { handler, cookies } = createEcho('a=1; Path=/; Max-Age=60', 'a=2; Path=/; Max-Age=60', 'a=3; Path=/x');
    const send = handlerFetch(handler, { origin: ORIGIN });
    await send('/');
    await send('/x');
    expect(cookies()).toBe('a=3; a=2');
    await send('/x', { credentials: 'omit' });
    expect(cookies()).toBeNull();
    vi.setSystemTime(Date.now() + 61_000);
    await send('/x');
    expect(cookies()).toBe('a=3');
  });

  test('another browser has other cookies', async () => {
    const { handler, cookies } = createEcho('a=1; Path=/');
    await handlerFetch(handler, { origin: ORIGIN })('/');
    await handlerFetch(handler, { origin: ORIGIN })('/');
    expect(cookies()).toBeNull();
  });

  test('takes a Request with its body, as MSW passes it', async () => {
    const { handler, requests } = createEcho();
    const send = handlerFetch(handler, { origin: ORIGIN });
    const given = new Request(`${ORIGIN}/a`, { method: 'POST', body: 'text', headers: { 'x-ciba-request': '1' } });
    expect(await (await send(given)).text()).toBe('text');
    expect(requests[0]?.headers.get('x-ciba-request')).toBe('1');
  });
});

describe('an abort', () => {
  test('rejects with its own reason while the handler works, and before', async () => {
    const controller = new AbortController();
    const send = handlerFetch(() => new Promise<Response>(() => undefined), { origin: ORIGIN });
    const answer = send('/', { signal: controller.signal });
    controller.abort('left the page');
    await expect(answer).rejects.toBe('left the page');
    await expect(send('/', { signal: controller.signal })).rejects.toBe('left the page');
  });

  test('ends a stream, and the handler sees it', async () => {
    const controller = new AbortController();
    const cancelled = vi.fn();
    let seen: AbortSignal | undefined;
    const handler = async (request: Request) => {
      seen = request.signal;
      return new Response(
        new ReadableStream({
          start: (stream) => stream.enqueue(new TextEncoder().encode('data: ready\n\n')),
          cancel: cancelled,
        }),
      );
    };
    const response = await handlerFetch(handler, { origin: ORIGIN })('/events', { signal: controller.signal });
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('data: ready\n\n');
    const next = reader?.read();
    controller.abort('left the page');
    await expect(next).rejects.toBe('left the page');
    expect(seen?.aborted).toBe(true);
    expect(cancelled).toHaveBeenCalledExactlyOnceWith('left the page');
  });
});

describe('says what to do', () => {
  test('about a request to another origin', async () => {
    const send = handlerFetch(createServer().handler, { origin: ORIGIN });
    await expect(send('https://other.example/')).rejects.toThrow(
      'handlerFetch got a request to https://other.example, expected https://app.example.',
    );
  });

  test('without an origin', () => {
    vi.stubGlobal('location', undefined);
    expect(() => handlerFetch(createServer().handler)).toThrow("handlerFetch needs the page's origin.");
    vi.unstubAllGlobals();
  });

  test('without Request, as in jest-environment-jsdom', () => {
    vi.stubGlobal('Request', undefined);
    expect(() => handlerFetch(createServer().handler)).toThrow('jest-fixed-jsdom');
    vi.unstubAllGlobals();
  });
});
