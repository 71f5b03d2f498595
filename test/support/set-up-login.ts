import { expect, onTestFinished, vi } from 'vitest';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import type { MemoryAdapter, MemoryAdapterOptions, MemorySession } from '../../src/adapters/memory/index.js';
import type { CibaAdapter } from '../../src/contract/index.js';
import { createLogin, createResume } from '../../src/machine/index.js';
import type { CibaEvent, CreateLoginOptions, LoginController, LoginStatus } from '../../src/machine/index.js';
import { createFakeEnvironment } from './fake-environment.js';
import type { FakeEnvironment } from './fake-environment.js';

export const HINT = 'ada@example.com';
export const CODE = '123456';

/** A login's options; `resume` is in the tab that the world stands for, `true` under the usual name. */
export type TestOptions = Partial<Omit<CreateLoginOptions<MemorySession>, 'resume'>> & {
  readonly resume?: boolean | string;
};

/** Opens one login on a backend and in a world that are there already: a second tab, a page after a reload. */
export function openLogin(
  world: FakeEnvironment,
  adapter: CibaAdapter<MemorySession>,
  { resume = false, ...options }: TestOptions = {},
) {
  const onApproved = vi.fn<(session: MemorySession) => unknown>();
  const events: CibaEvent[] = [];
  const onEvent = (event: CibaEvent) => events.push(event);
  const { environment } = world;
  const login = createLogin<MemorySession>({
    adapter,
    environment,
    onApproved,
    onEvent,
    resume: resume ? createResume(environment, resume === true ? undefined : resume) : undefined,
    ...options,
  });
  onTestFinished(() => login.stop());
  /** The present view, which must have this status. */
  function view<Status extends LoginStatus>(status: Status) {
    const now = login.getView();
    expect(now.status).toBe(status);
    return now as Extract<ReturnType<LoginController['getView']>, { status: Status }>;
  }
  function expectStatus(status: LoginStatus): void {
    view(status);
  }
  return { login, onApproved, events, view, expectStatus };
}

/** One login on a memory backend, in a world whose time the test holds. */
export function setUpLogin(
  memory: MemoryAdapterOptions<MemorySession> = {},
  options: TestOptions = {},
  wrap: (adapter: MemoryAdapter<MemorySession>) => CibaAdapter<MemorySession> = (adapter) => adapter,
) {
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({ interval: 5, clock: world.environment.clock, ...memory });
  return {
    ...world,
    world,
    adapter,
    calls: (method: string) => adapter.calls.filter((call) => call.method === method),
    ...openLogin(world, wrap(adapter), options),
  };
}

/** The same, waiting for the phone. */
export async function setUpWaiting(...args: Parameters<typeof setUpLogin>) {
  const test = setUpLogin(...args);
  test.login.start(HINT);
  await test.settle();
  test.expectStatus('polling');
  return test;
}
