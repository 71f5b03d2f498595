'use client';

import type { Transaction } from '../contract/adapter.js';
import { useMessages } from '../react/messages-context.js';
import { LoginSummary, LoginSummaryLabel, LoginSummaryRow, LoginSummaryValue } from './parts.js';
import { plainText } from './plain-text.js';

export interface SummaryProps {
  /** Who is signing in. */
  loginHint: string;
  /** The phone that was rung, for example "Pixel 9". */
  deliveredTo?: string | undefined;
  /** What is being approved. */
  transaction?: Transaction | undefined;
}

/** Who is signing in, which phone was rung, and what is being approved. */
export function Summary({ loginHint, deliveredTo, transaction }: SummaryProps) {
  const messages = useMessages();
  const rows = [
    { label: messages['summary.account'], value: loginHint },
    { label: messages['summary.device'], value: deliveredTo },
    { label: messages['summary.transaction'], value: transaction?.title },
    ...(transaction?.details ?? []),
  ].filter((row): row is { label: string; value: string } => Boolean(row.value));
  if (rows.length === 0) return null;
  return (
    <LoginSummary>
      {rows.map(({ label, value }, index) => (
        <LoginSummaryRow key={index}>
          <LoginSummaryLabel>
            <bdi>{plainText(label)}</bdi>
          </LoginSummaryLabel>
          <LoginSummaryValue>
            {/* Names come from elsewhere: isolated, their writing direction cannot turn the text around them. */}
            <bdi translate="no">{plainText(value)}</bdi>
          </LoginSummaryValue>
        </LoginSummaryRow>
      ))}
    </LoginSummary>
  );
}
