import { act, cleanup, fireEvent, render } from '@testing-library/react';
import { StrictMode } from 'react';
import { expect } from 'vitest';
import type { AnyTransitionDefinition, InspectionEvent } from 'xstate';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import { CibaLogin } from '../../src/components/ciba-login.js';
import { screenText } from '../../src/components/screen-text.js';
import { CibaError } from '../../src/contract/index.js';
import type { CibaAdapter, PendingApproval, PollResult } from '../../src/contract/index.js';
import { en } from '../../src/locales/en.js';
import { toView } from '../../src/machine/index.js';
import type { LoginActor, LoginInput, LoginSnapshot, LoginView } from '../../src/machine/index.js';
import { createResume, writeResume } from '../../src/machine/polling/resume.js';
import { createFakeEnvironment } from '../support/fake-environment.js';
import { OTHER_USER, USER } from './paths.js';
import type { Move, Path } from './paths.js';

/** An answer that waits until the path says what it is. */
class Gate<T> {
  #settle: { resolve: (value: T) => void; reject: (reason: unknown) => void } | null = null;

  wait = (): Promise<T> => new Promise((resolve, reject) => (this.#settle = { resolve, reject }));

  open(answer: T): void {
    this.#settle?.resolve(answer);
  }

  fail(reason: unknown): void {
    this.#settle?.reject(reason);
  }
}

/** One transition of the chart by the state that has it, its event and its place among those of the event. */
export function nameTransition({ source, eventType }: AnyTransitionDefinition, index: number): string {
  return `${source.id} ${eventType} ${index}`;
}

/** Plays a path against `<CibaLogin>` on the memory adapter, and notes the transitions that the running chart took. */
export async function play({ moves, states }: Path, input: Partial<LoginInput>, taken: Set<string>): Promise<void> {
  const world = createFakeEnvironment();
  const { clock } = world.environment;
  const memory = createMemoryAdapter({ interval: 5, expiresIn: 600, resumable: true, clock });
  const initiate = new Gate<null>();
  const verify = new Gate<Awaited<ReturnType<NonNullable<CibaAdapter['verifyTotp']>>>>();
  const handOver = new Gate<void>();
  /** What the next poll of a request answers instead of the phone. */
  const scripted = new Map<string, PollResult | CibaError>();
  let down = false;

  const adapter: CibaAdapter = {
    async initiate(request, options) {
      await initiate.wait();
      return memory.initiate(request, options);
    },
    async poll(pending, options) {
      if (down) throw new CibaError('network', 'scripted');
      const answer = scripted.get(pending.id);
      scripted.delete(pending.id);
      if (answer instanceof CibaError) throw answer;
      return answer ?? memory.poll(pending, options);
    },
    verifyTotp: () => verify.wait(),
    report: () => Promise.resolve(),
    cancel: (pending, options) => memory.cancel(pending, options),
  };

  const resume = createResume(world.environment);

  async function prepareResume(): Promise<void> {
    const call = { signal: new AbortController().signal, actId: 'before the reload' };
    const pending: PendingApproval = await memory.initiate({ loginHint: USER }, call);
    const startedAt = clock.now();
    const times = { startedAt, expiresAt: startedAt + 600_000, lastSentAt: startedAt, notBefore: 0 };
    const record = writeResume({ loginHint: USER, resends: 0, requests: [{ pending, ...times }] }, clock);
    world.environment.storage?.setItem('react-ciba:login', record);
  }

  let actor: LoginActor | null = null;
  function inspect(event: InspectionEvent): void {
    if (event.type !== '@xstate.microstep') return;
    const root = event.actorRef as unknown as LoginActor;
    if (root.sessionId === event.rootId) actor = root;
    for (const transition of event._transitions) {
      const siblings = transition.source.transitions.get(transition.eventType) ?? [];
      taken.add(nameTransition(transition, siblings.indexOf(transition)));
    }
  }

  const tree = (loginHint: string) => (
    <StrictMode>
      <CibaLogin
        adapter={adapter}
        environment={world.environment}
        loginHint={loginHint}
        approvalTimeout={moves.includes('approvalTimeoutOver') ? 50 : Infinity}
        timeoutAction={input.timeoutAction}
        resume={resume}
        onApproved={() => handOver.wait()}
        inspect={inspect}
      />
    </StrictMode>
  );

  if (moves[0] === 'resume') await prepareResume();
  const { container, rerender } = render(tree(USER));
  const settle = () => act(() => world.settle());
  const advance = (seconds: number) => act(() => world.advance(seconds * 1000));
  const now = () => (actor ? toView(actor.getSnapshot() as LoginSnapshot) : null);
  const ids = () => (actor ? actor.getSnapshot().context.requests.map(({ pending }) => pending.id) : []);

  function press(verb: string): void {
    const button = container.querySelector<HTMLButtonElement>(`[data-verb="${verb}"]`);
    if (!button) throw new Error(`no button for ${verb}`);
    fireEvent.click(button);
  }

  /** Lets every request be polled once, as soon as it may be; while it is paused, that is at its deadline. */
  async function letPoll(): Promise<void> {
    if (now()?.status === 'timedOut') {
      const deadlines = actor?.getSnapshot().context.requests.map(({ expiresAt }) => expiresAt) ?? [];
      await advance((Math.min(...deadlines) - clock.now()) / 1000);
      return;
    }
    act(() => world.change({ visible: true }));
    await advance(5);
  }

  async function until(seconds: number, done: () => boolean): Promise<void> {
    for (let second = 0; second < seconds && !done(); second += 1) await advance(1);
  }

  async function make(move: Move): Promise<void> {
    const [newest = '', older = newest] = ids();
    const paused = now()?.status === 'timedOut';
    switch (move) {
      case 'resume':
        return;
      case 'pageReturned':
        return void window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
      case 'changeUser':
        act(() => rerender(tree(OTHER_USER)));
        return;
      case 'initiateAnswers':
        return initiate.open(null);
      case 'initiateFails':
        return initiate.fail(new CibaError('unavailable', 'scripted'));
      case 'pushApproved':
        down = false;
        memory.phone.approve(paused ? older : newest);
        return letPoll();
      case 'pushDenied':
        down = false;
        memory.phone.deny(newest);
        return letPoll();
      case 'olderDenied':
        memory.phone.deny(older);
        return letPoll();
      case 'pushExpired':
        scripted.set(older, { status: 'expired' });
        return letPoll();
      case 'pushFailed':
        scripted.set(paused ? older : newest, new CibaError('notFound', 'scripted'));
        return letPoll();
      case 'pushTaken': {
        const channel = world.environment.openChannel(`react-ciba:${newest}`, () => {});
        channel?.post({ type: 'ended', outcome: 'approved' });
        channel?.close();
        await settle();
        return letPoll();
      }
      case 'connectionLost':
        down = true;
        return letPoll();
      case 'connectionBack':
        down = false;
        return letPoll();
      case 'cooldownOver':
        return until(40, () => now()?.can.resend === true);
      case 'approvalTimeoutOver': {
        const before = now()?.status;
        return until(60, () => now()?.status !== before);
      }
      case 'submitCode': {
        const field = container.querySelector('input');
        if (!field) throw new Error('no code field');
        fireEvent.input(field, { target: { value: '123456' } });
        fireEvent.keyDown(field, { key: 'Enter' });
        return;
      }
      case 'codeRejected':
      case 'codeLocked':
        return verify.open({ status: 'invalidCode' });
      case 'codeFault':
        return verify.fail(new CibaError('network', 'scripted'));
      case 'codeApproved':
        return verify.open({ status: 'approved', session: 'session' });
      case 'lockOver':
        return until(40, () => now()?.status !== 'lockedOut');
      case 'handedOver':
        return handOver.open();
      case 'handOverFails':
        return handOver.fail(new Error('scripted'));
      default:
        return press(move);
    }
  }

  await settle();
  let status: LoginView['status'] = 'idle';
  for (const [index, move] of moves.entries()) {
    await make(move);
    await settle();
    const expected = toView(states[index] as LoginSnapshot);
    const where = moves.slice(0, index + 1).join(' → ');
    const view = now();
    expect(view && visible(view), where).toEqual(visible(expected));
    expect(container.querySelector('[data-part="root"]')?.getAttribute('data-state'), where).toBe(expected.status);
    if (expected.status !== status) {
      const said = container.querySelector('[data-part="announcer"]')?.textContent ?? '';
      const failed = expected.status === 'polling' && expected.resendError;
      const resent =
        expected.status === 'polling' && moves[index] === 'initiateAnswers' && said.startsWith(en['polling.resent']);
      if (!resent) expect(said, where).toContain(failed ? en['polling.resendFailed'] : screenText(expected, en).text);
    }
    status = expected.status;
  }

  cleanup();
  await world.settle();
  expect(world.leftovers(), moves.join(' → ')).toMatchObject({ timers: 0, listeners: 0, channels: 0 });
}

/** What two views must agree on; times differ, and a cooldown ends whether or not the path waits for it. */
function visible(view: LoginView) {
  const { resend: _resend, ...can } = view.can;
  return {
    status: view.status,
    can,
    loginHint: view.loginHint,
    connection: 'push' in view ? (view.push?.connection ?? null) : undefined,
    code: view.status === 'totpEntry' ? { ...view.code, problem: view.code.problem?.kind } : undefined,
    after: view.status === 'idle' ? view.after : undefined,
    reported: view.status === 'denied' ? view.reported : undefined,
    finishing: view.status === 'approved' ? view.finishing : undefined,
    error: view.status === 'failed' ? view.error.code : undefined,
    resendError: view.status === 'polling' ? view.resendError?.code : undefined,
  };
}
