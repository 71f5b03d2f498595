import { assign, fromPromise } from 'xstate';
import type { PromiseActorLogic } from 'xstate';
import { CibaError, toCibaError } from '../../contract/index.js';
import type { Sealed } from '../../contract/index.js';
import type { InboxAnswer, InboxCard, InboxChallenge, PasskeyJson } from '../../contract/inbox.js';
import { setup, fromEvent } from '../../machine/chart/setup.js';

/** What went wrong on an open card. `dismissed`: the passkey dialog was closed. None of them ends the card. */
export type CardProblem = 'incomplete' | 'wrongNumber' | 'dismissed' | 'passkey' | 'fault';

/** The user's answer to a card. An approval carries what the passkey signed. */
export type CardAct =
  { readonly act: 'approve'; readonly assertion: PasskeyJson } | { readonly act: 'deny' | 'report' };

/** What the chart must know of a card. */
export type OpenedCard = Pick<InboxCard, 'id' | 'digits' | 'attemptsLeft'>;

export interface CardContext {
  readonly card: OpenedCard | null;
  readonly number: Sealed<string> | null;
  readonly passkey: PasskeyJson | null;
  readonly problem: CardProblem | null;
  /** The answer that is on its way, or that failed and can be sent again. */
  readonly act: CardAct | null;
  readonly answer: InboxAnswer | null;
  /** The cards that the user has closed, so that an older list doesn't open them again. */
  readonly closed: readonly string[];
}

export type CardEvent =
  | { readonly type: 'open'; readonly card: OpenedCard }
  /** `null` if the number isn't complete. A card without a number needs none. */
  | { readonly type: 'approve'; readonly number: Sealed<string> | null }
  | { readonly type: 'deny' | 'report' | 'retry' | 'done' }
  /** A list told how the card ended: another phone answered, the other screen withdrew, the delivery went on. */
  | { readonly type: 'listed'; readonly answer: InboxAnswer }
  /** The phone's own count of the time is over. */
  | { readonly type: 'timeOver' };

interface Challenged {
  readonly id: string;
  readonly number: Sealed<string> | null;
}

interface Decided {
  readonly id: string;
  readonly act: CardAct;
}

/** The placeholder of an actor that `useCibaInbox` provides. */
const notProvided = fromPromise<never>(() =>
  Promise.reject(new CibaError('misconfigured', 'Open cards with useCibaInbox().')),
);

const idOf = ({ card }: CardContext) => card?.id ?? '';
const ended = (status: InboxAnswer['status']): InboxAnswer => ({ status, delivery: 'sent', mine: false });

/**
 * The chart of one card on a phone: what is asked is open until it is approved, denied or reported, on this phone or
 * elsewhere. The number is checked before the passkey, and the passkey before the answer is sent. A denial and a report need
 * neither, so they leave every state of an open card.
 */
