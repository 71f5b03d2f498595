'use client';

import { useEffect, useId, useRef } from 'react';
import { StatusContext, createPart } from '../components/create-part.js';
import { Dial } from '../components/dial.js';
import type { DialProps } from '../components/dial.js';
import { Order } from '../components/order.js';
import * as Login from '../components/parts.js';
import { TotpInput } from '../components/totp-input/index.js';
import { usePushTime } from '../components/use-push-time.js';
import { clock } from '../contract/durations.js';
import type { InboxMessages, Messages } from '../contract/messages.js';
import { isSubmitKey } from '../react/dom.js';
import { useCountdown } from '../react/use-countdown.js';
import { isEnd } from './use-ciba-inbox.js';
import type { UseCibaInboxResult } from './use-ciba-inbox.js';
import type { CardEndStatus, CardView } from './machine/card-view.js';

export type InboxTexts = InboxMessages & Messages;

const Ask = createPart('div', 'ask', {});

/** The signs of the ends. What the user wanted is no warning. */
const ENDS: Readonly<Record<CardEndStatus, DialProps>> = {
  approved: { glyph: 'check', tone: 'success' },
  denied: { glyph: 'cross', tone: 'neutral' },
  reported: { glyph: 'shield', tone: 'neutral' },
  mismatched: { glyph: 'cross', tone: 'danger' },
  answeredElsewhere: { glyph: 'phone', tone: 'neutral' },
  cancelled: { glyph: 'cross', tone: 'neutral' },
  expired: { glyph: 'clock', tone: 'neutral' },
  late: { glyph: 'clock', tone: 'warning' },
  unsure: { glyph: 'alert', tone: 'warning' },
};

/** The seconds before the end from which the time is shown as a warning. */
const LATE_SECONDS = 30;

/** The time left on the phone. Only this component renders each second. */
function TimeDial({ card: { expiresAt, lifetime } }: { card: CardView }) {
  const { left, share, progress } = usePushTime({ startedAt: expiresAt - lifetime * 1000, expiresAt });
  return (
    <Dial
      small
      glyph="clock"
      share={share}
      time={left}
      progress={progress}
      {...(left !== null && left <= LATE_SECONDS && { tone: 'warning' })}
    />
  );
}

function CardDial({ card }: { card: CardView }) {
  switch (card.status) {
    case 'reviewing':
    case 'checking':
    case 'verifying':
      return <TimeDial card={card} />;
    case 'deciding':
    case 'sending':
      return (
        <StatusContext.Provider value="pushing">
          <Dial small share={1 / 6} />
        </StatusContext.Provider>
      );
    case 'failed':
      return <Dial small glyph="offline" tone="warning" />;
    default:
      return <Dial small share={1} {...ENDS[card.status]} />;
  }
}

/** What the panel of a card says. */
export function cardText(card: CardView, texts: InboxTexts): { readonly title: string; readonly text: string } {
  switch (card.status) {
    case 'reviewing':
    case 'checking':
    case 'verifying': {
      const title = texts[`inbox.${card.shown.kind}.question`];
      if (card.status !== 'reviewing') return { title, text: texts[`inbox.${card.status}`] };
      if (card.digits === null) return { title, text: texts['inbox.text'] };
      return { title, text: texts[card.shown.kind === 'device' ? 'inbox.deviceText' : 'inbox.numberText'] };
    }
    case 'deciding':
    case 'sending':
      return { title: texts['inbox.sending.title'], text: texts['inbox.sending.text'] };
    case 'failed':
      return { title: texts['inbox.failed.title'], text: texts['inbox.failed.text'] };
    case 'answeredElsewhere':
      return { title: texts['inbox.elsewhere.title'], text: texts['inbox.elsewhere.text'] };
    case 'reported':
      return {
        title: texts['inbox.reported.title'],
        text: texts[card.reportedLate ? 'inbox.reported.late' : 'inbox.reported.text'],
      };
    default:
      return { title: texts[`inbox.${card.status}.title`], text: texts[`inbox.${card.status}.text`] };
  }
}

/** What is wrong on an open card, or `null`. */
export function problemText(card: CardView, texts: InboxTexts): string | null {
  if (card.status !== 'reviewing' || card.problem === null) return null;
  switch (card.problem) {
    case 'incomplete':
      return texts['totpEntry.incomplete'](card.digits ?? 0);
    case 'wrongNumber': {
      const left = card.attemptsLeft === null ? [] : [texts['totpEntry.attemptsLeft'](card.attemptsLeft)];
      return texts['spoken.join']([texts['inbox.wrongNumber'], ...left]);
    }
    case 'passkey':
      return texts['inbox.passkeyRefused'];
    default:
      return texts[`inbox.${card.problem}`];
  }
}

