import { createHash } from 'node:crypto';
import { misconfigured } from '../../contract/errors.js';
import type { InitiateRequest, JsonValue, Transaction } from '../../contract/index.js';
import { MAX_SECONDS } from '../../contract/validate.js';
import type { ApprovalAsk } from './types.js';

/** Longest time to use a receipt or an area, in seconds. */
export const MAX_USE_SECONDS = 86_400;

/** Largest ask, as JSON text, in characters. */
const MAX_ASK_CHARACTERS = 16_384;

const MAX_ACTION_CHARACTERS = 64;
const MAX_NAME_CHARACTERS = 255;
const MAX_TITLE_CHARACTERS = 300;

/**
 * What doesn't change what is approved: how the user is found, what differs from one sending to the next, and how long it
 * takes.
 */
const NOT_APPROVED = new Set([
  ...['loginHint', 'idTokenHint', 'loginHintToken', 'userCode', 'bindingMessage', 'requestContext', 'from'],
  ...['expiresIn', 'externalId'],
]);

/** An ask that was checked, and what the kit sets in its requests. */
export type CheckedAsk = ApprovalAsk<JsonValue> & InitiateRequest;

const wrong = (field: string, expected: string) =>
  misconfigured(`The ask's \`${field}\` is invalid: expected ${expected}. Nothing was sent.`);

/**
 * Returns a copy of the ask that nothing else can change.
 * @throws CibaError `misconfigured` for anything that can't be approved as it is written
 */
export function checkAsk(ask: unknown): CheckedAsk {
  const checked = Object(toPlain(ask, 'ask', [])) as Record<string, JsonValue | undefined>;
  if (JSON.stringify(checked).length > MAX_ASK_CHARACTERS) {
    throw misconfigured(
      `The ask has more than ${MAX_ASK_CHARACTERS} characters as JSON. Keep what is large in your own database, and put its ID and its hash into \`data\`.`,
    );
  }
  const { action, subject, transaction, data, externalId } = checked;
  requireText('action', action, MAX_ACTION_CHARACTERS);
  requireText('subject', subject, MAX_NAME_CHARACTERS);
  if (externalId !== undefined) requireText('externalId', externalId, MAX_NAME_CHARACTERS);
  if (data === undefined) throw wrong('data', 'plain JSON, or null for none');
  checkTransaction(transaction);
  requireSeconds(checked, 'expiresIn', 1, MAX_SECONDS);
  requireSeconds(checked, 'useWithin', 1, MAX_USE_SECONDS);
  requireSeconds(checked, 'goodFor', 0, MAX_USE_SECONDS);
  for (const name of ['codeAllowed', 'withoutPrompt']) {
    if (checked[name] !== undefined && typeof checked[name] !== 'boolean') throw wrong(name, 'true or false');
  }
  return checked as unknown as CheckedAsk;
}

/**
 * Control characters, line breaks, halves of a surrogate pair, and characters that reverse the text after them. A phone may
 * show them as they are, so that an amount or a line looks like another one. U+2068 and U+2069 are allowed: libraries for
 * translated texts put them around names, and they reverse nothing by themselves.
 */
const UNSHOWABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066\u2067]/u;

function requireText(field: string, value: unknown, longest: number): void {
  const isLine = typeof value === 'string' && value.trim() !== '' && value.length <= longest && !UNSHOWABLE.test(value);
  if (!isLine) throw wrong(field, `one line of text with 1 to ${longest} characters`);
}

function requireSeconds(ask: Readonly<Record<string, unknown>>, field: string, least: number, most: number): void {
  const value = ask[field];
  if (value === undefined || (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most)) return;
  throw wrong(field, `a whole number of seconds from ${least} to ${most}`);
}

function checkTransaction(transaction: unknown): void {
  const { title, details = [], amount, payee } = Object(transaction) as Partial<Transaction>;
  requireText('transaction.title', title, MAX_TITLE_CHARACTERS);
  if (!Array.isArray(details)) throw wrong('transaction.details', 'a list of `{ label, value }` with texts');
  for (const [place, detail] of details.entries()) {
    const { label, value } = Object(detail) as Record<string, unknown>;
    requireText(`transaction.details[${place}].label`, label, MAX_TITLE_CHARACTERS);
    requireText(`transaction.details[${place}].value`, value, MAX_TITLE_CHARACTERS);
  }
  if (payee !== undefined) requireText('transaction.payee', payee, MAX_TITLE_CHARACTERS);
  if (amount === undefined) return;
  if (!/^-?\d{1,15}(\.\d{1,6})?$/.test(String(amount?.value)) || !/^[A-Z]{3}$/.test(String(amount?.currency))) {
    throw wrong('transaction.amount', '`{ value: "120.00", currency: "EUR" }`, a decimal number and an ISO 4217 code');
  }
}

/**
 * Copies a value if JSON keeps all of it. Of a Map, a Set, a Date or an instance of a class, JSON shows something else or
 * nothing, so two different ones would be the same ask.
 */
function toPlain(value: unknown, path: string, parents: readonly object[]): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return Object.is(value, -0) ? 0 : value;
  if (typeof value === 'object' && !parents.includes(value)) {
    const within = [...parents, value];
    if (Array.isArray(value)) {
      return Array.from(value as readonly unknown[], (one, place) => toPlain(one, `${path}[${place}]`, within));
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    const isPlain = prototype === null || Object.getPrototypeOf(prototype as object) === null;
    if (
      isPlain &&
      typeof (value as { toJSON?: unknown }).toJSON !== 'function' &&
      !Object.getOwnPropertySymbols(value).length
    ) {
      return Object.fromEntries(
        Object.entries(value)
          .filter(([, one]) => one !== undefined)
          .map(([name, one]) => [name, toPlain(one, `${path}.${name}`, within)]),
      );
    }
  }
  throw misconfigured(
    `\`${path}\` isn't plain JSON: expected texts, finite numbers, true, false, null, lists and plain objects, and no circles. Convert it, for example a Date with \`toISOString()\`. Nothing was sent.`,
  );
}

/** The JSON text of what is approved, with sorted keys: the same for the same ask, in any order of its fields. */
export function canonical(ask: CheckedAsk): string {
  return textOf(Object.fromEntries(Object.entries(ask).filter(([name]) => !NOT_APPROVED.has(name))));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, part]) => [name, sorted(part)]));
}

/** The names of the fields in which two asks differ, for developers. */
export function differingFields(one: CheckedAsk, other: CheckedAsk): string[] {
  const fields = [one, other].map((ask) => new Map(Object.entries(ask).map(([name, value]) => [name, textOf(value)])));
  const names = new Set(fields.flatMap((map) => [...map.keys()]));
  return [...names].filter((name) => !NOT_APPROVED.has(name) && fields[0]?.get(name) !== fields[1]?.get(name));
}

const textOf = (value: unknown) => JSON.stringify(sorted(value));

/** Identifies what is approved. */
export function digestOf(ask: CheckedAsk): string {
  return createHash('sha256').update(canonical(ask)).digest('base64url');
}

/** What is sent to the adapter: the ask without what stays on the server. */
export function toRequest(ask: CheckedAsk): InitiateRequest & { readonly requestedExpiry?: number } {
  const { action: _action, data: _data, codeAllowed: _code, expiresIn, useWithin: _use, ...others } = ask;
  const { goodFor: _good, externalId: _externalId, withoutPrompt: _prompt, ...request } = others;
  return { ...request, ...(expiresIn !== undefined && { requestedExpiry: expiresIn }) };
}
