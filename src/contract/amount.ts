import type { TransactionAmount } from './adapter.js';

/** Formats an amount of money as the language does, such as "€1,240.00". Its digits are never rounded. */
export function formatAmount(locale: string, { value, currency }: TransactionAmount): string {
  const minimumFractionDigits = value.split('.')[1]?.length ?? 0;
  try {
    const format = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      minimumFractionDigits,
      maximumFractionDigits: Math.max(minimumFractionDigits, 0),
    });
    // A string keeps digits that a number would lose.
    return format.format(value as unknown as number);
  } catch {
    return `${value} ${currency}`;
  }
}
