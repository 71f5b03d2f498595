import { CibaError } from '../../contract/index.js';
import { misconfigured } from '../../contract/errors.js';
import { isStorable } from '../backend.js';
import type { Context, Outcomes } from '../context.js';
import { retryStoreWrite } from '../coordination/retry-store.js';
import { countDenials } from '../limits.js';
import { failedEvent } from '../log/events.js';
import { withdrawRequest } from '../login/login-record.js';
import { createToken, hash } from '../secrets.js';
import { revokeSession } from '../session/revoke.js';
import {
  APPROVAL_MEMORY_SECONDS,
  areaKey,
  keptReceiptKey,
  newestKey,
  openAsksKey,
  readyChannel,
  RECEIPT_GRACE_SECONDS,
  receiptKey,
  TAKEN_SECONDS,
  takenKey,
  unansweredKey,
} from '../store/keys.js';
import { sleep } from '../timing.js';
import type { CheckedAsk } from './ask.js';
import { refused, refusedWithoutReason, TOKEN_SECONDS } from './context.js';
import type { ApprovalContext, Names } from './context.js';
import { GIVEN_BACK, isLate, labelOf, methodOf, secondsToUse } from './record.js';
import type { ApprovalRecord, StoredApproval } from './record.js';
import type { Receipt } from './types.js';

/** Most seconds past the end of a request in which an approval still counts. */
const GRACE_SECONDS = 30;

/** Denials of one subject, by all requesters within a day, after which all of them wait. */
const FREE_DENIALS_OF_SUBJECT = 4;

/** What an approval gives, until it is used. */
interface StoredReceipt<Session> extends ReturnType<typeof methodOf> {
  readonly session: Session | null;
}

/** The key that a subject's open approvals and denials count under, for one requester. */
export const countedFor = (account: string, requester: string) => hash(account, requester);

/** The same for all requesters. Logins of strangers don't count here, so they can't block the user's own payment. */
export const countedForAll = (account: string) => hash('approvals', account);

/** Approvals end in a receipt. */
export function createReceipts<Session>(): Outcomes<Session> {
  // The context of these calls is always that of createApprovals, and the login's record that of an approval.
  const own = (context: Context<Session>) => context as ApprovalContext<Session>;

  return {
    answerSeconds: APPROVAL_MEMORY_SECONDS,
    recordSeconds: APPROVAL_MEMORY_SECONDS,
    graceSeconds: GRACE_SECONDS,
    codeAfterExpiry: false,

    async offer(context, session, { login, method, approver }) {
      const { ask, key, account } = login as ApprovalRecord;
      const useSeconds = secondsToUse(own(context), ask);
      const keepsSession = useSeconds <= TOKEN_SECONDS && !ask.goodFor;
      try {
        if (approver?.withoutPrompt && !ask.withoutPrompt) {
          throw new CibaError(
            'refused',
            'The backend approved by itself and asked nobody. Set `withoutPrompt` in the ask if that is enough.',
          );
        }
        if (keepsSession && !isStorable(session)) {
          throw misconfigured(
            "What the adapter's approval resolved to is not JSON, or is larger than 256 KB, so the receipt can't keep it. Resolve to plain JSON.",
          );
        }
        const name = createToken();
        const receipt: StoredReceipt<Session> = {
          session: keepsSession ? session : null,
          ...methodOf(method, approver),
        };
        const seconds = useSeconds + RECEIPT_GRACE_SECONDS;
        await retryStoreWrite(context, () =>
          Promise.all([
            context.store.set(receiptKey(name), receipt, seconds),
            context.store.set(keptReceiptKey(key), name, seconds),
          ]),
        );
        if (!keepsSession) await revokeSession(context, session, account);
        else setTimeout(() => void withdraw(own(context), name), useSeconds * 1000).unref?.();
        return name;
      } catch (caught) {
        await revokeSession(context, session, account);
        throw caught;
      }
    },

    recover: async ({ store }, { key }) => (await store.get<string>(keptReceiptKey(key))) ?? null,

    withdraw: (context, approval) => withdraw(own(context), approval),

    async release(context, login, status) {
      const record = login as ApprovalRecord;
      const { store } = context;
      const { key, id, account, browser, ask, pushed } = record;
      const counted = countedFor(account, browser);
      const answered = status === 'approved' || status === 'denied';
      await Promise.all([
        store.releaseSlot(openAsksKey(counted), key),
        store.releaseSlot(openAsksKey(countedForAll(account)), key),
        store.deleteIfEquals(newestKey(browser, account, ask.action), id),
        answered && store.delete(unansweredKey(counted)),
        status === 'denied' &&
          countDenials({ ...context, freeDenials: FREE_DENIALS_OF_SUBJECT }, countedForAll(account), 1),
        ...record.requesters.map((requester) => store.publish(readyChannel(requester))),
      ]);
      // It can't be used anymore, so the user shouldn't be asked.
      if (status === 'expired') withdrawRequest(context, { record, schedule: { decoy: !pushed } });
    },
  };
}