/** The title of a card: the app's own, or the kit's for this kind. */
export function titleOf({ shown, requester }: Pick<CardView, 'shown' | 'requester'>, texts: InboxTexts): string {
  return shown.title ?? texts[`inbox.${shown.kind}.title`](requester);
}

export interface InboxCardProps extends Pick<
  UseCibaInboxResult,
  'number' | 'typeNumber' | 'approve' | 'deny' | 'report' | 'retry' | 'done'
> {
  readonly card: CardView;
  readonly texts: InboxTexts;
}

/** One card: what is asked, what to do about it, and how it ended. */
export function InboxCard({ card, texts, number, typeNumber, ...verbs }: InboxCardProps) {
  const { shown, requester, digits, status } = card;
  const id = useId();
  const fieldRef = useRef<HTMLInputElement>(null);
  const problem = status === 'reviewing' ? card.problem : null;
  const error = problemText(card, texts);
  const { title, text } = cardText(card, texts);
  const isOpen = status === 'reviewing' || status === 'checking' || status === 'verifying';

  const attemptsLeft = status === 'reviewing' ? card.attemptsLeft : null;
  useEffect(() => {
    if (problem === 'wrongNumber') typeNumber('');
    if (problem === 'wrongNumber' || problem === 'incomplete') fieldRef.current?.focus();
  }, [problem, attemptsLeft, typeNumber]);

  const approve = () => {
    // Repeated presses have the same problem, so no render moves the focus.
    if (problem === 'incomplete') fieldRef.current?.focus();
    if (status === 'reviewing') verbs.approve();
  };

  return (
    <article
      aria-labelledby={`${id}title`}
      data-scope="ciba-login"
      data-part="root"
      data-layout="card"
      data-purpose="approval"
      data-state={status}
    >
      <Order
        headingId={`${id}title`}
        eyebrow={texts[`inbox.${shown.kind}.eyebrow`]}
        title={titleOf(card, texts)}
        amount={shown.amount && texts['inbox.amount'](shown.amount)}
        payee={shown.payee && texts['inbox.payee'](shown.payee)}
        details={[
          { label: texts['summary.account'], value: shown.account },
          { label: texts['inbox.from'](requester), value: shown.from },
          ...(shown.details ?? []),
        ]}
      />
      <Ask>
        <CardDial card={card} />
        <div>
          <Login.Title asChild>
            <h3>{title}</h3>
          </Login.Title>
          <Login.Text>{text}</Login.Text>
          {isOpen && digits === null && error !== null && <Login.Error>{error}</Login.Error>}
        </div>
        {isOpen && digits !== null && (
          <div data-scope="ciba-inbox" data-part="number">
            <Login.Hidden asChild>
              <label htmlFor={`${id}number`}>{texts['inbox.number'](digits)}</label>
            </Login.Hidden>
            <TotpInput
              id={`${id}number`}
              ref={fieldRef}
              length={digits}
              value={number}
              onValueChange={typeNumber}
              readOnly={status !== 'reviewing'}
              autoComplete="off"
              aria-invalid={error !== null || undefined}
              aria-describedby={`${id}error`}
              onKeyDown={(event) => {
                if (isSubmitKey(event)) approve();
              }}
            />
            <Login.Error id={`${id}error`}>{error}</Login.Error>
          </div>
        )}
      </Ask>
      <Login.Actions>
        {isOpen && (
          <>
            <div data-scope="ciba-inbox" data-part="halves">
              <Login.Button onClick={verbs.deny}>{texts['inbox.deny']}</Login.Button>
              <Login.Button aria-disabled={status !== 'reviewing' || undefined} onClick={approve}>
                {texts['inbox.approve']}
              </Login.Button>
            </div>
            <Login.Button variant="quiet" onClick={verbs.report}>
              {texts[`inbox.${shown.kind}.report`]}
            </Login.Button>
          </>
        )}
        {status === 'failed' && <Login.Button onClick={verbs.retry}>{texts['action.retry']}</Login.Button>}
        {isEnd(status) && <Login.Button onClick={verbs.done}>{texts['inbox.done']}</Login.Button>}
        {'canReport' in card && card.canReport && (
          <Login.Button variant="quiet" onClick={verbs.report}>
            {texts[`inbox.${shown.kind}.report`]}
          </Login.Button>
        )}
      </Login.Actions>
    </article>
  );
}

/** The time left of a card that isn't open. */
export function RowTime({ expiresAt }: { readonly expiresAt: number }) {
  const left = useCountdown(expiresAt);
  return left === null ? null : (
    <span data-scope="ciba-inbox" data-part="row-time">
      {clock(left)}
    </span>
  );
}
