'use client';

import type { Transaction } from '../contract/adapter.js';
import { useMessages } from '../react/messages-context.js';
import { createPart } from './create-part.js';
import { plainText } from './plain-text.js';

const Rows = createPart('dl', 'summary', {});
const Row = createPart('div', 'summary-row', {});
const RowLabel = createPart('dt', 'summary-label', {});
const RowValue = createPart('dd', 'summary-value', {});

export interface SummaryProps {
  /** Who is signing in. */
  loginHint: string;
  /** The phone that received the push, for example "Pixel 9". */
  deliveredTo?: string | undefined;
  /** What is being approved. */
  transaction?: Transaction | undefined;
}

/** Who is signing in, which phone received the push, and what is being approved. */
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
    <Rows>
      {rows.map(({ label, value }, index) => (
        <Row key={index}>
          <RowLabel>
            <bdi>{plainText(label)}</bdi>
          </RowLabel>
          <RowValue>
            {/* Names come from outside. Isolated, their writing direction can't reorder the text around them. */}
            <bdi translate="no">{plainText(value)}</bdi>
          </RowValue>
        </Row>
      ))}
    </Rows>
  );
}
