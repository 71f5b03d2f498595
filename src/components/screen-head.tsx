'use client';

import { createContext, useContext } from 'react';
import type { Transaction, TransactionAmount } from '../contract/adapter.js';
import { useMessages } from '../react/messages-context.js';
import { useCountdown } from '../react/use-countdown.js';
import type { PushView } from '../machine/view.js';
import { createPart } from './create-part.js';
import { StatusDial } from './dial.js';
import type { LoginState } from './login-state.js';
import { Order } from './order.js';
import { Head, Text, Title } from './parts.js';
import { screenText } from './screen-text.js';
import { OpenPush, pushBeside, StatusLine, warningOf } from './status-line.js';

/** The texts of a payment. Only approvals give them, so that logins don't bundle them. */
export const PaymentTexts = createContext<{
  /** The ID that the payment gets in the page. */
  readonly id?: string | undefined;
  readonly eyebrow: string;
  readonly amount: (amount: TransactionAmount) => string;
  readonly payee: (payee: string) => string;
} | null>(null);

const Ask = createPart('div', 'ask', {});

export interface ScreenHeadProps {
  /** From `useCibaLogin`. */
  login: LoginState;
  /** Shows the sign for codes on the first screen, and no text about the phone. @default false */
  codeFirst?: boolean | undefined;
}

/**
 * The top of every screen: the dial, the title, the text, and the line with who signs in. If there is a transaction, it
 * comes first, in large letters, and the rest is beside a small dial below it.
 */
export function ScreenHead({ login, codeFirst }: ScreenHeadProps) {
  const { transaction } = login;
  const { title, text } = screenText(login, useMessages());
  const hasText = !codeFirst || (login.status === 'idle' && login.after !== null);
  if (transaction) {
    return (
      <>
        <TransactionOrder login={login} transaction={transaction} />
        <Ask>
          <StatusDial login={login} codeFirst={codeFirst} small />
          <div>
            <Title>{title}</Title>
            <AskText login={login} text={hasText ? text : ''} />
          </div>
        </Ask>
      </>
    );
  }
  return (
    <>
      <Head>
        <StatusDial login={login} codeFirst={codeFirst} />
        <Title>{title}</Title>
        {hasText && <Text>{text}</Text>}
      </Head>
      {login.status !== 'idle' && <StatusLine login={login} />}
    </>
  );
}

function TransactionOrder({ login, transaction }: { login: LoginState; transaction: Transaction }) {
  const messages = useMessages();
  const push = 'push' in login ? login.push : null;
  const payment = useContext(PaymentTexts);
  return (
    <Order
      id={payment?.id}
      {...(payment && transaction.amount
        ? {
            eyebrow: payment.eyebrow,
            amount: payment.amount(transaction.amount),
            payee: transaction.payee && payment.payee(transaction.payee),
          }
        : { eyebrow: messages['summary.transaction'] })}
      title={transaction.title}
      details={[
        { label: messages['summary.account'], value: login.loginHint },
        { label: messages['summary.device'], value: push?.deliveredTo },
        ...(transaction.details ?? []),
      ]}
    />
  );
}

/** The text beside the small dial. What is wrong with the line takes its place, and the time left stands after it. */
function AskText({ login, text }: { login: LoginState; text: string }) {
  const warning = warningOf(login, useMessages());
  const beside = pushBeside(login);
  if (warning !== null) return <Text data-tone="warning">{warning}</Text>;
  return (
    <>
      <Text>
        <span>{text}</span>
        {login.status === 'polling' && <TimeLeft push={login.push} />}
      </Text>
      {beside && (
        <Text>
          <OpenPush push={beside} />
        </Text>
      )}
    </>
  );
}

/** The dial tells it to screen readers. */
function TimeLeft({ push: { expiresAt } }: { push: PushView }) {
  const messages = useMessages();
  const seconds = useCountdown(expiresAt);
  return seconds === null ? null : <span aria-hidden="true">{` ${messages['polling.timeLeft'](seconds)}`}</span>;
}
