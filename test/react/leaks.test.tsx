import { act, fireEvent, render, screen } from '@testing-library/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { describe, expect, test, vi } from 'vitest';
import type { AnyActor } from 'xstate';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import { CibaLogin } from '../../src/index.js';
import type { CibaAdapter, CibaEvent } from '../../src/index.js';
import { CibaError } from '../../src/contract/index.js';
import { createFakeEnvironment } from '../support/fake-environment.js';
import { findSecrets } from '../support/find-secrets.js';

const HINT = 'ada@example.com';
const AUTH_REQ_ID = 'auth-req-id-1c266114';
const TOKEN = 'access-token-9f3b77';
const CODE = '482913';
const WRONG_CODE = '771204';
const SECRETS = [AUTH_REQ_ID, TOKEN, CODE, WRONG_CODE];

/** An adapter that must hold an auth_req_id in the browser, as a direct one does: in its own closure. */
function createDirectAdapter(clock: ReturnType<typeof createFakeEnvironment>['environment']['clock']) {
  const memory = createMemoryAdapter({
    interval: 5,
    clock,
    totp: { codes: [CODE] },
    session: () => ({ token: TOKEN }),
  });
  const authReqIds = new Map<string, string>();
  const adapter: CibaAdapter<{ token: string }> = {
    ...memory,
    async initiate(request, options) {
      const pending = await memory.initiate(request, options);
      authReqIds.set(pending.id, AUTH_REQ_ID);
      return pending;
    },
    poll(pending, options) {
      if (authReqIds.get(pending.id) !== AUTH_REQ_ID) throw new CibaError('notFound', 'No such request.');
      return memory.poll(pending, options);
    },
  };
  return { adapter, memory };
}

function setUp() {
  const world = createFakeEnvironment();
  const { adapter, memory } = createDirectAdapter(world.environment.clock);
  const client = new QueryClient();
  let records = 0;
  const recorded: string[] = [];
  const events: CibaEvent[] = [];
  const printed: unknown[][] = [];
  const caches: unknown[] = [];
  for (const level of ['log', 'info', 'debug', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((...values: unknown[]) => void printed.push(values));
  }
  const snapshotCaches = () =>
    caches.push(
      client
        .getMutationCache()
        .getAll()
        .map(({ state, options }) => [state, options]),
      client
        .getQueryCache()
        .getAll()
        .map(({ state, options }) => [state, options]),
    );
  client.getMutationCache().subscribe((event) => {
    caches.push(event.mutation?.state, event.mutation?.options);
    snapshotCaches();
  });
  client.getQueryCache().subscribe(snapshotCaches);
  const onApproved = vi.fn((_session: { token: string }) => {});
  // The app's own function is the one place where the session may be.
  const app = (session: { token: string }) => onApproved(session);

  render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <CibaLogin
          adapter={adapter}
          environment={world.environment}
          onApproved={app}
          onEvent={(event) => events.push(event)}
          // Looked at when it is made: what a record refers to may have been emptied later.
          inspect={(record) => {
            records += 1;
            const { actorRef, ...rest } = record;
            const actor = actorRef as unknown as Readable;
            const found = findSecrets({ rest, snapshots: snapshotsOf(actor) }, SECRETS);
            recorded.push(...found.map((leak) => `${record.type} ${leak}`));
          }}
        />
      </QueryClientProvider>
    </StrictMode>,
  );

  return {
    ...world,
    memory,
    onApproved,
    records: () => records,
    settle: () => act(() => world.settle()),
    advance: (milliseconds: number) => act(() => world.advance(milliseconds)),
    fill: (label: RegExp, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } }),
    click: (name: RegExp) => act(async () => screen.getByRole('button', { name }).click()),
    /** Where a secret stands that must not. The input's own value is the one allowed place for the code. */
    leaks() {
      const input = document.querySelector<HTMLInputElement>('input');
      const markup = document.documentElement.outerHTML.replaceAll(`value="${input?.value ?? ''}"`, '');
      const elsewhere = findSecrets(
        {
          events,
          printed,
          caches,
          markup,
          storage: [{ ...localStorage }, { ...sessionStorage }],
          cookie: document.cookie,
          url: location.href,
        },
        SECRETS,
      );
      return [...recorded, ...elsewhere];
    },
  };
}

type Readable = Pick<AnyActor, 'getSnapshot' | 'getPersistedSnapshot'>;

/** An actor that is only being made has no snapshot, and not every actor can be persisted. */
function snapshotsOf(actor: Readable): unknown[] {
  return [() => actor.getSnapshot() as unknown, () => actor.getPersistedSnapshot()].map((read) => {
    try {
      return read();
    } catch {
      return null;
    }
  });
}

describe('no session, code or auth_req_id leaves its place', () => {
  test('finds a secret wherever it stands', () => {
    const hidden = Object.defineProperty({}, 'hidden', { value: TOKEN, enumerable: false });
    const cause = new Error('outer', { cause: new Error(CODE) });
    expect(findSecrets({ hidden, cause, map: new Map([['a', new Set([AUTH_REQ_ID])]]) }, SECRETS).toSorted()).toEqual([
      `root.cause.cause.message: ${CODE}`,
      expect.stringContaining(`root.cause.cause.stack: `) as string,
      `root.hidden.hidden: ${TOKEN}`,
      `root.map<a><entry>: ${AUTH_REQ_ID}`,
    ]);
  });

  test('in a login by approval', async () => {
    const { fill, click, settle, advance, memory, onApproved, leaks, records } = setUp();
    fill(/e-?mail/i, HINT);
    await click(/sign-in|continue/i);
    await settle();
    await advance(5_000);
    expect(leaks()).toEqual([]);
    memory.phone.approve();
    await advance(5_000);
    expect(onApproved).toHaveBeenCalledExactlyOnceWith({ token: TOKEN });
    expect(records()).toBeGreaterThan(20);
    expect(leaks()).toEqual([]);
  });

  test('in a login by code, after a wrong one', async () => {
    const { fill, click, settle, onApproved, leaks } = setUp();
    fill(/e-?mail/i, HINT);
    await click(/sign-in|continue/i);
    await settle();
    await click(/code/i);
    await settle();
    for (const code of [WRONG_CODE, CODE]) {
      fill(/code/i, code);
      expect(leaks()).toEqual([]);
      await click(/verify|check|sign-in|continue|confirm/i);
      expect(leaks()).toEqual([]);
      await settle();
      expect(leaks()).toEqual([]);
    }
    expect(onApproved).toHaveBeenCalledExactlyOnceWith({ token: TOKEN });
  });
});
