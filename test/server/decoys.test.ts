// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import type { CibaAdapter, InitiateRequest } from '../../src/contract/index.js';
import { ADA, advance, createApp, createBackend, useFakeTime } from './harness.js';
import type { Reply, Session } from './harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

/** A user with a phone, and the three kinds of users who get a decoy. */
const USERS = ['ada@example.com', 'stranger@example.com', 'ghost@example.com', 'nophone@example.com'];

/** Milliseconds of the fake clock until the answer. */
async function timed(reply: Promise<Reply>): Promise<{ reply: Reply; durationMs: number }> {
  const since = Date.now();
  let durationMs: number | null = null;
  const watched = reply.then((value) => {
    durationMs = Date.now() - since;
    return value;
  });
  while (durationMs === null) await vi.advanceTimersByTimeAsync(10);
  return { reply: await watched, durationMs };
}

/** What an observer sees, with random values replaced. */
function seen({ status, body, headers, setCookies }: Reply) {
  const blur = (text: string) => text.replace(/[\w-]{43}/g, 'TOKEN').replace(/"\d{4}"/, '"CODE"');
  return {
    status,
    body: blur(JSON.stringify(body)),
    cookies: setCookies.map(blur),
    headers: Object.fromEntries([...headers].filter(([name]) => name !== 'set-cookie')),
  };
}

describe('an unknown user, and one without a phone', () => {
  test('looks like anybody from the start to the end of the life', async () => {
    const seenBy = [];
    for (const user of USERS) {
      const app = createApp();
      await app.browser().initiate('earlier@example.com');
      const page = app.browser();
      const started = await page.initiate(user);
      const polls = [];
      for (let n = 0; n < 32; n += 1) {
        polls.push(seen(await page.poll(started.body['id'])));
        await advance(3);
      }
      seenBy.push({ started: seen(started), polls });
    }
    expect(seenBy[0]?.polls.map(({ body }) => body)).toEqual([
      ...Array.from({ length: 30 }, () => '{"status":"pending"}'),
      '{"status":"expired"}',
      '{"status":"expired"}',
    ]);
    for (const one of seenBy) expect(one).toEqual(seenBy[0]);
  });

  test('has the default numbers before anybody started', async () => {
    const { body } = await createApp().browser().initiate('stranger@example.com');
    expect(body).toEqual({
      id: expect.any(String),
      expiresIn: 120,
      interval: 5,
      displayCode: expect.any(String),
      resumable: true,
    });
  });

  test('takes as long as anybody', async () => {
    for (const latency of [0, 100, 700]) {
      const times = [];
      for (const user of USERS) {
        const app = createApp({ responseFloor: 300 });
        const known = app.backend.initiate.getMockImplementation();
        app.backend.initiate.mockImplementation(async (request) => {
          await new Promise((resolve) => setTimeout(resolve, latency));
          if (!known) throw new Error('no implementation');
          return known(request);
        });
        await timed(app.browser().initiate('earlier@example.com'));
        times.push((await timed(app.browser().initiate(user))).durationMs);
      }
      expect(times).toEqual(USERS.map(() => Math.max(300, latency)));
    }
  });

  test('is polled as slowly as anybody', async () => {
    const times = [];
    for (const user of USERS) {
      const app = createApp({ responseFloor: 300 });
      app.backend.poll.mockImplementation(async () => {
        await new Promise((resolve) => setTimeout(resolve, 500));
        return { status: 'pending' };
      });
      const earlier = app.browser();
      const { reply: first } = await timed(earlier.initiate('earlier@example.com'));
      await timed(earlier.poll(first.body['id']));
      const page = app.browser();
      const { reply } = await timed(page.initiate(user));
      times.push((await timed(page.poll(reply.body['id']))).durationMs);
    }
    expect(times).toEqual([500, 500, 500, 500]);
  });

  test('is not rung, and an event says so', async () => {
    const { backend, browser, events } = createApp();
    await browser().initiate('stranger@example.com');
    expect(backend.initiate).not.toHaveBeenCalled();
    expect(events).toEqual([{ type: 'started', decoy: true }]);
  });

  test('is cancelled without a word to the adapter', async () => {
    const { backend, browser } = createApp();
    const page = browser();
    const { body } = await page.initiate('stranger@example.com');
    expect((await page.post('cancel', { id: body['id'] })).status).toBe(204);
    expect(backend.cancel).not.toHaveBeenCalled();
  });

  test('fails like anybody while the backend is down', async () => {
    const { backend, browser } = createApp();
    backend.initiate.mockRejectedValueOnce(new CibaError('unavailable', 'Down.', { retryAfter: 9 }));
    const known = await browser().initiate('ada@example.com');
    const unknown = await browser().initiate('stranger@example.com');
    expect(seen(unknown)).toEqual(seen(known));
    await advance(31);
    expect((await browser().initiate('stranger@example.com')).status).toBe(200);
  });

  test.each([50, 700])('fails no sooner and no later than anybody: after %d ms', async (latency) => {
    const { backend, browser } = createApp({ responseFloor: 300 });
    const fail = async () => {
      await new Promise((resolve) => setTimeout(resolve, latency));
      throw new CibaError('unavailable', 'Down.');
    };
    const [real, decoy] = [browser(), browser()];
    const { reply: ada } = await timed(real.initiate('ada@example.com'));
    const { reply: nobody } = await timed(decoy.initiate('stranger@example.com'));
    backend.poll.mockImplementationOnce(fail);
    const polls = [await timed(real.poll(ada.body['id'])), await timed(decoy.poll(nobody.body['id']))];
    backend.initiate.mockImplementationOnce(fail);
    const starts = [await timed(browser().initiate('bob@example.com')), await timed(browser().initiate('stranger2@x'))];
    for (const { reply, durationMs } of [...polls, ...starts]) {
      expect({ status: reply.status, durationMs }).toEqual({ status: 503, durationMs: Math.max(300, latency) });
    }
  });

  test('stays one when the poll that found no user fails as all polls do', async () => {
    const { backend, browser } = createApp();
    const [real, decoy] = [browser(), browser()];
    const { body: ada } = await real.initiate('ada@example.com');
    const { body: bob } = await decoy.initiate('bob@example.com');
    backend.poll.mockRejectedValueOnce(new CibaError('unavailable', 'Down.'));
    expect((await real.poll(ada['id'])).status).toBe(503);
    backend.poll.mockRejectedValueOnce(new CibaError('unknownUser', 'No such user.'));
    expect((await decoy.poll(bob['id'])).status).toBe(503);
    await advance(31);
    expect((await decoy.poll(bob['id'])).body).toEqual({ status: 'pending' });
    expect(backend.poll).toHaveBeenCalledTimes(2);
  });

  test("has a display code of the same form, where it is the backend's", async () => {
    const { backend, browser } = createApp();
    backend.initiate.mockResolvedValueOnce({
      id: 'x',
      expiresIn: 60,
      interval: 2,
      displayCode: '47',
      resumable: true,
    });
    await browser().initiate('ada@example.com');
    const { body } = await browser().initiate('stranger@example.com');
    expect(body).toMatchObject({ expiresIn: 60, interval: 2, displayCode: expect.stringMatching(/^\d\d$/) });
  });
});

