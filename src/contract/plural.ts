/**
 * Creates the function that counts things in a language with two forms: it returns the form for the count, with the count
 * instead of `#`. The languages differ in the form for zero, and no text needs a separate form for millions.
 */
/* @__NO_SIDE_EFFECTS__ */
export function countIn(locale: string): (count: number, one: string, other: string) => string {
  const rules = new Intl.PluralRules(locale);
  return (count, one, other) => (rules.select(count) === 'one' ? one : other).replace('#', String(count));
}
