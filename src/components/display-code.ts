/**
 * Splits a code into groups of at most four characters, as equal in size as possible, because three characters are
 * easier to compare than six. Words, and codes with their own separators, stay as they are.
 */
export function groupsOf(code: string): readonly string[] {
  if (!/^[\dA-Z]+$/.test(code)) return [code];
  const size = Math.ceil(code.length / Math.ceil(code.length / 4));
  return code.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
}

/** What fits into the dial: a number of up to four digits in the circle, and anything else in the capsule, by its length. */
export function kindOf(code: string): '2' | '3' | '4' | 'short' | 'medium' | 'long' {
  const { length } = code;
  if (/^\d{1,4}$/.test(code)) return length === 4 ? '4' : length === 3 ? '3' : '2';
  return length > 12 ? 'long' : length > 7 ? 'medium' : 'short';
}
