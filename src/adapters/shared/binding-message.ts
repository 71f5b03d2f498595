/**
 * Joins the number and the text of a request into the one message that a backend takes, such as "4827: Sign in". If they
 * don't fit together, the number goes alone: it protects the user, and the text doesn't.
 */
export function joinMessage(
  displayCode: string | undefined,
  text: string | undefined,
  fits: (message: string) => boolean,
): string | undefined {
  if (!displayCode || !text) return displayCode ?? text;
  const joined = `${displayCode}: ${text}`;
  return fits(joined) ? joined : displayCode;
}
