'use client';

import { useMessages } from '../react/messages-context.js';
import { createPart } from './create-part.js';
import { Icon } from './icon.js';
import { Hidden } from './parts.js';
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
}

/** Who is signing in, and which phone received the push. A sign stands for each label, which screen readers read. */
export function Summary({ loginHint, deliveredTo }: SummaryProps) {
  const messages = useMessages();
  const rows = [
    { key: 'account', glyph: 'person', value: loginHint },
    { key: 'device', glyph: 'phone', value: deliveredTo },
  ] as const;
  if (!loginHint && !deliveredTo) return null;
  return (
    <Rows>
      {rows.map(({ key, glyph, value }) =>
        value ? (
          <Row key={key}>
            <RowLabel>
              <Icon glyph={glyph} />
              <Hidden>{messages[`summary.${key}`]}</Hidden>
            </RowLabel>
            <RowValue>
              {/* Names come from outside. Isolated, their writing direction can't reorder the text around them. */}
              <bdi translate="no">{plainText(value)}</bdi>
            </RowValue>
          </Row>
        ) : null,
      )}
    </Rows>
  );
}