/** Gives back an unused receipt, and revokes what is in it. Never throws. */
async function withdraw<Session>(context: ApprovalContext<Session>, approval: string): Promise<void> {
  const { store } = context;
  try {
    const { claimed } = await store.setIfAbsent(takenKey(approval), GIVEN_BACK, TAKEN_SECONDS);
    if (!claimed) return;
    const receipt = await store.get<StoredReceipt<Session>>(receiptKey(approval));
    await store.delete(receiptKey(approval));
    if (receipt && receipt.session !== null) await revokeSession(context, receipt.session);
  } catch (caught) {
    context.emit(failedEvent('revoke', caught));
  }
}

/**
 * Takes the receipt of an approval, once. `by` names the job that takes it, which gets the same receipt again.
 * @throws CibaError `refused`
 */
export async function takeReceipt<Session>(
  context: ApprovalContext<Session>,
  { login, record }: StoredApproval,
  by: string | undefined,
): Promise<Receipt<unknown, Session>> {
  const { store } = context;
  const { ending } = login;
  if (ending === null) throw refused('undecided');
  if (ending === 'over') throw refused('late');
  if (ending.status !== 'approved') throw refusedWithoutReason();
  const { approval } = ending;
  if (isLate(context, record, ending)) {
    await withdraw(context, approval);
    throw refused('late');
  }
  // It is read first: a store that is away must not use it up.
  const stored = await store.get<StoredReceipt<Session>>(receiptKey(approval));
  const owner = by === undefined ? createToken() : hash('by', by);
  const { claimed, value } = await store.setIfAbsent(takenKey(approval), owner, TAKEN_SECONDS);
  if (value !== owner) throw value === GIVEN_BACK ? refusedWithoutReason() : refused('used');
  if (!stored) throw refused('late');
  if (by === undefined) await store.delete(receiptKey(approval)).catch(() => undefined);
  if (claimed) context.report({ type: 'consumed', approval: labelOf(record) }, record.account);
  const { id, ask } = record;
  const { action, subject, transaction, data } = ask;
  return { id, action, subject, transaction, data, approvedAt: ending.at, ...stored };
}

/** An area that is open to a requester. */
interface Area {
  readonly receipt: Receipt<unknown, never>;
  /** Wall-clock milliseconds. */
  readonly until: number;
}

/** The receipt of an area that is open to this requester, or `null`. */
export async function readArea<Session>(
  { store, now }: ApprovalContext<Session>,
  [requester]: Names,
  { goodFor = 0 }: CheckedAsk,
  digest: string,
): Promise<Receipt<unknown, Session> | null> {
  if (goodFor === 0) return null;
  const area = await store.get<Area>(areaKey(requester, digest));
  return area && area.until > now() ? area.receipt : null;
}

/** Milliseconds for which a parallel request waits for the one that opens the area, and between two looks. */
const AREA_WAIT_MS = 2000;
const AREA_LOOK_MS = 50;

/**
 * Takes a receipt, and opens its area. Parallel requests of a page come with the same approval: the first one takes it, and
 * the others wait until the area is open.
 * @throws CibaError `refused`
 */
export async function takeForArea<Session>(
  context: ApprovalContext<Session>,
  names: Names,
  approval: StoredApproval,
): Promise<Receipt<unknown, Session>> {
  const { ask, digest } = approval.record;
  const { goodFor = 0 } = ask;
  if (goodFor === 0) return takeReceipt(context, approval, undefined);
  try {
    const receipt = await takeReceipt(context, approval, undefined);
    const area = { receipt: { ...receipt, session: null }, until: context.now() + goodFor * 1000 };
    await retryStoreWrite(context, () => context.store.set(areaKey(names[0], digest), area, goodFor));
    return receipt;
  } catch (caught) {
    if ((caught as CibaError).reason !== 'used') throw caught;
    for (let waitedMs = 0; ; waitedMs += AREA_LOOK_MS) {
      const open = await readArea(context, names, ask, digest);
      if (open) return open;
      if (waitedMs >= AREA_WAIT_MS) throw caught;
      await sleep(AREA_LOOK_MS);
    }
  }
}