export const cardMachine = setup({
  types: {} as { context: CardContext; events: CardEvent },
  actors: {
    challenge: notProvided as PromiseActorLogic<InboxChallenge, Challenged>,
    verify: notProvided as PromiseActorLogic<PasskeyJson, PasskeyJson>,
    decide: notProvided as PromiseActorLogic<InboxAnswer, Decided>,
  },
  guards: {
    isIncomplete: ({ context, event }) =>
      event.type === 'approve' && context.card?.digits != null && event.number === null,
    needsPasskey: (_, { output }: { output: InboxChallenge }) => output.status === 'passkey',
    isWrongNumber: (_, { output }: { output: InboxChallenge }) => output.status === 'wrongNumber',
    isRefused: (_, { error }: { error: unknown }) => toCibaError(error).code === 'refused',
    isGone: (_, { error }: { error: unknown }) => toCibaError(error).code === 'notFound',
    /** Decided, and not yet told to the one who asked. A denial needs no wait: it is final already. */
    isOnItsWay: ({ context: { answer } }) =>
      answer?.status === 'approved' && answer.mine && answer.delivery === 'sending',
  },
  actions: {
    openCard: assign(({ event }) =>
      event.type === 'open'
        ? { card: event.card, number: null, passkey: null, problem: null, act: null, answer: null }
        : {},
    ),
    takeNumber: assign(({ event }) => (event.type === 'approve' ? { number: event.number, problem: null } : {})),
    setProblem: assign((_, problem: CardProblem) => ({ problem })),
    countAttempt: assign(({ context }, { output }: { output: InboxChallenge }) =>
      output.status === 'wrongNumber' && context.card
        ? { card: { ...context.card, attemptsLeft: output.attemptsLeft }, problem: 'wrongNumber' as const }
        : {},
    ),
    keepPasskey: assign((_, { output }: { output: InboxChallenge }) =>
      output.status === 'passkey' ? { passkey: output.passkey } : {},
    ),
    /** A passkey dialog that the user closes, and one that the page closes, reject with these names (WebAuthn §5.1.4). */
    explainPasskey: assign((_, { error }: { error: unknown }) => {
      const { name } = Object(error) as { name?: unknown };
      return {
        problem: name === 'NotAllowedError' || name === 'AbortError' ? ('dismissed' as const) : ('fault' as const),
      };
    }),
    approve: assign((_, { output }: { output: PasskeyJson }) => ({
      act: { act: 'approve' as const, assertion: output },
    })),
    deny: assign(() => ({ act: { act: 'deny' as const } })),
    report: assign(() => ({ act: { act: 'report' as const } })),
    keepAnswer: assign((_, { output }: { output: InboxAnswer }) => ({ answer: output })),
    takeListed: assign(({ event }) => (event.type === 'listed' ? { answer: event.answer } : {})),
    /** The card is unknown, so its day is over. */
    expire: assign(() => ({ answer: ended('expired') })),
    closeCard: assign(({ context }) => ({ card: null, closed: [...context.closed, idOf(context)] })),
  },
}).createMachine({
  id: 'card',
  context: { card: null, number: null, passkey: null, problem: null, act: null, answer: null, closed: [] },
  initial: 'closed',
  states: {
    closed: { on: { open: { target: 'open', actions: 'openCard' } } },
    open: {
      initial: 'reviewing',
      on: {
        deny: { target: 'deciding', actions: 'deny' },
        report: { target: 'deciding', actions: 'report' },
        listed: { target: 'settling', actions: 'takeListed' },
        timeOver: { target: 'settling', actions: 'expire' },
      },
      states: {
        reviewing: {
          on: {
            open: { target: 'reviewing', reenter: true, actions: 'openCard' },
            approve: [
              { guard: 'isIncomplete', actions: { type: 'setProblem', params: () => 'incomplete' as const } },
              { target: 'checking', actions: 'takeNumber' },
            ],
          },
        },
        checking: {
          invoke: {
            id: 'challenge',
            src: 'challenge',
            input: ({ context }) => ({ id: idOf(context), number: context.number }),
            onDone: [
              {
                guard: { type: 'needsPasskey', params: fromEvent },
                target: 'verifying',
                actions: { type: 'keepPasskey', params: fromEvent },
              },
              {
                guard: { type: 'isWrongNumber', params: fromEvent },
                target: 'reviewing',
                actions: { type: 'countAttempt', params: fromEvent },
              },
              {
                target: '#card.settling',
                actions: { type: 'keepAnswer', params: ({ event }) => ({ output: event.output as InboxAnswer }) },
              },
            ],
            onError: [
              { guard: { type: 'isGone', params: fromEvent }, target: '#card.settling', actions: 'expire' },
              { target: 'reviewing', actions: { type: 'setProblem', params: () => 'fault' as const } },
            ],
          },
        },
        verifying: {
          invoke: {
            id: 'verify',
            src: 'verify',
            input: ({ context }) => context.passkey ?? {},
            onDone: { target: '#card.deciding', actions: { type: 'approve', params: fromEvent } },
            onError: { target: 'reviewing', actions: { type: 'explainPasskey', params: fromEvent } },
          },
        },
      },
    },
    deciding: {
      invoke: {
        id: 'decide',
        src: 'decide',
        input: ({ context }) => ({ id: idOf(context), act: context.act ?? { act: 'deny' as const } }),
        onDone: { target: 'settling', actions: { type: 'keepAnswer', params: fromEvent } },
        onError: [
          {
            guard: { type: 'isRefused', params: fromEvent },
            target: 'open',
            actions: { type: 'setProblem', params: () => 'passkey' as const },
          },
          { guard: { type: 'isGone', params: fromEvent }, target: 'settling', actions: 'expire' },
          { target: 'failed' },
        ],
      },
    },
    /** The one place that turns any answer into an end. */
    settling: { always: [{ guard: 'isOnItsWay', target: 'sending' }, { target: 'ended' }] },
    sending: { on: { listed: { target: 'settling', actions: 'takeListed' } } },
    failed: {
      on: {
        retry: 'deciding',
        listed: { target: 'settling', actions: 'takeListed' },
        done: { target: 'closed', actions: 'closeCard' },
      },
    },
    ended: {
      on: {
        /** Also for a day after the end: the user may notice late. */
        report: { target: 'deciding', actions: 'report' },
        done: { target: 'closed', actions: 'closeCard' },
      },
    },
  },
});
