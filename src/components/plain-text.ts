/**
 * Text from elsewhere without the characters that turn the order of what is shown (Unicode Bidirectional Algorithm,
 * embeddings, overrides and isolates): a payee, an amount or a code reads as it was sent.
 */
export function plainText(text: unknown): string {
  return String(text).replace(/[\u202a-\u202e\u2066-\u2069]/g, '');
}
