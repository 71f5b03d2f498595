'use client';

import { forwardRef, useContext, useId, useImperativeHandle, useMemo, useRef, useState } from 'react';
import type { ComponentPropsWithoutRef, ReactNode } from 'react';
import { Dial } from '../components/dial.js';
import type { DialProps } from '../components/dial.js';
import { chainHandlers, OWN_EVENTS } from '../components/own-events.js';
import * as Login from '../components/parts.js';
import { plainText } from '../components/plain-text.js';
import { useChangeEffect } from '../components/use-change-effect.js';
import { focusTarget, useScreenFocus } from '../components/use-screen-focus.js';
import type { InboxMessages, Messages } from '../contract/messages.js';
import { enInbox } from '../locales/en.js';
import { isSubmitKey } from '../react/dom.js';
import { MessagesContext, useMessages } from '../react/messages-context.js';
import { AnnounceContext, useAnnouncer } from '../react/use-announcer.js';
import { ClockContext, useCountdown } from '../react/use-countdown.js';
import { cardText, InboxCard, problemText, RowTime, titleOf } from './inbox-card.js';
import type { InboxTexts } from './inbox-card.js';
import { useCibaInbox } from './use-ciba-inbox.js';
import type { NotificationsView } from './use-notifications.js';
import type { InboxView, OtherCard, UseCibaInboxOptions, UseCibaInboxResult } from './use-ciba-inbox.js';
import { usePhoneLink } from './use-phone-link.js';

export interface CibaInboxProps extends UseCibaInboxOptions, Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  /** Texts of `InboxMessages` and `Messages` that replace the English and the inherited ones. */
  messages?: Partial<InboxMessages & Messages> | undefined;
  /** Shown below every screen: where the user finds help. */
  support?: ReactNode;
}

/** The screens without a card, each with its sign. */
type Screen = Exclude<InboxView['status'], 'ready'> | 'empty' | 'otherPhone';

const DIALS: Readonly<Record<Screen, DialProps>> = {
  loading: { tone: 'neutral' },
  empty: { tone: 'neutral' },
  unreachable: { glyph: 'offline', tone: 'warning' },
  removed: { glyph: 'stop', tone: 'neutral' },
  noPasskey: { glyph: 'alert', tone: 'warning' },
  locked: { glyph: 'lock' },
  setup: {},
  otherPhone: {},
};

/** The name of this phone to start with. The user may change it. */
function guessPhoneName(): string {
  const { userAgent = '' } = (globalThis as Partial<typeof globalThis>).navigator ?? {};
  return /iPhone|iPad|Android/.exec(userAgent)?.[0] ?? '';
}

/** What names the screen: the open card and how far it is, or the page's status. */
function screenOf(view: InboxView): string {
  if (view.status === 'setup') return `setup ${view.step}`;
  if (view.status !== 'ready' || !view.card) return view.status;
  const { id, status } = view.card;
  const isOpen = status === 'reviewing' || status === 'checking' || status === 'verifying';
  return `${id} ${isOpen ? 'open' : status === 'deciding' ? 'sending' : status}`;
}

/** A new card is read from its top. No card's field takes the focus, because the keyboard would hide what is asked. */
function inboxFocusTarget(root: Element): HTMLElement | null {
  const card = root.querySelector<HTMLElement>('[data-purpose=approval]');
  if (!card) return focusTarget(root);
  return card.querySelector<HTMLElement>(
    card.dataset['state'] === 'reviewing' ? '[data-part=hero]' : '[data-part=title]',
  );
}

/**
 * The whole page of a phone: the requests that wait for the user's answer, and adding the phone by the link or the code of an
 * invitation.
 *
 * @example
 * <CibaInbox adapter={createHttpInboxAdapter()} support={<a href="/help">Get help</a>} />
 */
