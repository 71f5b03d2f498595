'use client';

import { useQuery } from '@tanstack/react-query';
import { useActorRef } from '@xstate/react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { fromPromise } from 'xstate';
import { isCompleteCode, Sealed } from '../contract/index.js';
import type { CibaError } from '../contract/index.js';
import { toCibaError } from '../contract/errors.js';
import type {
  DeviceInfo,
  InboxAdapter,
  InboxAnswer,
  InboxCard,
  InboxChallenge,
  InboxList,
  PasskeyJson,
} from '../contract/inbox.js';
import { callWithTimeout } from '../machine/call-with-timeout.js';
import type { CibaEnvironment } from '../machine/environment.js';
import { useEnvironment, useOwnQueryClient } from '../react/ciba-provider.js';
import { useLatest } from '../react/use-latest.js';
import { useView } from '../react/use-view.js';
import { cardMachine } from './machine/card.machine.js';
import { toCardState } from './machine/card-view.js';
import type { CardView } from './machine/card-view.js';
import { browserNotifications } from './notifications.js';
import type { InboxNotifications } from './notifications.js';
import { browserPasskeys, preloadPasskeys } from './passkeys.js';
import type { NoPasskeyReason, Passkeys } from './passkeys.js';
import { useNotifications } from './use-notifications.js';
import type { NotificationsView } from './use-notifications.js';
import { usePhoneSetup } from './use-phone-setup.js';
import type { PhoneSetup } from './use-phone-setup.js';

/** The query key of the list, for your client's own calls. */
export const inboxQueryKey = ['react-ciba', 'inbox'] as const;

/** Milliseconds between two lists: where the server tells of changes, where it doesn't, and while an answer is on its way. */
const WATCHED_MS = 60_000;
const UNWATCHED_MS = 5000;
const SENDING_MS = 2000;

const NOTHING_TYPED = { card: null, number: '' };

/** A card that isn't open, as a row. */
export interface OtherCard extends Pick<InboxCard, 'id' | 'requester' | 'shown'> {
  /** In wall-clock milliseconds of this phone. */
  readonly expiresAt: number;
}

/** What the phone's page shows: one member per status. */
export type InboxView =
  /** `removed`: this phone is no longer one of the user's. */
  | { readonly status: 'loading' }
  | { readonly status: 'removed' }
  | { readonly status: 'unreachable'; readonly error: CibaError }
  /** Cards are shown after a passkey. */
  | { readonly status: 'locked'; readonly problem: 'dismissed' | 'fault' | null }
  | { readonly status: 'noPasskey'; readonly reason: NoPasskeyReason }
  | ({ readonly status: 'setup' } & PhoneSetup)
  | {
      readonly status: 'ready';
      readonly device: DeviceInfo;
      /** Until when cards that strangers start ring no bell, in wall-clock milliseconds of this phone. */
      readonly quietUntil: number | null;
      /** `null` if the server sends none. */
      readonly notifications: NotificationsView | null;
      readonly card: CardView | null;
      /** The other open cards, soonest end first. */
      readonly others: readonly OtherCard[];
    };

export interface UseCibaInboxOptions {
  /** The backend, such as `createHttpInboxAdapter()`. */
  adapter: InboxAdapter;
  /** The phone's passkeys, for tests and stories. @default those of the browser, through `@simplewebauthn/browser` */
  passkeys?: Passkeys | undefined;
  /** The browser's notifications, for tests and stories. @default those of the browser */
  notifications?: InboxNotifications | undefined;
  /** Clock, network and visibility, for tests. @default the one of CibaProvider, or the browser */
  environment?: CibaEnvironment | undefined;
}

export interface UseCibaInboxResult {
  readonly view: InboxView;
  /** What is typed into the open card's field. */
  readonly number: string;
  readonly typeNumber: (number: string) => void;
  /** Checks the number, asks for the passkey and approves the open card. If the number is incomplete, it only says so. */
  readonly approve: () => void;
  /** Denies the open card. It needs no number and no passkey. */
  readonly deny: () => void;
  /** Denies the open card and tells the app. After an end, it only tells. */
  readonly report: () => void;
  /** Sends an answer again that didn't arrive. */
  readonly retry: () => void;
  /** Opens another card. Does nothing while an answer is on its way. */
  readonly open: (id: string) => void;
  /** Closes a card that has ended. The next one opens. */
  readonly done: () => void;
  /** Leads from `removed` to `setup`. */
  readonly addAgain: () => void;
  /** Starts adding this phone, with the code of an invitation. */
  readonly enterCode: (code: string, name?: string) => Promise<void>;
  /** Creates the phone's passkey. Call it from a press: Safari opens the dialog only then. */
  readonly createPasskey: () => Promise<void>;
  /** Shows the cards of an inbox that is locked. */
  readonly unlock: () => Promise<void>;
  /** Asks for the browser's permission and this phone's passkey. Call it from a press: browsers ask only then. */
  readonly turnOnNotifications: () => Promise<void>;
  /** Needs this phone's passkey. */
  readonly turnOffNotifications: () => Promise<void>;
  /** Asks for the list again. */
  readonly refresh: () => Promise<void>;
}

