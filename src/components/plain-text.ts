/**
 * Removes the characters that change the order in which text is displayed (Unicode Bidirectional Algorithm: embeddings,
 * overrides and isolates), so that a payee, an amount or a code reads as it was sent.
 */
export function plainText(text: unknown): string {
  return String(text).replace(/[\u202a-\u202e\u2066-\u2069]/g, '');
}
