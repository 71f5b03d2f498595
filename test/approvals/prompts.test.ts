import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { bindApprovedFetch } from '../../src/approvals/approved-fetch.js';
import { NotApprovedError } from '../../src/approvals/not-approved-error.js';
import { createPrompts } from '../../src/approvals/prompts.js';
import type { Prompt } from '../../src/approvals/prompts.js';
import type { ApprovalOutcome } from '../../src/contract/index.js';

/** A server with one protected area or payment. It counts pushes and notes what it was sent. */
function createServer({ area = false } = {}) {
  const sent: (string | undefined)[] = [];
  const approved = new Set<string>();
  let open = false;
  let pushes = 0;
  return {
    sent,
    get pushes() {
      return pushes;
    },
    approve(id: string) {
      approved.add(id);
    },
    async run(approval: string | undefined) {
      sent.push(approval);
      await Promise.resolve();
      if (area && open) return { value: 'done' };
      if (approval === undefined) return { approval: null };
      if (approval === 'ask') {
        pushes += 1;
        return { approval: `approval-${pushes}` };
      }
      if (!approved.has(approval)) throw new Error('refused');
      open = true;
      return { value: `done with ${approval}` };
    },
  };
}

let withdrawn: string[];
let prompts: ReturnType<typeof createPrompts>;
let close: () => void;
let acting: boolean;

beforeEach(() => {
  withdrawn = [];
  prompts = createPrompts((id) => withdrawn.push(id));
  close = prompts.open();
  acting = true;
  vi.stubGlobal('navigator', {
    get userActivation() {
      return { isActive: acting };
    },
  });
});

afterEach(() => vi.unstubAllGlobals());

const bound = () => bindApprovedFetch(() => prompts);

/** What the dialog shows once every pending step has run. */
async function shown(): Promise<Prompt | null> {
  for (let step = 0; step < 20; step += 1) await Promise.resolve();
  return prompts.current();
}

/** The user presses the button of the dialog. */
function ask(prompt: Prompt | null): Promise<string> {
  return (prompt as { readonly approval: () => Promise<string> }).approval();
}

/** The user answers on the phone. */
async function answer(prompt: Prompt | null, outcome: ApprovalOutcome, server?: { approve(id: string): void }) {
  const approval = prompt?.approval;
  const id = typeof approval === 'function' ? await approval() : approval;
  if (outcome === 'approved' && id !== undefined) server?.approve(id);
  await prompt?.end(outcome);
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'resolved',
    (reason: unknown) => reason,
  );
}

describe('a call on a user’s act', () => {
  test('asks, shows the id, and is sent again with it', async () => {
    const server = createServer();
    const paid = bound().withApproval(server.run);
    const prompt = await shown();
    expect(prompt?.approval).toBe('approval-1');
    await answer(prompt, 'approved', server);
    await expect(paid).resolves.toBe('done with approval-1');
    expect(server.sent).toEqual(['ask', 'approval-1']);
    expect(await shown()).toBeNull();
    expect(withdrawn).toEqual([]);
  });

  test('the dialog stays open while the request is sent again', async () => {
    const server = createServer();
    let finish = (_value: { value: string }) => {};
    const paid = bound().withApproval((approval) =>
      approval === 'approval-1'
        ? new Promise<{ value: string }>((resolve) => (finish = resolve))
        : server.run(approval),
    );
    const prompt = await shown();
    let ended = false;
    const end = prompt?.end('approved').then(() => (ended = true));
    expect(await shown()).toBe(prompt);
    expect(ended).toBe(false);
    finish({ value: 'paid' });
    await expect(paid).resolves.toBe('paid');
    await end;
    expect(await shown()).toBeNull();
  });

  test('with a challenge without an id in answer to ask fails instead of asking again', async () => {
    const sent: unknown[] = [];
    const paid = bound().withApproval(async (approval) => {
      sent.push(approval);
      return { approval: null };
    });
    expect(await rejection(paid)).toMatchObject({ code: 'misconfigured' });
    expect(sent).toEqual(['ask']);
  });
});

