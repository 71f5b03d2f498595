import { APPROVAL_HEADER, ASK_FOR_APPROVAL } from '../contract/approvals.js';
import type { ApprovalAnswer } from '../contract/approvals.js';
import { misconfigured } from '../contract/errors.js';
import type { Challenge, Prompts } from './prompts.js';

export interface ApprovalCallOptions {
  /** Aborts the call. Its approval is canceled, unless another call needs it. */
  readonly signal?: AbortSignal;
}

/** Calls that get an approval where the server asks for one. */
export interface ApprovedFetch {
  /**
   * `fetch` that answers a challenge of `approvals.protect`: it shows the dialog, and sends the same request once more
   * with the approval. Every other response is returned untouched, and so is the challenge where no ApprovalProvider is
   * mounted.
   *
   * @throws NotApprovedError if the user didn't approve; what `fetch` throws; the signal's reason
   */
  readonly fetch: typeof fetch;
  /**
   * Calls a function that resolves with the answer of `approvals.run`, such as a server action, a tRPC procedure or a
   * mutation. It passes the approval on: undefined at first, `'ask'` to send the push, and then the id.
   *
   * @returns the `value` that `run` resolved with
   * @throws NotApprovedError if the user didn't approve; CibaError `misconfigured` without an ApprovalProvider; what the
   * function throws; the signal's reason
   */
  readonly withApproval: <Value>(
    call: (approval: string | undefined) => Promise<ApprovalAnswer<Value>>,
    options?: ApprovalCallOptions,
  ) => Promise<Value>;
  /**
   * Shows the dialog for an approval that the server created, and resolves once it is approved.
   *
   * @throws NotApprovedError if the user didn't approve; CibaError `misconfigured` without an ApprovalProvider; the
   * signal's reason
   */
  readonly show: (id: string, options?: ApprovalCallOptions) => Promise<void>;
}

/** Whether the user acts right now. A push is only sent on an act of the user, not by a retry, a prefetch or a focus. */
function isUserActing(): boolean {
  return globalThis.navigator?.userActivation?.isActive === true;
}

/** The element that has the focus, which gets it back when the dialog closes. */
const focused = () => (globalThis.document?.activeElement ?? null) as HTMLElement | null;

/** The id in a 401 of `approvals.protect`. Any other response, also another 401, is no challenge. */
async function challengeOfResponse(response: Response): Promise<Challenge> {
  if (response.status !== 401 || !/\bjson\b/i.test(response.headers.get('content-type') ?? '')) return undefined;
  try {
    const { approval } = Object(await response.clone().json()) as { readonly approval?: unknown };
    return approval === null || (typeof approval === 'string' && approval !== '') ? approval : undefined;
  } catch {
    return undefined;
  }
}

function challengeOfAnswer(answer: object): Challenge {
  return 'approval' in answer && !('value' in answer) ? (answer.approval as string | null) : undefined;
}

/**
 * Binds the calls to the dialog of an ApprovalProvider.
 *
 * @param findPrompts the prompts of the provider that shows the dialog, or undefined where none is mounted. They are read
 * at each call
 * @param leaving aborts the calls of a component that goes away
 */
export function bindApprovedFetch(findPrompts: () => Prompts | undefined, leaving?: () => AbortSignal): ApprovedFetch {
  async function call<Answer>(
    send: (approval?: string) => Promise<Answer>,
    challengeOf: (answer: Answer) => Challenge | Promise<Challenge>,
    signal: AbortSignal | undefined,
    prompts: Prompts,
  ): Promise<Answer> {
    const asking = isUserActing();
    const from = focused();
    const answer = await send(asking ? ASK_FOR_APPROVAL : undefined);
    const id = await challengeOf(answer);
    // No id in answer to the order to ask: to repeat it would ring without an act of the user.
    if (id === undefined || (id === null && asking)) return answer;
    return prompts.request({ id, from, send, challengeOf, signals: [signal, leaving?.()] });
  }

  function needPrompts(): Prompts {
    const prompts = findPrompts();
    if (prompts) return prompts;
    throw misconfigured('No <ApprovalProvider> is mounted. Put one at the root of the app.');
  }

  return {
    async fetch(input, init) {
      const prompts = findPrompts();
      if (!prompts || !isSameOrigin(input)) return fetch(input, init);
      return call(createSender(input, init), challengeOfResponse, signalOf(input, init), prompts);
    },

    async withApproval(run, { signal } = {}) {
      const answer = await call(run, challengeOfAnswer, signal, needPrompts());
      if (answer !== null && typeof answer === 'object' && 'value' in answer) return answer.value;
      throw misconfigured(
        'withApproval got no `value`. Return what `approvals.run` resolves with, and pass the approval on to it.',
      );
    },

    async show(id, { signal } = {}) {
      await needPrompts().request({
        id,
        from: focused(),
        signals: [signal, leaving?.()],
        send: () => Promise.resolve(),
        challengeOf: () => undefined,
      });
    },
  };
}

/** Sends a request any number of times. Only what can be read once is copied, so that `fetch` gets what the app gave. */
function createSender(input: RequestInfo | URL, init?: RequestInit): (approval?: string) => Promise<Response> {
  const once = input instanceof Request || init?.body instanceof ReadableStream ? new Request(input, init) : null;
  return (approval) => {
    if (approval === undefined && !once) return fetch(input, init);
    const headers = new Headers(once ? once.headers : init?.headers);
    if (approval !== undefined) headers.set(APPROVAL_HEADER, approval);
    return once ? fetch(new Request(once.clone(), { headers })) : fetch(input, { ...init, headers });
  };
}

function signalOf(input: RequestInfo | URL, init?: RequestInit): AbortSignal | undefined {
  return init?.signal ?? (input instanceof Request ? input.signal : undefined);
}

/**
 * Only requests to the page's own origin carry an approval.
 * @throws TypeError for no URL, as `fetch` does
 */
function isSameOrigin(input: RequestInfo | URL): boolean {
  return new URL(input instanceof Request ? input.url : input, document.baseURI).origin === location.origin;
}
