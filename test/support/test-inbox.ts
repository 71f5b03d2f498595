import { CibaError } from 'react-ciba';
import type { CibaErrorCode } from 'react-ciba';
import type {
  CardDelivery,
  CardEnd,
  DeviceInfo,
  InboxAdapter,
  InboxAnswer,
  InboxCard,
  InboxList,
  Passkeys,
  RegisterAnswer,
  ShownAsk,
} from 'react-ciba/inbox';

const DAY_MS = 86_400_000;

/** The right number of every card. */
export const NUMBER = '4711';

/** The phone that shows the page. */
export const THIS_PHONE: DeviceInfo = {
  id: 'this',
  name: 'Pixel 9',
  addedAt: Date.now() - 40 * DAY_MS,
  usedAt: Date.now() - 120_000,
  push: false,
  backedUp: false,
};

/** What one method does: it fails with a code, never answers, or (`null`) answers as usual. */
export type TestFault = CibaErrorCode | 'hang' | null;

/** A card that the test inbox rings. Everything but what is shown has a default. */
export interface TestCard {
  readonly id?: string;
  readonly shown: ShownAsk;
  readonly requester?: string;
  /** Seconds left. @default 180 */
  readonly expiresIn?: number;
  /** @default 180 */
  readonly lifetime?: number;
  /** @default 4 for `signIn`, `device` and `other`, else null */
  readonly digits?: number | null;
  readonly attemptsLeft?: number;
  /** The right number. @default NUMBER */
  readonly number?: string;
}

export interface TestInboxOptions {
  readonly cards?: readonly TestCard[];
  /** A page that is no phone yet, was one, or is locked. @default a phone */
  readonly page?: 'new' | 'removed' | 'locked';
  readonly device?: Partial<DeviceInfo>;
  readonly devices?: readonly DeviceInfo[];
  /** Seconds for which no bell rings for strangers. */
  readonly quiet?: number;
  /** The key of web push. @default null: the server sends none */
  readonly pushKey?: string | null;
  /** What becomes of approvals. @default 'sent' */
  readonly delivery?: CardDelivery;
  /** Answers to the steps of adding the phone, the last one again and again. */
  readonly register?: readonly RegisterAnswer[];
  /** The faults of the next calls of each method. The last one stays. */
  readonly faults?: Partial<Record<keyof InboxAdapter, readonly TestFault[]>>;
  /** Wall-clock milliseconds. @default the real clock */
  readonly now?: () => number;
  /** Is told how a card ended on this phone. */
  readonly onEnd?: (id: string, end: CardEnd) => void;
}

interface Stored extends TestCard {
  readonly id: string;
  readonly endsAt: number;
  readonly receivedAt: number;
  answer: InboxAnswer | null;
  attemptsLeft: number;
}

const needsNumber = ({ kind }: ShownAsk) => kind === 'signIn' || kind === 'device' || kind === 'other';

