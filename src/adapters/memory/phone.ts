import type { AuthorizationDetail, InitiateRequest, Transaction } from '../../contract/index.js';

/** What the simulated phone does by itself. */
export type PhoneAnswer = 'approve' | 'deny' | 'ignore';

/** A prompt on the simulated phone. */
export interface PhoneRequest {
  readonly id: string;
  readonly loginHint: string;
  /** When the push was sent, in wall-clock milliseconds. */
  readonly sentAt: number;
  readonly bindingMessage?: string;
  readonly displayCode?: string;
  readonly transaction?: Transaction;
  readonly authorizationDetails?: readonly AuthorizationDetail[];
}

/** The simulated phone of a memory adapter. */
export interface MemoryPhone {
  /** The prompts that can be answered now, oldest first. */
  readonly requests: readonly PhoneRequest[];
  /** Number of rings so far. */
  readonly rings: number;
  /**
   * Approves a request, by default the newest open one. Does nothing if the request has ended.
   * @throws Error if there is no such request
   */
  approve(id?: string): void;
  /**
   * Denies a request, by default the newest open one. Does nothing if the request has ended.
   * @throws Error if there is no such request
   */
  deny(id?: string): void;
}

export type PhoneStatus = 'pending' | 'approved' | 'denied' | 'expired';

export interface PhoneScript {
  readonly answer: PhoneAnswer;
  /** Seconds from the push to the answer. */
  readonly after: number;
  /** Seconds from the push to the expiry. */
  readonly expiresIn: number;
}

/** The status of an unattended request. It depends on time only, so it needs no timer. */
export function scriptedStatus(sentAt: number, now: number, { answer, after, expiresIn }: PhoneScript): PhoneStatus {
  const answered = answer !== 'ignore' && after < expiresIn && now >= sentAt + after * 1000;
  if (answered) return answer === 'approve' ? 'approved' : 'denied';
  return now < sentAt + expiresIn * 1000 ? 'pending' : 'expired';
}

/** Creates the phone, with the backend's side of it. */
export function createPhone(script: PhoneScript, ownCode: string | undefined, now: () => number) {
  const prompts = new Map<string, PhoneRequest>();
  const subjects = new Map<string, string>();
  const decisions = new Map<string, 'approved' | 'denied'>();
  let rings = 0;

  function statusOf(id: string): PhoneStatus | undefined {
    const prompt = prompts.get(id);
    return prompt && (decisions.get(id) ?? scriptedStatus(prompt.sentAt, now(), script));
  }

  const listOpen = () => [...prompts.values()].filter(({ id }) => statusOf(id) === 'pending');

  function decide(decision: 'approved' | 'denied', id = listOpen().at(-1)?.id): void {
    if (id === undefined || !prompts.has(id)) {
      throw new Error(
        'The phone shows no such request. It was never started, or it has ended: look at `phone.requests`.',
      );
    }
    if (statusOf(id) === 'pending') decisions.set(id, decision);
  }

  const phone: MemoryPhone = {
    get requests() {
      return listOpen();
    },
    get rings() {
      return rings;
    },
    approve: (id) => decide('approved', id),
    deny: (id) => decide('denied', id),
  };

  return {
    phone,
    statusOf,
    push(request: InitiateRequest): PhoneRequest {
      const { loginHint, subject, bindingMessage, displayCode, transaction, authorizationDetails } = request;
      const shown = ownCode ?? displayCode;
      const prompt: PhoneRequest = {
        id: `memory-${++rings}`,
        loginHint,
        sentAt: now(),
        ...(bindingMessage !== undefined && { bindingMessage }),
        ...(shown !== undefined && { displayCode: shown }),
        ...(transaction && { transaction }),
        ...(authorizationDetails && { authorizationDetails }),
      };
      if (subject !== undefined) subjects.set(prompt.id, subject);
      prompts.set(prompt.id, prompt);
      return prompt;
    },
    /** Whose prompt it is. */
    ownerOf(id: string): { readonly loginHint: string; readonly subject: string | undefined } | undefined {
      const prompt = prompts.get(id);
      return prompt && { loginHint: prompt.loginHint, subject: subjects.get(id) };
    },
    /** Removes the prompt, as after a cancel. */
    remove(id: string): void {
      prompts.delete(id);
    },
  };
}
