import { initialTransition, transition } from 'xstate';
import { adjacencyMapToArray, getAdjacencyMap, getShortestPaths } from 'xstate/graph';
import { CibaError, Sealed } from '../../src/contract/index.js';
import { afterLockout, afterRejectedCode, NO_ATTEMPTS } from '../../src/machine/chart/lockout.js';
import type { CodeAttempts } from '../../src/machine/chart/lockout.js';
import { loginMachine } from '../../src/machine/index.js';
import type { LoginInput, LoginSnapshot } from '../../src/machine/index.js';

// The chart as a graph: every state that differs in a way somebody could see, and every event that it takes. Paths through
// it are played against the real hook and the real screens.

export const USER = 'ada@example.com';
export const OTHER_USER = 'grace@example.com';

/** What happens next, as a player can make it happen. */
export type Move =
  | 'start'
  | 'useCode'
  | 'resend'
  | 'retry'
  | 'backToPush'
  | 'keepWaiting'
  | 'report'
  | 'cancel'
  | 'changeUser'
  | 'pageReturned'
  | 'resume'
  | 'initiateAnswers'
  | 'initiateFails'
  | 'pushApproved'
  | 'pushDenied'
  | 'olderDenied'
  | 'pushExpired'
  | 'pushFailed'
  | 'pushTaken'
  | 'connectionLost'
  | 'connectionBack'
  | 'cooldownOver'
  | 'approvalTimeoutOver'
  | 'submitCode'
  | 'codeRejected'
  | 'codeLocked'
  | 'lockOver'
  | 'codeFault'
  | 'codeApproved'
  | 'handedOver'
  | 'handOverFails';

interface Moved {
  readonly type: string;
  readonly move: Move;
}

function request(id: string) {
  return {
    pending: { id, expiresIn: 600, interval: 5, resumable: true },
    startedAt: 0,
    expiresAt: 600_000,
    lastSentAt: 0,
    notBefore: 0,
  };
}

function totp(move: Move, codeAttempts: CodeAttempts, verifying = false) {
  const snapshot = { status: 'active', context: { codeAttempts }, matches: () => verifying };
  return { type: 'xstate.snapshot.totp', move, snapshot };
}

const act = { actId: 'act' };
const sealed = () => new Sealed<unknown>(null);

/** The moves that make sense in a state. A backend answers only what it was asked, and a timer fires only once. */
function movesIn(snapshot: LoginSnapshot): Moved[] {
  const { context } = snapshot;
  const is = (path: Parameters<LoginSnapshot['matches']>[0]) => snapshot.matches(path);
  const [newest, older] = context.requests;
  const moves: Moved[] = [
    { type: 'start', move: 'start', ...act },
    { type: 'useCode', move: 'useCode', ...act },
    { type: 'retry', move: 'retry', ...act },
    { type: 'backToPush', move: 'backToPush', ...act },
    { type: 'keepWaiting', move: 'keepWaiting' },
    { type: 'report', move: 'report' },
    { type: 'cancel', move: 'cancel' },
    { type: 'changeUser', move: 'changeUser', loginHint: OTHER_USER },
  ] as Moved[];
  const add = (...more: object[]) => moves.push(...(more as Moved[]));

  // Only a page that was just loaded resumes.
  const { actId, idleAfter, codeAttempts, error, reported } = context;
  const untouched = actId === '' && idleAfter === null && codeAttempts === NO_ATTEMPTS && error === null && !reported;
  if (is('idle') && untouched && context.loginHint === USER)
    add({ type: 'resume', move: 'resume', login: { loginHint: USER, resends: 0, requests: [request('a')] } });
  // One resend shows all that a second would.
  if (context.resends === 0) add({ type: 'resend', move: 'resend', ...act });
  if (is({ active: 'pushing' })) {
    const id = newest ? 'b' : 'a';
    add(
      { type: 'xstate.done.actor.initiate', move: 'initiateAnswers', output: request(id) },
      { type: 'xstate.error.actor.initiate', move: 'initiateFails', error: new CibaError('unavailable', 'scripted') },
    );
  }
  if (newest && is('active')) {
    const paused = is({ active: 'timedOut' });
    // While it is paused, only a deadline polls, and that of the older request comes first.
    const next = paused ? (older ?? newest) : newest;
    const { id } = next.pending;
    const reached = context.connection === 'ok';
    add({ type: 'push.approved', move: 'pushApproved', id, session: sealed() });
    if (next === newest) add({ type: 'push.denied', move: 'pushDenied', id });
    // These leave the login where it is, and an answer mends the connection: told apart, each shows what it does.
    if (reached) {
      add({ type: 'push.expired', move: 'pushExpired', id: (older ?? newest).pending.id });
      add({ type: 'push.failed', move: 'pushFailed', id, error: new CibaError('notFound', 'scripted') });
      if (older) add({ type: 'push.denied', move: 'olderDenied', id: older.pending.id });
      else if (!paused) add({ type: 'push.taken', move: 'pushTaken', id });
      if (!paused) add({ type: 'connection.changed', move: 'connectionLost', connection: 'reconnecting' });
    } else if (!paused) add({ type: 'connection.changed', move: 'connectionBack', connection: 'ok' });
  }
  if (is({ active: 'polling' })) {
    if (context.coolingDown && context.resends === 0)
      add({ type: 'xstate.after.cooldown.login.active.polling', move: 'cooldownOver' });
    add({ type: 'xstate.after.approvalTimeout.login.active.polling', move: 'approvalTimeoutOver' });
  }
  if (is({ active: { code: 'totpEntry' } })) {
    const rejected = afterRejectedCode(context.codeAttempts, { status: 'invalidCode', at: 0 });
    if (context.verifying) {
      add(context.codeAttempts.attemptsLeft > 1 ? totp('codeRejected', rejected) : totp('codeLocked', rejected), {
        type: 'xstate.done.actor.totp',
        move: 'codeApproved',
        output: { session: sealed() },
      });
      // One fault shows all that another would.
      if (context.codeAttempts.wrongCodes === 0) {
        add(
          totp('codeFault', {
            ...context.codeAttempts,
            problem: { kind: 'fault', error: new CibaError('network', 'scripted') },
          }),
        );
      }
    } else add(totp('submitCode', { ...context.codeAttempts, problem: null }, true));
  }
  if (is({ active: { code: 'lockedOut' } })) add(totp('lockOver', afterLockout(context.codeAttempts)));
  if (is('approved')) add({ type: 'pageReturned', move: 'pageReturned' });
  if (is({ approved: 'finishing' })) {
    add(
      { type: 'xstate.done.actor.handOver', move: 'handedOver' },
      {
        type: 'xstate.error.actor.handOver',
        move: 'handOverFails',
        error: new CibaError('sessionRefused', 'scripted'),
      },
    );
  }
  return moves.filter((event) => snapshot.can(event as never));
}

