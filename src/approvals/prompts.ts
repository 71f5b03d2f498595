import { ASK_FOR_APPROVAL } from '../contract/approvals.js';
import type { ApprovalOutcome } from '../contract/approvals.js';
import { unlessAborted } from '../contract/unless-aborted.js';
import { NotApprovedError } from './not-approved-error.js';

/** What the dialog shows. Calls that need the same approval share it. */
export interface Prompt {
  /** Tells prompts apart, also before they have an id. */
  readonly key: number;
  /** The approval's id, or the function that sends the push after the user's press and returns the id. */
  readonly approval: string | (() => Promise<string>);
  /** The element that had the focus when the call began. */
  readonly from: HTMLElement | null;
  /** The dialog reports an end. The promise settles once the calls have used the approval. */
  readonly end: (outcome: ApprovalOutcome) => Promise<void>;
  /** The user closed the dialog. */
  readonly close: () => void;
}

/** A call that met a challenge. */
export interface PromptedCall<Answer> {
  /** The id that the challenge holds, or null if the user has to ask for the push first. */
  readonly id: string | null;
  /** Each of them aborts this call alone. Another one with the same id continues. */
  readonly signals?: readonly (AbortSignal | undefined)[];
  /** The element that had the focus when the call began. */
  readonly from: HTMLElement | null;
  /** Sends the request again: without an approval, with the order to ask for one ({@link ASK_FOR_APPROVAL}), or with an id. */
  readonly send: (approval?: string) => Promise<Answer>;
  /** The id in a challenge, null in one without an id, undefined if the answer is no challenge. */
  readonly challengeOf: (answer: Answer) => Challenge | Promise<Challenge>;
}

export type Challenge = string | null | undefined;

interface Entry {
  readonly key: number;
  readonly from: HTMLElement | null;
  id: string | null;
  /** Sends the push. Until the call offers it, the dialog doesn't show the entry. */
  ask: (() => Promise<string>) | null;
  outcome: ApprovalOutcome | null;
  /** The calls that need it. */
  readonly calls: Set<object>;
  /** Settle when it is first in the queue, when it ends, and when its last call has left. */
  readonly turn: Deferred<void>;
  readonly ended: Deferred<ApprovalOutcome>;
  readonly unused: Deferred<void>;
}

/**
 * The approvals that wait for the one dialog, first come, first served.
 *
 * @param withdraw ends an approval at the server. It is called for each one that was left before it ended
 */