/** What the list says of an ended card. */
function answerOf({ status, delivery = 'sent', mine = false, reported }: InboxCard): InboxAnswer | null {
  return status === 'open' ? null : { status, delivery, mine, ...(reported && { reported }) };
}

type Listed = InboxList & { readonly listedAt: number };

/** The server tells a removed phone once that it was one: the cookie is gone then. The page knows it until a code is typed. */
function rememberRemoval(list: InboxList, before: Listed | undefined): InboxList {
  if (list.status !== 'noDevice' || !before) return list;
  return { ...list, removed: list.removed || before.status !== 'noDevice' || before.removed };
}

/** The charts' actors, with the latest adapter and passkeys. */
function provideCard(
  environment: CibaEnvironment,
  latest: { readonly current: { readonly adapter: InboxAdapter; readonly passkeys: Passkeys } },
) {
  const call = <T>(signal: AbortSignal, run: (adapter: InboxAdapter) => Promise<T>) =>
    environment.runAct('answer', () =>
      callWithTimeout(environment, { signal, actId: environment.createActId() }, () => run(latest.current.adapter)),
    );
  return cardMachine.provide({
    actors: {
      challenge: fromPromise<InboxChallenge, { id: string; number: Sealed<string> | null }>(
        ({ input: { id, number }, signal }) => call(signal, (adapter) => adapter.challenge(id, number?.open())),
      ),
      verify: fromPromise<PasskeyJson, PasskeyJson>(({ input, signal }) => latest.current.passkeys.get(input, signal)),
      decide: fromPromise(({ input: { id, act }, signal }) =>
        call(signal, (adapter) => (act.act === 'approve' ? adapter.approve(id, act.assertion) : adapter[act.act](id))),
      ),
    },
  });
}

/**
 * The phone's side of an inbox: the cards that wait for the user's answer, one of them open, and the way to become a phone.
 *
 * @example
 * const adapter = createHttpInboxAdapter();
 *
 * function Phone() {
 *   const { view, deny } = useCibaInbox({ adapter });
 *   return view.status === 'ready' && view.card ? <button onClick={deny}>Deny</button> : <p>{view.status}</p>;
 * }
 */