/** What tells two states apart for the outside; what no screen of theirs shows is left out. */
function project(snapshot: LoginSnapshot): string {
  const { value, context } = snapshot;
  const { requests, coolingDown, resends, connection, codeAttempts, verifying, resendError, loginHint } = context;
  const polling = snapshot.matches({ active: 'polling' });
  const active = snapshot.matches('active') ? [requests.length, resends, connection] : [];
  const waiting = polling ? [coolingDown, resendError?.code] : [];
  const code = snapshot.matches({ active: 'code' })
    ? [codeAttempts.attemptsLeft, codeAttempts.problem?.kind, verifying]
    : [];
  return JSON.stringify([value, loginHint, active, waiting, code, context.idleAfter, context.reported]);
}

export interface Path {
  readonly moves: readonly Move[];
  /** What the chart says after each move. */
  readonly states: readonly LoginSnapshot[];
}

const BASE: LoginInput = {
  loginHint: USER,
  transaction: null,
  offersCode: true,
  offersReport: true,
  timeoutAction: 'ask',
  once: false,
};

/** For every state and every move in it: the shortest way there, and then the move. */
export function findPaths(input: Partial<LoginInput> = {}): Path[] {
  const options = {
    input: { ...BASE, ...input },
    events: movesIn,
    serializeState: project,
    limit: 20_000,
    // What another user may do is what the first one may.
    stopWhen: ({ context }: LoginSnapshot) => context.loginHint === OTHER_USER,
  };
  const ways = new Map(
    getShortestPaths(loginMachine, options as object).map(({ state, steps }) => [
      project(state as LoginSnapshot),
      steps.slice(1).map(({ event }) => (event as unknown as Moved).move),
    ]),
  );
  const [initial] = initialTransition(loginMachine, options.input);
  return adjacencyMapToArray(getAdjacencyMap(loginMachine as never, options as object)).map(({ state, event }) => {
    const way = ways.get(project(state as unknown as LoginSnapshot)) ?? [];
    return walk(initial, [...way, (event as unknown as Moved).move]);
  });
}

/** Takes the moves one by one: the graph keeps one example for each state, which may have come another way. */
function walk(initial: LoginSnapshot, moves: readonly Move[]): Path {
  const states: LoginSnapshot[] = [];
  for (const move of moves) {
    const from = states.at(-1) ?? initial;
    const event = movesIn(from).find((candidate) => candidate.move === move);
    if (!event) throw new Error(`${move} is not open after ${moves.slice(0, states.length).join(' → ')}`);
    states.push(transition(loginMachine, from, event as never)[0]);
  }
  return { moves, states };
}
