import type { ShownAsk } from '../../contract/inbox.js';

/** Longest values on a card, in characters. Payee and amount are refused if they are longer; others are cut. */
const MAX_PAYEE_CHARACTERS = 70;
const MAX_VALUE_CHARACTERS = 80;
const MAX_DETAILS = 8;

/**
 * What could make a text look like another one: controls, line ends, formatting characters that reorder or hide (bidi,
 * zero width, tags), halves of surrogate pairs, private and unassigned characters, and letters that are blank.
 */
const DECEPTIVE =
  /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f|[\u17b4\u17b5]|[\u180b-\u180f]|\p{Variation_Selector}/u;

const AMOUNT = /^(?:0|[1-9]\d{0,14})(?:\.\d{1,4})?$/;
const CURRENCY = /^[A-Z]{3}$/;
const KINDS: ReadonlySet<string> = new Set(['signIn', 'payment', 'call', 'task', 'other', 'device']);

/** A text that must not be shown. */
export class RefusedText extends Error {
  constructor(field: string, why: string) {
    super(`The \`${field}\` of a card ${why}.`);
  }
}

function checkText(field: string, text: unknown): string {
  if (typeof text !== 'string' || text.trim() === '') throw new RefusedText(field, 'must be a text');
  if (DECEPTIVE.test(text)) {
    throw new RefusedText(field, 'has a line end or characters that hide or reorder text');
  }
  return text.trim();
}

function cut(text: string): string {
  const characters = Array.from(text);
  return characters.length > MAX_VALUE_CHARACTERS ? `${characters.slice(0, MAX_VALUE_CHARACTERS - 1).join('')}…` : text;
}

const value = (field: string, text: unknown) => cut(checkText(field, text));

/**
 * Returns what the card shows, with long values cut as the card and the signature have them.
 * @throws RefusedText for a text that could mislead, or an amount or payee that doesn't fit
 */
export function checkShown(shown: ShownAsk): ShownAsk {
  const { kind, title, amount, payee, account, from, details } = Object(shown) as ShownAsk;
  if (!KINDS.has(kind)) throw new RefusedText('kind', 'is none of the known ones');
  if (amount && !(AMOUNT.test(amount.value) && CURRENCY.test(amount.currency))) {
    throw new RefusedText('amount', 'must be a decimal number such as "120.00" with a currency such as "EUR"');
  }
  if (payee !== undefined && Array.from(checkText('payee', payee)).length > MAX_PAYEE_CHARACTERS) {
    throw new RefusedText('payee', `is longer than ${MAX_PAYEE_CHARACTERS} characters`);
  }
  if (details && details.length > MAX_DETAILS) throw new RefusedText('details', `are more than ${MAX_DETAILS}`);
  return {
    kind,
    ...(title !== undefined && { title: value('title', title) }),
    ...(amount && { amount: { value: amount.value, currency: amount.currency } }),
    ...(payee !== undefined && { payee: checkText('payee', payee) }),
    ...(account !== undefined && { account: value('account', account) }),
    ...(from !== undefined && { from: value('from', from) }),
    ...(details &&
      details.length > 0 && {
        details: details.map((detail) => ({
          label: value('details.label', detail.label),
          value: value('details.value', detail.value),
        })),
      }),
  };
}

/** Returns a phone's name without what doesn't belong there. */
export function cleanName(name: string): string {
  const cleaned = name.replace(new RegExp(DECEPTIVE, 'gu'), '').trim();
  return Array.from(cleaned).slice(0, 40).join('') || 'Phone';
}

/** JSON with sorted names, so that the same content is always the same text. */
export function canonicalJson(json: unknown): string {
  return JSON.stringify(json, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
