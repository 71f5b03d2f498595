import { CibaError } from '../../contract/index.js';
import type {
  Approver,
  CallOptions,
  CibaAdapter,
  DisplayCode,
  InitiateRequest,
  PendingApproval,
  PollResult,
} from '../../contract/index.js';
import type { AskKind, ShownAsk } from '../../contract/inbox.js';
import { createDisplayCode, createToken, hash } from '../../server/secrets.js';
import { ENDED_CARD_SECONDS, inboxActKey, inboxAskKey, inboxEndedChannel } from '../../server/store/keys.js';
import { askKey, readAsk, settledEnd } from './ask.js';
import type { AskRecord } from './ask-record.js';
import type { InboxContext } from './context.js';
import { withdrawAsk } from './decide.js';
import { deliver } from './deliver.js';
import type { InboxRequest } from './options.js';
import { decidePolicy, receiveAsk } from './receive.js';
import type { NoCard } from './receive.js';

/** Seconds between two polls, for pages without events. */
const POLL_SECONDS = 2;

/** The inbox as the backend of a login or of approvals. */
export interface CibaInboxAdapter<Session> extends CibaAdapter<Session> {
  initiate(request: InboxRequest, options: CallOptions): Promise<PendingApproval>;
  watch: NonNullable<CibaAdapter<Session>['watch']>;
  cancel: NonNullable<CibaAdapter<Session>['cancel']>;
  approver(
    session: Session,
    asked: Pick<InitiateRequest, 'subject' | 'acrValues' | 'maxAge' | 'authorizationDetails'>,
    pending: PendingApproval | null,
  ): Promise<Approver | null>;
  makeDisplayCode(): DisplayCode;
}

/** The ID and the number of the card that an act of the requester became. */
interface Act {
  readonly id: string;
  readonly number: string;
  readonly receivedAt: number;
}

function kindOf({ kind, transaction }: InboxRequest, caller: CallOptions['caller']): AskKind {
  if (kind) return kind;
  if (transaction?.amount) return 'payment';
  return caller === 'approval' ? 'other' : 'signIn';
}

/** What an approval's app learns instead of waiting before an empty phone. */
function noCardError(noCard: NoCard): CibaError {
  switch (noCard.reason) {
    case 'noDevice':
      return new CibaError('noDevice', 'This user has no phone at the inbox. Invite one with `inbox.invite`.');
    case 'limited':
    case 'full':
      return new CibaError('rateLimited', 'Too many cards are open or were sent to this user.', {
        retryAfter: noCard.retryAfter,
      });
    case 'inactive':
      return new CibaError('refused', 'The option `active` of createCibaInbox says that this account is not in use.');
    case 'refusedByPolicy':
      return new CibaError('refused', 'The `policy` of createCibaInbox refused this, or a number is due and missing.');
    case 'refusedText':
      return new CibaError(
        'misconfigured',
        'A text of the card has a line end or invisible characters, or an amount or payee does not fit. Clean it first.',
      );
  }
}