export function createPrompts(withdraw: (id: string) => void) {
  let entries: readonly Entry[] = [];
  let shown: Prompt | null = null;
  let lastKey = 0;
  let isOpen = false;
  const listeners = new Set<() => void>();

  function setEntries(next: readonly Entry[]): void {
    entries = next;
    const first = entries[0];
    first?.turn.resolve();
    const approval = first && (first.ask ?? first.id);
    shown = approval
      ? { key: first.key, from: first.from, approval, end: (outcome) => end(first, outcome), close: () => drop(first) }
      : null;
    for (const listener of listeners) listener();
  }

  /** The first end counts. */
  function settle(entry: Entry, outcome: ApprovalOutcome): void {
    if (entry.outcome !== null) return;
    entry.outcome = outcome;
    if (outcome === 'cancelled' && entry.id !== null) withdraw(entry.id);
    entry.ended.resolve(outcome);
  }

  function end(entry: Entry, outcome: ApprovalOutcome): Promise<void> {
    settle(entry, outcome);
    return entry.unused.promise;
  }

  function drop(entry: Entry): void {
    settle(entry, 'cancelled');
    setEntries(entries.filter((other) => other !== entry));
  }

  /** The same approval is shown once. One that was not approved stays until the user closes it, and is no use to others. */
  function enter(id: string | null, from: HTMLElement | null, call: object): Entry {
    const same = entries.find((entry) => id !== null && entry.id === id && isUsable(entry));
    if (same) {
      same.calls.add(call);
      return same;
    }
    const entry: Entry = {
      key: (lastKey += 1),
      from,
      id,
      ask: null,
      outcome: null,
      calls: new Set([call]),
      turn: deferred(),
      ended: deferred(),
      unused: deferred(),
    };
    setEntries([...entries, entry]);
    return entry;
  }

  function leave(entry: Entry, call: object): void {
    entry.calls.delete(call);
    if (entry.calls.size > 0) return;
    entry.unused.resolve();
    if (isUsable(entry) || entry !== entries[0]) drop(entry);
  }

  /** Offers the button that sends the push, and resolves with the answer. The push is sent once. */
  async function offer<Answer>(
    entry: Entry,
    { send, challengeOf }: PromptedCall<Answer>,
  ): Promise<[Answer, Challenge]> {
    const answered = deferred<[Answer, Challenge]>();
    const ask = async () => {
      try {
        const answer = await send(ASK_FOR_APPROVAL);
        const challenge = await challengeOf(answer);
        answered.resolve([answer, challenge]);
        if (typeof challenge === 'string') {
          // The call was aborted, or the dialog closed, while the push was sent.
          if (entry.outcome === 'cancelled') withdraw(challenge);
          return challenge;
        }
      } catch (caught) {
        answered.reject(caught);
      }
      // The dialog closes with the call, which got the answer or the error, so this is never visible.
      throw new NotApprovedError('cancelled');
    };
    let asked: Promise<string> | undefined;
    entry.ask = () => (asked ??= ask());
    setEntries([...entries]);
    // After an approval it has the answer already.
    void entry.ended.promise.then(() => answered.reject(toError(entry)));
    return answered.promise;
  }

  /**
   * Shows the approval that a challenge asks for, and sends the request again once the user has approved.
   *
   * @returns the answer to the request that was sent last
   * @throws NotApprovedError if the approval ended otherwise; the signal's reason if the call was aborted
   */
  async function request<Answer>(prompted: PromptedCall<Answer>): Promise<Answer> {
    const { id, from, signals = [], send, challengeOf } = prompted;
    for (const signal of signals) signal?.throwIfAborted();
    // The provider went away after the call began.
    if (!isOpen) throw new NotApprovedError('cancelled');
    const call = {};
    let entry = enter(id, from, call);
    const until = <Value>(promise: Promise<Value>) => signals.reduce(unlessAborted, promise);
    try {
      if (id === null) {
        if (entry !== entries[0]) {
          await until(Promise.race([entry.turn.promise, entry.ended.promise]));
          throwIfEnded(entry);
          // The approval that was shown first may have opened the area.
          const answer = await until(send());
          const challenge = await challengeOf(answer);
          if (challenge === undefined) return answer;
        }
        const [answer, challenge] = await until(offer(entry, prompted));
        // The server gave no id although it was told to ask. To try again would ring without an act of the user.
        if (typeof challenge !== 'string') return answer;
        entry = moveTo(entry, challenge, call);
      }
      await until(entry.ended.promise);
      throwIfEnded(entry);
      return await send(entry.id ?? undefined);
    } finally {
      leave(entry, call);
    }
  }

  /** Another call may have got the same approval meanwhile. Then both share one place in the queue. */
  function moveTo(entry: Entry, id: string, call: object): Entry {
    const other = entries.find((known) => known !== entry && known.id === id && isUsable(known));
    if (!other) {
      entry.id = id;
      return entry;
    }
    other.calls.add(call);
    leave(entry, call);
    return other;
  }

  return {
    request,
    /** The prompt to show, or null. It changes only together with what it says. */
    current: (): Prompt | null => shown,
    subscribe(onChange: () => void): () => void {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    /** Starts to take calls. The returned function ends that and cancels all of them, when the provider goes away. */
    open(): () => void {
      isOpen = true;
      return () => {
        isOpen = false;
        for (const entry of entries) drop(entry);
      };
    },
  };
}

/** The approvals that wait for one dialog. */
export type Prompts = ReturnType<typeof createPrompts>;

function isUsable({ outcome }: Entry): boolean {
  return outcome === null || outcome === 'approved';
}

const toError = ({ outcome }: Entry) => new NotApprovedError(outcome as NotApprovedError['outcome']);

function throwIfEnded(entry: Entry): void {
  if (!isUsable(entry)) throw toError(entry);
}

interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: unknown) => void;
}

function deferred<Value>(): Deferred<Value> {
  let settle!: Omit<Deferred<Value>, 'promise'>;
  const promise = new Promise<Value>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // When it is rejected, the caller may have stopped waiting for it.
  promise.catch(() => undefined);
  return { promise, ...settle };
}
