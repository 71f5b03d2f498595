import { DIGITS, normalizeCode } from '../../contract/code.js';
import { attempt } from '../../environment/browser.js';
import { replaceText } from '../../react/dom.js';

/** The alphabet of a code and its length. */
export interface CodeShape {
  readonly length: number;
  readonly alphabet: string;
}

/** Why the value changed. `autofill` is anything that the browser or a password manager filled in on its own. */
export type TotpValueChangeReason = 'type' | 'paste' | 'autofill' | 'clear' | 'reset';

/**
 * The field's text and caret after an edit that the browser made: only characters of the alphabet, at most `length`.
 * Text that is inserted into a full field overwrites what comes after the caret.
 */
export function reconcile(
  text: string,
  caret: number,
  { length, alphabet }: CodeShape,
): { value: string; caret: number } {
  const all = normalizeCode(text, Infinity, alphabet);
  const head = normalizeCode(text.slice(0, caret), Infinity, alphabet);
  const overflow = all.length - length;
  if (overflow <= 0) return { value: all, caret: head.length };
  // A sentence that was dropped, dictated or filled in.
  if (isForeign(text, alphabet)) return { value: normalizeCode(text, length, alphabet), caret: length };
  const kept = head === '' ? all : head + all.slice(head.length + overflow);
  return { value: kept.slice(0, length), caret: Math.min(head.length, length) };
}

/** The range that `text` replaces: a complete code replaces everything, a partial one overwrites what it has no room for. */
export function rangeToReplace(
  input: HTMLInputElement,
  text: string,
  length: number,
): { text: string; start: number; end: number } {
  const filled = input.value.length;
  if (text.length >= length) return { text: text.slice(0, length), start: 0, end: filled };
  const start = input.selectionStart ?? filled;
  const end = input.selectionEnd ?? start;
  const overflow = Math.max(0, filled - (end - start) + text.length - length);
  return { text: text.slice(0, length - start), start, end: Math.min(end + overflow, filled) };
}

export function reasonOf(event: Event, next: string): TotpValueChangeReason {
  if (next === '') return 'clear';
  const { inputType } = event as Partial<InputEvent>;
  if (event.type === 'compositionend') return 'type';
  if (!inputType || inputType === 'insertReplacementText') return 'autofill';
  return inputType === 'insertFromPaste' || inputType === 'insertFromDrop' ? 'paste' : 'type';
}

/** Replaces a range as if the user had typed it. */
export function insertText(input: HTMLInputElement, text: string, start: number, end: number): void {
  input.setSelectionRange(start, end);
  // Only this command inserts text so that the browser can undo it, and it does so in the field that has the focus. If it
  // is missing or throws, only undo is lost.
  const undoable = hasFocus(input) && attempt(() => input.ownerDocument.execCommand('insertText', false, text), false);
  if (!undoable) replaceText(input, text, start, end);
}

/** Sets the whole text from a script. */
export function write(input: HTMLInputElement, value: string, caret: number): void {
  input.value = value;
  // Safari moves the focus to a field when its selection is set.
  if (hasFocus(input)) input.setSelectionRange(caret, caret);
}

/** Whether the field has the focus, also in a shadow root or in another document. */
export function hasFocus(input: HTMLInputElement): boolean {
  return (input.getRootNode() as Document | ShadowRoot).activeElement === input;
}

export function slotAt(slots: HTMLElement | null, x: number, y: number): number {
  return Array.from(slots?.children ?? []).findIndex((slot) => {
    const box = slot.getBoundingClientRect();
    return x >= box.left && x < box.right && y >= box.top && y < box.bottom;
  });
}

/** A character class for the `pattern` attribute, which browsers read with the `v` flag. */
export function patternOf({ length, alphabet }: CodeShape): string {
  const members = alphabet === DIGITS ? '0-9' : alphabet.replace(/[^\p{L}\p{N}]/gu, '\\$&');
  return `[${members}]{${length}}`;
}

/** Whether `text` has more than a code and the separators that people write in it. */
export function isForeign(text: string, alphabet: string): boolean {
  const rest = text.replace(/[\s-]/g, '');
  return normalizeCode(rest, Infinity, alphabet).length < rest.length;
}