describe("a backend's own number", () => {
  const URL_OF = (code: string) => `https://phone.example/#${code}`;
  const numbered = (code: string) =>
    ({ displayCode: code, displayCodeUse: 'enter', displayCodeUrl: URL_OF(code) }) as const;

  test('is not replaced, and decoys have one of their own with the same use and address', async () => {
    const adapter: CibaAdapter<Session> = {
      ...createBackend(),
      initiate: vi.fn(async (_request: InitiateRequest) => ({
        ...{ id: 'x', expiresIn: 60, interval: 2, resumable: true },
        ...numbered('47'),
      })),
      makeDisplayCode: () => numbered('12'),
    };
    const { browser } = createApp({ adapter });
    const decoy = (await browser().initiate('stranger@example.com')).body;
    const real = (await browser().initiate('ada@example.com')).body;
    expect(real).toMatchObject(numbered('47'));
    expect(decoy).toMatchObject(numbered('12'));
    expect(Object.keys(decoy)).toEqual(Object.keys(real));
    expect(vi.mocked(adapter.initiate).mock.calls[0]?.[0]).not.toHaveProperty('displayCode');
  });

  test('has no address where decoys can have none', async () => {
    const { backend, browser } = createApp();
    const answer = { id: 'x', expiresIn: 60, interval: 2, resumable: true, ...numbered('47') };
    backend.initiate.mockResolvedValueOnce(answer);
    const real = (await browser().initiate('ada@example.com')).body;
    const decoy = (await browser().initiate('stranger@example.com')).body;
    expect(real).not.toHaveProperty('displayCodeUrl');
    expect(decoy).toMatchObject({ displayCode: expect.stringMatching(/^\d\d$/), displayCodeUse: 'enter' });
    expect(Object.keys(decoy)).toEqual(Object.keys(real));
  });

  test('is entered, where that is what the backend usually asks for', async () => {
    const usualAnswer = { expiresIn: 60, interval: 2, displayCodeUse: 'enter' } as const;
    const { browser } = createApp({ adapter: { ...createBackend(), usualAnswer } });
    expect((await browser().initiate('stranger@example.com')).body).toMatchObject({ displayCodeUse: 'enter' });
  });
});

describe('the name of the phone', () => {
  test('is told only where its user signed in before', async () => {
    const { backend, browser } = createApp();
    const page = browser();
    const first = await page.initiate('ada@example.com');
    expect(first.body).not.toHaveProperty('deliveredTo');
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.poll(first.body['id']);
    expect((await page.initiate('ada@example.com')).body['deliveredTo']).toBe('Pixel 9');
  });
});