/** An inbox in memory, for stories and tests of the phone's page. It keeps the rules of the routes, without a passkey. */
export function createTestInbox(options: TestInboxOptions = {}) {
  const { delivery = 'sent', quiet = 0, pushKey = null, now = () => Date.now(), onEnd } = options;
  const faults = new Map(Object.entries(options.faults ?? {}).map(([name, list]) => [name, [...list]]));
  const registered = [...(options.register ?? [])];
  const cards = new Map<string, Stored>();
  const listeners = new Set<() => void>();
  const calls: string[] = [];
  let page = options.page ?? 'phone';
  let device: DeviceInfo = { ...THIS_PHONE, ...options.device };
  let devices = options.devices ?? [device];

  const changed = () => listeners.forEach((listener) => listener());
  const ring = (card: TestCard) => {
    const { expiresIn = 180, id = `card-${cards.size + 1}` } = card;
    const receivedAt = now();
    const endsAt = receivedAt + expiresIn * 1000;
    cards.set(id, { ...card, id, endsAt, receivedAt, answer: null, attemptsLeft: card.attemptsLeft ?? 3 });
    changed();
  };
  options.cards?.forEach(ring);

  const find = (id: string): Stored => {
    const card = cards.get(id);
    if (!card) throw new CibaError('notFound', 'The test inbox has no such card.');
    return card;
  };
  /** The first end is the only one. */
  const end = (id: string, answer: InboxAnswer): InboxAnswer => {
    const card = find(id);
    if (!card.answer) {
      card.answer = answer;
      if (answer.mine) onEnd?.(id, answer.status);
      changed();
    }
    return card.answer;
  };
  const mine = (status: CardEnd): InboxAnswer => ({ status, delivery: 'sent', mine: true });

  const call = async <T>(name: keyof InboxAdapter, answer: () => T, signal?: AbortSignal): Promise<T> => {
    calls.push(name);
    const planned = faults.get(name) ?? [];
    const fault = planned.length > 1 ? planned.shift() : planned[0];
    if (fault === 'hang') {
      return new Promise<T>((_, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
      );
    }
    if (fault) throw new CibaError(fault, 'The test wants this fault.');
    return answer();
  };

  function toCard(card: Stored): InboxCard {
    const { id, shown, requester = 'Example Shop', lifetime = 180, receivedAt, endsAt, answer, attemptsLeft } = card;
    return {
      id,
      requester,
      shown,
      status: answer?.status ?? 'open',
      receivedAt,
      expiresIn: Math.max(0, (endsAt - now()) / 1000),
      lifetime,
      digits: card.digits === undefined ? (needsNumber(shown) ? 4 : null) : card.digits,
      ...(attemptsLeft < 3 && { attemptsLeft }),
      ...(answer && { delivery: answer.delivery, mine: answer.mine, ...(answer.reported && { reported: true }) }),
    };
  }

  const adapter: InboxAdapter = {
    list: ({ also, signal }) =>
      call(
        'list',
        (): InboxList => {
          if (page === 'new' || page === 'removed') return { status: 'noDevice', removed: page === 'removed' };
          if (page === 'locked') return { status: 'locked' };
          const listedAt = now();
          const shown = [...cards.values()].filter(
            ({ id, answer, endsAt }) => also.includes(id) || (!answer && endsAt > listedAt),
          );
          return {
            status: 'ready',
            now: listedAt,
            app: 'Example Shop',
            device,
            quietUntil: quiet > 0 ? listedAt + quiet * 1000 : null,
            pushKey,
            requests: shown.map(toCard).toSorted((a, b) => a.expiresIn - b.expiresIn),
          };
        },
        signal,
      ),
    watch({ onSignal }) {
      listeners.add(onSignal);
      return () => listeners.delete(onSignal);
    },
    challenge: (id, number) =>
      call('challenge', () => {
        const card = find(id);
        if (card.answer) return card.answer;
        if (!needsNumber(card.shown) || number === (card.number ?? NUMBER)) return { status: 'passkey', passkey: {} };
        card.attemptsLeft -= 1;
        if (card.attemptsLeft === 0) return end(id, mine('mismatched'));
        return { status: 'wrongNumber', attemptsLeft: card.attemptsLeft };
      }),
    approve: (id) => call('approve', () => end(id, { ...mine('approved'), delivery })),
    deny: (id) => call('deny', () => end(id, mine('denied'))),
    report: (id) =>
      call('report', () => {
        const card = find(id);
        if (!card.answer) return end(id, mine('reported'));
        card.answer = { ...card.answer, reported: true };
        return card.answer;
      }),
    register: () =>
      call('register', () => {
        const answer = registered.length > 1 ? registered.shift() : registered[0];
        if (!answer) throw new CibaError('notFound', 'The test inbox has no answer to a registration.');
        if (answer.status === 'added') page = 'phone';
        return answer;
      }),
    devices: () => call('devices', () => devices),
    deviceChallenge: () => call('deviceChallenge', () => ({})),
    removeDevice: (id) =>
      call('removeDevice', () => {
        devices = devices.filter((one) => one.id !== id);
      }),
    push: (subscription) =>
      call('push', () => {
        device = { ...device, push: subscription !== null };
        devices = devices.map((one) => (one.id === device.id ? device : one));
      }),
    unlock: () =>
      call('unlock', () => {
        page = 'phone';
      }),
  };

  return {
    adapter,
    calls,
    ring,
    /** Says what became of an approval that was on its way. */
    deliver: (id: string, arrived: CardDelivery) => {
      const card = find(id);
      if (card.answer?.delivery === 'sending') card.answer = { ...card.answer, delivery: arrived };
    },
    /** What the server holds of a card, or null while it is open. */
    answerOf: (id: string) => find(id).answer,
    /** Makes the next call of a method fail. */
    fail: (name: keyof InboxAdapter, fault: TestFault) => void faults.set(name, [fault, null]),
    /** How many pages watch the inbox. */
    watching: () => listeners.size,
    /** Ends a card somewhere else: on the user's other phone, or on the other screen. */
    endElsewhere: (id: string, status: CardEnd) => end(id, { status, delivery: 'sent', mine: false }),
  };
}

export type TestInbox = ReturnType<typeof createTestInbox>;

/** The options of `createTestPasskeys`. */
export interface TestPasskeysOptions {
  /** How the dialogs end; `open` leaves them open. @default 'signed' */
  readonly dialog?: 'signed' | 'dismissed' | 'broken' | 'open';
}

/** Passkeys whose dialog nobody sees. */
export function createTestPasskeys({ dialog = 'signed' }: TestPasskeysOptions = {}): Passkeys {
  const answer = async () => {
    if (dialog === 'open') return new Promise<never>(() => undefined);
    if (dialog === 'signed') return {};
    throw Object.assign(new Error('The test wants this.'), {
      name: dialog === 'dismissed' ? 'NotAllowedError' : 'Error',
    });
  };
  return { create: answer, get: answer };
}