export function useCibaInbox(options: UseCibaInboxOptions): UseCibaInboxResult {
  const { adapter, passkeys = browserPasskeys, notifications = browserNotifications } = options;
  const client = useOwnQueryClient();
  const environment = useEnvironment(options.environment, client);
  const latest = useLatest({ adapter, passkeys });
  const [logic] = useState(() => provideCard(environment, latest));
  const actorRef = useActorRef(logic, { clock: environment.clock });
  const state = useView(actorRef, toCardState);
  const { opened, closed } = useView(actorRef, toOpened);
  // A number that a link brought before there was a card belongs to the first one.
  const [typed, setTyped] = useState<{ readonly card: string | null; readonly number: string }>(NOTHING_TYPED);
  const number = typed.card === null || typed.card === opened ? typed.number : '';
  const typeNumber = useCallback((value: string) => setTyped({ card: opened, number: value }), [opened]);
  const [addsAgain, setAddsAgain] = useState(false);
  const [lockProblem, setLockProblem] = useState<'dismissed' | 'fault' | null>(null);

  const isSending = state?.status === 'sending';
  const { data: list, error } = useQuery(
    {
      queryKey: inboxQueryKey,
      queryFn: async ({ signal }) => {
        const { card } = actorRef.getSnapshot().context;
        const answer = await latest.current.adapter.list({ also: card ? [card.id] : [], signal });
        const before = client.getQueryData<Listed>(inboxQueryKey);
        return { ...rememberRemoval(answer, before), listedAt: environment.clock.now() };
      },
      refetchInterval: isSending ? SENDING_MS : adapter.watch ? WATCHED_MS : UNWATCHED_MS,
      networkMode: 'offlineFirst',
      retry: false,
    },
    client,
  );
  const refresh = useCallback(() => client.invalidateQueries({ queryKey: inboxQueryKey }), [client]);

  const isPhone = list?.status === 'ready';
  useEffect(() => {
    if (!isPhone || !adapter.watch) return;
    const controller = new AbortController();
    const stop = adapter.watch({ signal: controller.signal, onSignal: () => void refresh() });
    return () => {
      controller.abort();
      stop();
    };
  }, [adapter, isPhone, refresh]);

  const needsPasskey = list !== undefined && list.status !== 'noDevice';
  useEffect(() => {
    if (needsPasskey && passkeys === browserPasskeys) preloadPasskeys();
  }, [needsPasskey, passkeys]);

  const { setup, noPasskey, enterCode, createPasskey } = usePhoneSetup(adapter, passkeys, environment, {
    asks: list?.status === 'noDevice',
    onAdded: () => {
      setAddsAgain(false);
      void refresh();
    },
  });

  const { notifications: notificationsView, ...notificationVerbs } = useNotifications(isPhone ? list : null, {
    ...{ adapter, passkeys, notifications },
    onChanged: refresh,
  });

  const cards = useMemo(() => {
    if (list?.status !== 'ready') return [];
    // The end is counted from the server's time, so a wrong clock of the phone doesn't matter.
    return list.requests.map((card) => ({ ...card, expiresAt: list.listedAt + card.expiresIn * 1000 }));
  }, [list]);
  const openCards = cards.filter(({ id, status }) => status === 'open' && !closed.includes(id));
  // A list that no longer names an ended card doesn't take it off the screen.
  const [shownCard, setShownCard] = useState<(typeof cards)[number] | null>(null);
  const listed = cards.find(({ id }) => id === opened);
  if (listed && listed !== shownCard) setShownCard(listed);
  const current = listed ?? (shownCard?.id === opened ? shownCard : undefined);

  // Opens the next card, and tells the chart how the open one ended elsewhere.
  const next = opened === null ? openCards[0] : undefined;
  const answer = listed && answerOf(listed);
  useEffect(() => {
    if (next) actorRef.send({ type: 'open', card: next });
    else if (answer) actorRef.send({ type: 'listed', answer });
  }, [actorRef, next, answer]);

  const expiresAt = listed?.status === 'open' ? listed.expiresAt : null;
  useEffect(() => {
    if (expiresAt === null) return;
    const timer = environment.clock.setTimeout(
      () => {
        actorRef.send({ type: 'timeOver' });
        void refresh();
      },
      Math.max(0, expiresAt - environment.clock.now()),
    );
    return () => environment.clock.clearTimeout(timer);
  }, [actorRef, environment, expiresAt, refresh]);

  // The lists after an answer: another card may have come, or this phone was removed meanwhile.
  const status = state?.status;
  useEffect(() => {
    if (status === 'failed' || (status !== undefined && isEnd(status))) void refresh();
  }, [status, refresh]);

  const latestCards = useLatest({ openCards, current, number });
  const verbs = useMemo(
    () => ({
      approve: () => {
        const { current: shown, number: entered } = latestCards.current;
        const isComplete = shown?.digits != null && isCompleteCode(entered, shown.digits);
        actorRef.send({ type: 'approve', number: isComplete ? new Sealed(entered) : null });
      },
      deny: () => actorRef.send({ type: 'deny' }),
      report: () => actorRef.send({ type: 'report' }),
      retry: () => actorRef.send({ type: 'retry' }),
      open: (id: string) => {
        const card = latestCards.current.openCards.find((each) => each.id === id);
        if (card) actorRef.send({ type: 'open', card });
      },
      done: () => {
        setTyped(NOTHING_TYPED);
        actorRef.send({ type: 'done' });
      },
    }),
    [actorRef, latestCards],
  );

  const addAgain = useCallback(() => setAddsAgain(true), []);

  const unlock = useCallback(async () => {
    setLockProblem(null);
    try {
      const challenge = await latest.current.adapter.deviceChallenge({ act: 'unlock' });
      await latest.current.adapter.unlock(await latest.current.passkeys.get(challenge, new AbortController().signal));
      await refresh();
    } catch (caught) {
      setLockProblem((Object(caught) as Error).name === 'NotAllowedError' ? 'dismissed' : 'fault');
    }
  }, [latest, refresh]);

  return {
    ...{ view: toView(), number, typeNumber, ...verbs, addAgain, enterCode, createPasskey, unlock, refresh },
    ...notificationVerbs,
  };

  function toView(): InboxView {
    if (list === undefined) return error ? { status: 'unreachable', error: toCibaError(error) } : { status: 'loading' };
    if (list.status === 'locked') return { status: 'locked', problem: lockProblem };
    if (list.status === 'noDevice') {
      const isNew = setup.step === 'code' && setup.problem === null && !setup.pending;
      if (list.removed && isNew && !addsAgain) return { status: 'removed' };
      return noPasskey ? { status: 'noPasskey', reason: noPasskey } : { status: 'setup', ...setup };
    }
    const { device, quietUntil, now, listedAt } = list;
    return {
      status: 'ready',
      device,
      quietUntil: quietUntil === null ? null : listedAt + quietUntil - now,
      notifications: notificationsView,
      card: state && current ? { ...current, ...state } : null,
      others: openCards.filter(({ id }) => id !== opened),
    };
  }
}

const toOpened = ({ context }: { context: { card: { id: string } | null; closed: readonly string[] } }) => ({
  opened: context.card?.id ?? null,
  closed: context.closed,
});

/** Whether a card has ended, so that it waits for `done`. */
export function isEnd(status: CardView['status']): boolean {
  return !['reviewing', 'checking', 'verifying', 'deciding', 'sending', 'failed'].includes(status);
}