export const CibaInbox = forwardRef<HTMLDivElement, CibaInboxProps>(function CibaInbox(
  { adapter, passkeys, notifications, environment, messages: overrides, support, ...props },
  forwardedRef,
) {
  const inbox = useCibaInbox({ adapter, passkeys, notifications, environment });
  const { view, enterCode, typeNumber } = inbox;
  const messages = useMessages(overrides);
  const texts = useMemo((): InboxTexts => ({ ...messages, ...enInbox, ...overrides }), [messages, overrides]);
  const { announce, regionRef } = useAnnouncer();
  const rootRef = useRef<HTMLDivElement>(null);
  useImperativeHandle(forwardedRef, () => rootRef.current as HTMLDivElement, []);

  // The invitation starts as soon as the page knows that it is no phone yet.
  const [code, setCode] = useState('');
  usePhoneLink((link) => {
    if ('number' in link) typeNumber(link.number);
    else {
      setCode(link.code);
      void enterCode(link.code, guessPhoneName());
    }
  });

  const card = view.status === 'ready' ? view.card : null;
  const focusHandlers = useScreenFocus(
    rootRef,
    screenOf(view),
    (onTitle) => {
      const { title, text } = card ? cardText(card, texts) : screenText(view, texts);
      if (!card || card.status !== 'reviewing') announce(texts['spoken.join'](onTitle ? [text] : [title, text]));
    },
    inboxFocusTarget,
  );
  const openCount = view.status === 'ready' ? view.others.length + (card ? 1 : 0) : 0;
  useChangeEffect(openCount, (now, before) => {
    if (now > before) announce(texts['inbox.arrived']);
  });
  useChangeEffect(card && problemText(card, texts), (problem) => {
    if (problem) announce(problem);
  });
  useChangeEffect(card?.status === 'verifying', (isVerifying) => {
    if (isVerifying) announce(texts['inbox.verifying']);
  });
  useChangeEffect(view.status === 'ready', (isReady) => {
    if (isReady && code) announce(texts['inbox.setup.added']);
  });

  const clock = environment?.clock;
  const tree = (
    <div
      data-scope="ciba-inbox"
      data-part="root"
      data-state={view.status}
      {...props}
      {...chainHandlers(props, focusHandlers, OWN_EVENTS)}
      ref={rootRef}
    >
      <Login.Hidden asChild>
        <h1>{texts['inbox.title']}</h1>
      </Login.Hidden>
      {card ? (
        <InboxCard key={card.id} card={card} texts={texts} {...inbox} />
      ) : (
        <InboxScreen inbox={inbox} texts={texts} code={code} onCode={setCode} />
      )}
      {view.status === 'ready' && (
        <>
          {view.others.length > 0 && <OtherCards cards={view.others} texts={texts} onOpen={inbox.open} />}
          <p data-scope="ciba-inbox" data-part="device">
            <bdi>{plainText(view.device.name)}</bdi>
            {view.quietUntil !== null && <Quiet until={view.quietUntil} texts={texts} />}
          </p>
          {/* The open card has the screen to itself. */}
          {!card && view.notifications && <Notifications view={view.notifications} inbox={inbox} texts={texts} />}
        </>
      )}
      {support && <Login.Help>{support}</Login.Help>}
    </div>
  );
  return (
    <MessagesContext.Provider value={messages}>
      <AnnounceContext.Provider value={announce}>
        {clock ? <ClockContext.Provider value={clock}>{tree}</ClockContext.Provider> : tree}
        <div ref={regionRef} role="status" data-scope="ciba-login" data-part="announcer" />
      </AnnounceContext.Provider>
    </MessagesContext.Provider>
  );
});

/** Until when no bell rings for strangers' cards. */
function Quiet({ until, texts }: { readonly until: number; readonly texts: InboxTexts }) {
  const seconds = useCountdown(until);
  return seconds ? <> · {texts['inbox.quiet'](seconds)}</> : null;
}

interface NotificationsProps {
  readonly view: NotificationsView;
  readonly inbox: UseCibaInboxResult;
  readonly texts: InboxTexts;
}

/** Whether this phone rings while the page is closed, and the button for it. */
function Notifications({ view: { status, pending, failed }, inbox, texts }: NotificationsProps) {
  const isOn = status === 'on';
  const announce = useContext(AnnounceContext);
  const text = texts[`inbox.push.${status}`];
  const error = failed ? texts['inbox.fault'] : null;
  useChangeEffect(error ?? text, (said) => announce?.(said));
  return (
    <div data-scope="ciba-inbox" data-part="notifications" data-state={status}>
      <p data-scope="ciba-inbox" data-part="notifications-text">
        {text}
      </p>
      {(isOn || status === 'off') && (
        <Login.Button
          variant="quiet"
          aria-disabled={pending || undefined}
          onClick={() => void (isOn ? inbox.turnOffNotifications() : inbox.turnOnNotifications())}
        >
          {texts[isOn ? 'inbox.push.disable' : 'inbox.push.enable']}
        </Login.Button>
      )}
      {error && <Login.Error>{error}</Login.Error>}
    </div>
  );
}

/** Title and text of a screen without a card. */
function screenText(view: InboxView, texts: InboxTexts): { readonly title: string; readonly text: string } {
  switch (view.status) {
    case 'loading':
      return { title: texts['inbox.loading'], text: '' };
    case 'unreachable':
      return { title: texts[`error.${view.error.code}.title`], text: texts[`error.${view.error.code}.text`] };
    case 'noPasskey':
      return { title: texts['inbox.noPasskey.title'], text: texts[`inbox.noPasskey.${view.reason}`] };
    case 'setup':
      if (view.step === 'otherPhone') {
        return { title: texts['inbox.setup.otherPhone.title'], text: texts['inbox.setup.otherPhone.text'] };
      }
      return {
        title: texts['inbox.setup.title'],
        text: texts[view.step === 'passkey' ? 'inbox.setup.passkeyText' : 'inbox.setup.text'],
      };
    case 'ready':
      return { title: texts['inbox.empty.title'], text: texts['inbox.empty.text'] };
    default:
      return { title: texts[`inbox.${view.status}.title`], text: texts[`inbox.${view.status}.text`] };
  }
}