describe('a call without an act of the user', () => {
  beforeEach(() => {
    acting = false;
  });

  test('sends no push before the user presses the button', async () => {
    const server = createServer();
    const paid = bound().withApproval(server.run);
    const prompt = await shown();
    expect(server.sent).toEqual([undefined]);
    expect(prompt?.approval).toBeTypeOf('function');
    await answer(prompt, 'approved', server);
    await expect(paid).resolves.toBe('done with approval-1');
    expect(server.sent).toEqual([undefined, 'ask', 'approval-1']);
  });

  test('is canceled when the user closes the dialog, and nothing rang', async () => {
    const server = createServer();
    const paid = rejection(bound().withApproval(server.run));
    (await shown())?.close();
    expect(await paid).toMatchObject({ name: 'NotApprovedError', outcome: 'cancelled' });
    expect(server.pushes).toBe(0);
    expect(await shown()).toBeNull();
  });

  test('five of them for one area show one button and send one push', async () => {
    const server = createServer({ area: true });
    const { withApproval } = bound();
    const all = Promise.all(Array.from({ length: 5 }, () => withApproval(server.run)));
    await answer(await shown(), 'approved', server);
    await expect(all).resolves.toEqual(['done with approval-1', 'done', 'done', 'done', 'done']);
    expect(server.pushes).toBe(1);
  });

  test('a press repeated on one button sends one push', async () => {
    const server = createServer();
    void rejection(bound().withApproval(server.run));
    const { approval } = (await shown()) as { approval: () => Promise<string> };
    await Promise.all([approval(), approval()]);
    expect(server.pushes).toBe(1);
  });

  test('an approval that was asked for while the dialog closed is withdrawn', async () => {
    const server = createServer();
    const paid = rejection(bound().withApproval(server.run));
    const prompt = await shown();
    const asked = ask(prompt);
    prompt?.close();
    expect(await paid).toMatchObject({ outcome: 'cancelled' });
    await asked;
    expect(withdrawn).toEqual(['approval-1']);
  });

  test('an error of the order to ask is the error of the call', async () => {
    const paid = rejection(
      bound().withApproval(async (approval) => {
        if (approval === 'ask') throw new Error('away');
        return { approval: null };
      }),
    );
    const prompt = await shown();
    expect(await rejection(ask(prompt))).toBeInstanceOf(NotApprovedError);
    expect(await paid).toMatchObject({ message: 'away' });
    expect(await shown()).toBeNull();
  });
});

describe('ends', () => {
  test.each(['denied', 'expired', 'failed'] as const)(
    '%s rejects at once, and stays until it is closed',
    async (outcome) => {
      const server = createServer();
      const paid = rejection(bound().withApproval(server.run));
      const prompt = await shown();
      await prompt?.end(outcome);
      expect(await paid).toMatchObject({ name: 'NotApprovedError', outcome });
      expect(await shown()).toBe(prompt);
      prompt?.close();
      expect(await shown()).toBeNull();
      expect(withdrawn).toEqual([]);
    },
  );

  test('a new call for a denied id is not told by the denial that is still shown', async () => {
    const { show } = bound();
    const first = rejection(show('one'));
    await (await shown())?.end('denied');
    await first;
    const second = rejection(show('one'));
    (await shown())?.close();
    const prompt = await shown();
    expect(prompt?.approval).toBe('one');
    await prompt?.end('expired');
    expect(await second).toMatchObject({ outcome: 'expired' });
  });

  test('the first end counts', async () => {
    const { show } = bound();
    const call = rejection(show('one'));
    const prompt = await shown();
    await prompt?.end('denied');
    void prompt?.end('approved');
    expect(await call).toMatchObject({ outcome: 'denied' });
  });
});

describe('several calls', () => {
  test('with one id share the dialog, which closes with the last one', async () => {
    const { show } = bound();
    const controller = new AbortController();
    const first = rejection(show('one', { signal: controller.signal }));
    const second = show('one');
    const prompt = await shown();
    controller.abort(new Error('left'));
    expect(await first).toMatchObject({ message: 'left' });
    expect(await shown()).toBe(prompt);
    expect(withdrawn).toEqual([]);
    await prompt?.end('approved');
    await second;
    expect(await shown()).toBeNull();
  });

  test('with other ids wait for their turn', async () => {
    const { show } = bound();
    const first = show('one');
    const second = show('two');
    const prompt = await shown();
    expect(prompt?.approval).toBe('one');
    await prompt?.end('approved');
    await first;
    const next = await shown();
    expect(next?.approval).toBe('two');
    await next?.end('approved');
    await second;
  });

  test('a queued one that is aborted is withdrawn without being shown', async () => {
    const { show } = bound();
    const controller = new AbortController();
    void rejection(show('one'));
    const second = rejection(show('two', { signal: controller.signal }));
    await shown();
    controller.abort('changed');
    expect(await second).toBe('changed');
    expect(withdrawn).toEqual(['two']);
    expect((await shown())?.approval).toBe('one');
  });

  test('all are canceled, also at the server, when the provider goes away', async () => {
    const { show } = bound();
    const calls = [rejection(show('one')), rejection(show('two'))];
    await shown();
    close();
    expect(await Promise.all(calls)).toEqual([
      expect.objectContaining({ outcome: 'cancelled' }),
      expect.objectContaining({ outcome: 'cancelled' }),
    ]);
    expect(withdrawn).toEqual(['one', 'two']);
    expect(await rejection(show('three'))).toMatchObject({ outcome: 'cancelled' });
  });

  test('an act by two clicks that get one id share it', async () => {
    let calls = 0;
    const run = async (approval: string | undefined) => {
      if (approval === 'ask') return { approval: 'same' };
      calls += 1;
      return { value: calls };
    };
    const { withApproval } = bound();
    const both = Promise.all([withApproval(run), withApproval(run)]);
    await (await shown())?.end('approved');
    await expect(both).resolves.toEqual([1, 2]);
    expect(await shown()).toBeNull();
  });

  test('a component that leaves ends its own calls', async () => {
    const controller = new AbortController();
    const { show } = bindApprovedFetch(
      () => prompts,
      () => controller.signal,
    );
    const call = rejection(show('one'));
    await shown();
    controller.abort(new NotApprovedError('cancelled'));
    expect(await call).toBeInstanceOf(NotApprovedError);
    expect(withdrawn).toEqual(['one']);
  });
});