/** The adapter for `createCibaHandler` and `createApprovals`. */
export function createInboxAdapter<Session>(context: InboxContext<Session>): CibaInboxAdapter<Session> {
  const { store, now, options } = context;

  function numberShown(number: string): DisplayCode {
    return {
      displayCode: number,
      displayCodeUse: 'enter',
      displayCodeUrl: `${context.origin}${context.page}#${number}`,
    };
  }

  function pendingOf({ id, number, expiresIn }: Act & { expiresIn: number }, hasNumber: boolean): PendingApproval {
    return { id, expiresIn, interval: POLL_SECONDS, resumable: true, ...(hasNumber && numberShown(number)) };
  }

  /** Finds the user. An unknown one gets a decoy, which has nothing to say. */
  async function findUser(request: InboxRequest): Promise<{ subject: string; name: string } | null> {
    const user = await options.find(request.loginHint);
    if (!user) return null;
    if (typeof user.subject !== 'string' || user.subject === '') {
      throw new CibaError('misconfigured', '`find` of createCibaInbox returned a user without a `subject`.');
    }
    return request.subject === undefined || request.subject === user.subject ? user : null;
  }

  async function initiate(request: InboxRequest, { signal, actId, caller = 'unknown' }: CallOptions) {
    signal.throwIfAborted();
    const kind = kindOf(request, caller);
    const expiresIn = Math.min(request.requestedExpiry ?? context.expiresInSeconds, context.maxLifeSeconds);
    const { value: act } = await store.setIfAbsent<Act>(
      inboxActKey(hash('inbox-act', actId, request.loginHint, caller)),
      { id: createToken(), number: createDisplayCode('digits'), receivedAt: now() },
      expiresIn,
    );
    const key = askKey(act.id);
    const earlier = await store.get<AskRecord>(inboxAskKey(key));
    const shown = shownOf(request, kind);
    const expiresAt = act.receivedAt + expiresIn * 1000;
    const user = earlier ? null : await findUser(request);
    const ask = {
      id: act.id,
      subject: user?.subject ?? '',
      account: user?.name ?? '',
      channel: 'adapter',
      issuer: null,
      clientId: null,
      requester: context.app,
      jti: act.id,
      caller,
      number: act.number,
      receivedAt: act.receivedAt,
      expiresAt,
      reply: null,
      ...(request.transaction && { transaction: request.transaction }),
      ...(request.from !== undefined && { from: request.from }),
      unsigned: {},
    };
    // Whether there is a number follows from what the server asked, so that a decoy shows the same.
    const policy = decidePolicy(context, ask, { kind, hasNumber: true });
    const pending = pendingOf(
      { ...act, expiresIn: secondsLeft(ask) },
      policy !== 'refuse' && policy.number === 'enter',
    );
    if (earlier) return pending;
    if (!user) {
      if (caller === 'approval') throw new CibaError('unknownUser', '`find` of createCibaInbox knows no such user.');
      context.emit({ type: 'unknownUser', ask: key });
      const decoy: AskRecord = { ...ask, shown: { kind }, number: null, decoy: true };
      await store.setIfAbsent(inboxAskKey(key), decoy, expiresIn + ENDED_CARD_SECONDS);
    } else {
      const noCard = await receiveAsk(context, { ...ask, shown: { ...shown, account: user.name } });
      if (noCard && caller === 'approval') throw noCardError(noCard);
    }
    return pending;
  }

  const secondsLeft = ({ expiresAt }: { expiresAt: number }) => Math.max(1, Math.ceil((expiresAt - now()) / 1000));

  async function poll({ id }: PendingApproval, { signal }: CallOptions): Promise<PollResult<Session>> {
    signal.throwIfAborted();
    const state = await readAsk(context, id);
    if (!state) return { status: 'expired' };
    const end = await settledEnd(context, state);
    signal.throwIfAborted();
    if (!end) return { status: 'pending' };
    if (end.status === 'expired' || end.status === 'cancelled') return { status: end.status };
    if (end.status !== 'approved' || !end.proof) return { status: 'denied' };
    const delivery = await deliver(context, state, end);
    if (delivery !== 'sent') return { status: delivery === 'sending' ? 'pending' : 'expired' };
    const { subject, deviceId, decidedAt } = end.proof;
    const session = await options.session({
      subject,
      deviceId,
      approvedAt: decidedAt,
      amr: ['pop', 'user', 'mfa'],
    });
    if (session === null || session === undefined) {
      throw new CibaError('refused', 'The option `session` of createCibaInbox returned no session for this approval.');
    }
    return { status: 'approved', session };
  }

  return {
    initiate,
    poll,
    watch({ id }, { signal, onSignal }) {
      let unsubscribe: (() => void) | null = null;
      let closed = signal.aborted;
      const close = () => {
        closed = true;
        unsubscribe?.();
        unsubscribe = null;
      };
      signal.addEventListener('abort', close, { once: true });
      // Without the channel, polls find the end.
      void store.subscribe(inboxEndedChannel(askKey(id)), onSignal).then(
        (leave) => {
          if (closed) leave();
          else unsubscribe = leave;
        },
        () => undefined,
      );
      return close;
    },
    async cancel({ id }, { signal }) {
      signal.throwIfAborted();
      await withdrawAsk(context, id);
    },
    async approver(_session, _asked, pending) {
      const state = pending && (await readAsk(context, pending.id));
      const proof = state?.end?.proof;
      return proof ? { subject: proof.subject, authTime: Math.floor(proof.decidedAt / 1000) } : null;
    },
    usualAnswer: {
      expiresIn: Math.min(context.expiresInSeconds, context.maxLifeSeconds),
      interval: POLL_SECONDS,
      displayCodeUse: 'enter',
    },
    makeDisplayCode: () => numberShown(createDisplayCode('digits')),
  };
}

/** What the card shows of a request, unless the option `describe` says otherwise. */
function shownOf({ transaction, from, bindingMessage }: InboxRequest, kind: AskKind): ShownAsk {
  const title = transaction?.title ?? bindingMessage;
  return {
    kind,
    ...(title !== undefined && { title }),
    ...(transaction?.amount && { amount: transaction.amount }),
    ...(transaction?.payee !== undefined && { payee: transaction.payee }),
    ...(from !== undefined && { from }),
    ...(transaction?.details && { details: transaction.details }),
  };
}