interface ScreenProps {
  readonly inbox: UseCibaInboxResult;
  readonly texts: InboxTexts;
  readonly code: string;
  readonly onCode: (code: string) => void;
}

function InboxScreen({ inbox, texts, code, onCode }: ScreenProps) {
  const { view } = inbox;
  const id = useId();
  const { title, text } = screenText(view, texts);
  const isWaiting = view.status === 'setup' && view.step === 'otherPhone';
  const screen = view.status === 'ready' ? 'empty' : isWaiting ? 'otherPhone' : view.status;
  return (
    <section
      aria-labelledby={id}
      aria-busy={view.status === 'loading' || undefined}
      data-scope="ciba-login"
      data-part="root"
      data-layout="card"
      data-state={view.status}
    >
      <Login.Head>
        <Dial {...DIALS[screen]} code={isWaiting ? view.number : undefined} />
        <Login.Title id={id}>{title}</Login.Title>
        {text && <Login.Text>{text}</Login.Text>}
      </Login.Head>
      {view.status === 'unreachable' && (
        <Login.Actions>
          <Login.Button onClick={() => void inbox.refresh()}>{texts['action.retry']}</Login.Button>
        </Login.Actions>
      )}
      {view.status === 'removed' && (
        <Login.Actions>
          <Login.Button onClick={inbox.addAgain}>{texts['inbox.setup.title']}</Login.Button>
        </Login.Actions>
      )}
      {view.status === 'locked' && (
        <Login.Actions>
          {view.problem && <Login.Error>{texts[`inbox.setup.${view.problem}`]}</Login.Error>}
          <Login.Button variant="primary" onClick={() => void inbox.unlock()}>
            {texts['inbox.locked.unlock']}
          </Login.Button>
        </Login.Actions>
      )}
      {view.status === 'setup' && !isWaiting && (
        <Setup setup={view} inbox={inbox} texts={texts} code={code} onCode={onCode} />
      )}
    </section>
  );
}

function Setup({
  setup,
  inbox,
  texts,
  code,
  onCode,
}: ScreenProps & { readonly setup: Extract<InboxView, { status: 'setup' }> }) {
  const id = useId();
  const [name, setName] = useState(guessPhoneName);
  const { step, pending, problem } = setup;
  const error = <Login.Error id={`${id}error`}>{problem && texts[`inbox.setup.${problem}`]}</Login.Error>;
  if (step === 'passkey') {
    return (
      <Login.Actions>
        {error}
        <Login.Button variant="primary" aria-disabled={pending || undefined} onClick={() => void inbox.createPasskey()}>
          {texts['inbox.setup.passkey']}
        </Login.Button>
      </Login.Actions>
    );
  }
  const go = () => {
    if (!pending && code.trim()) void inbox.enterCode(code, name);
  };
  return (
    <>
      <Login.Body
        onKeyDown={(event) => {
          if (isSubmitKey(event)) go();
        }}
      >
        <Login.Field>
          <Login.Label htmlFor={`${id}code`}>{texts['inbox.setup.code']}</Login.Label>
          <Login.Input
            id={`${id}code`}
            value={code}
            onChange={({ target }) => onCode(target.value)}
            dir="ltr"
            translate="no"
            maxLength={40}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            aria-invalid={problem === 'wrongCode' || undefined}
            aria-describedby={`${id}error`}
          />
          {error}
        </Login.Field>
        <Login.Field>
          <Login.Label htmlFor={`${id}name`}>{texts['inbox.setup.name']}</Login.Label>
          <Login.Input
            id={`${id}name`}
            value={name}
            onChange={({ target }) => setName(target.value)}
            maxLength={40}
            autoComplete="off"
          />
        </Login.Field>
      </Login.Body>
      <Login.Actions>
        <Login.Button variant="primary" aria-disabled={pending || undefined} onClick={go}>
          {texts['inbox.setup.continue']}
        </Login.Button>
      </Login.Actions>
    </>
  );
}

interface OtherCardsProps {
  readonly cards: readonly OtherCard[];
  readonly texts: InboxTexts;
  readonly onOpen: (id: string) => void;
}

/** The cards that aren't open, as rows. */
function OtherCards({ cards, texts, onOpen }: OtherCardsProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} data-scope="ciba-inbox" data-part="others">
      <h2 id={id} data-scope="ciba-inbox" data-part="others-title">
        {texts['inbox.others'](cards.length)}
      </h2>
      <ul data-scope="ciba-inbox" data-part="rows">
        {cards.map((card) => (
          <li key={card.id}>
            <button type="button" data-scope="ciba-inbox" data-part="row" onClick={() => onOpen(card.id)}>
              <bdi>
                {plainText(card.shown.amount ? texts['inbox.amount'](card.shown.amount) : titleOf(card, texts))}
              </bdi>
              <RowTime expiresAt={card.expiresAt} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