test('without a provider, withApproval and show say what is missing', async () => {
  const { show, withApproval } = bindApprovedFetch(() => undefined);
  const wanted = { code: 'misconfigured', message: expect.stringContaining('<ApprovalProvider>') as string };
  expect(await rejection(show('one'))).toMatchObject(wanted);
  expect(await rejection(withApproval(async () => ({ value: 1 })))).toMatchObject(wanted);
});

describe('fetch', () => {
  const challenge = (approval: string | null) =>
    Response.json({ error: 'insufficient_user_authentication', approval }, { status: 401 });
  let requests: { body: string; approval: string | null }[];

  function serve(respond: (approval: string | null) => Response) {
    requests = [];
    vi.stubGlobal('fetch', async (input: Request | string, init?: RequestInit) => {
      const request = new Request(typeof input === 'string' ? new URL(input, location.href) : input, {
        ...init,
        signal: null,
      });
      const approval = request.headers.get('x-ciba-approval');
      requests.push({ body: await request.text(), approval });
      return respond(approval);
    });
  }

  test('sends the same body once more', async () => {
    serve((approval) => (approval === 'one' ? Response.json({ paid: true }) : challenge('one')));
    const response = bound().fetch('/api/pay', { method: 'POST', body: 'order=1' });
    await (await settled())?.end('approved');
    expect(await (await response).json()).toEqual({ paid: true });
    expect(requests).toEqual([
      { body: 'order=1', approval: 'ask' },
      { body: 'order=1', approval: 'one' },
    ]);
  });

  test('takes a Request, too', async () => {
    serve((approval) => (approval === 'one' ? new Response('ok') : challenge('one')));
    const response = bound().fetch(
      new Request(new URL('/api/pay', location.href), { method: 'POST', body: 'order=1' }),
    );
    await (await settled())?.end('approved');
    expect(await (await response).text()).toBe('ok');
    expect(requests.map(({ body }) => body)).toEqual(['order=1', 'order=1']);
  });

  test.each([
    ['a 401 without a body', () => new Response(null, { status: 401 })],
    ['a 401 of the app', () => Response.json({ error: 'unauthorized' }, { status: 401 })],
    ['a 401 with another `approval`', () => Response.json({ approval: 7 }, { status: 401 })],
    [
      'a 401 that says JSON and is none',
      () => new Response('<', { status: 401, headers: { 'content-type': 'application/json' } }),
    ],
    ['a 403', () => Response.json({ approval: 'one' }, { status: 403 })],
    ['a bare challenge in answer to ask', () => challenge(null)],
  ])('returns %s untouched', async (_name, respond) => {
    serve(respond);
    const response = await bound().fetch('/api/pay');
    expect(response.status).toBe(respond().status);
    expect(response.bodyUsed).toBe(false);
    expect(requests).toHaveLength(1);
    expect(await shown()).toBeNull();
  });

  test('adds no header to another origin, and none without a provider', async () => {
    serve(() => challenge('one'));
    await bound().fetch('https://elsewhere.example/api');
    await bindApprovedFetch(() => undefined).fetch('http://localhost:3000/api');
    expect(requests.map(({ approval }) => approval)).toEqual([null, null]);
  });

  test('rejects with the reason of its signal, and withdraws', async () => {
    serve(() => challenge('one'));
    const controller = new AbortController();
    const response = rejection(bound().fetch('/api/pay', { signal: controller.signal }));
    await settled();
    controller.abort(new Error('left'));
    expect(await response).toMatchObject({ message: 'left' });
    expect(withdrawn).toEqual(['one']);
  });

  /** Bodies are read in the event loop, not in microtasks. */
  async function settled(): Promise<Prompt | null> {
    return vi.waitUntil(() => prompts.current());
  }
});
