'use client';

import { createPart } from './create-part.js';
import { plainText } from './plain-text.js';

const Frame = createPart('div', 'order', {});
const Eyebrow = createPart('p', 'eyebrow', {});
const Hero = createPart('p', 'hero', {});
const Payee = createPart('p', 'payee', {});
const Details = createPart('dl', 'details', {});
const Row = createPart('div', 'details-row', {});
const RowLabel = createPart('dt', 'details-label', {});
const RowValue = createPart('dd', 'details-value', {});

export interface OrderProps {
  /** For the element with the eyebrow, the amount or title, and the payee. */
  id?: string | undefined;
  /** Says what kind of request it is. */
  eyebrow: string;
  /** The amount as the locale writes it, in large letters. Without one, `title` takes its place. */
  amount?: string | undefined;
  /** What is being approved. It isn't shown beside an amount. */
  title: string;
  /** Who gets the amount, as a sentence. */
  payee?: string | undefined;
  /** Rows without a value are left out. */
  details: readonly { readonly label: string; readonly value: string | undefined }[];
  /** Makes the amount or the title a heading with this ID. */
  headingId?: string | undefined;
}

/** What is being approved. It stays the same on every screen, above what the user does about it. */
export function Order({ id, eyebrow, amount, title, payee, details, headingId }: OrderProps) {
  const rows = details.filter(({ value }) => value);
  // Texts come from outside. Isolated, their writing direction can't reorder the text around them.
  const hero = <bdi translate="no">{plainText(amount ?? title)}</bdi>;
  return (
    <>
      <Frame id={id}>
        <Eyebrow>{eyebrow}</Eyebrow>
        <Hero data-kind={amount === undefined ? undefined : 'amount'} asChild={headingId !== undefined}>
          {headingId === undefined ? (
            hero
          ) : (
            <h2 id={headingId} tabIndex={-1}>
              {hero}
            </h2>
          )}
        </Hero>
        {payee !== undefined && (
          <Payee>
            <bdi>{plainText(payee)}</bdi>
          </Payee>
        )}
      </Frame>
      {rows.length > 0 && (
        <Details>
          {rows.map(({ label, value }, index) => (
            <Row key={index}>
              <RowLabel>
                <bdi>{plainText(label)}</bdi>
              </RowLabel>
              <RowValue>
                <bdi translate="no">{plainText(value)}</bdi>
              </RowValue>
            </Row>
          ))}
        </Details>
      )}
    </>
  );
}
