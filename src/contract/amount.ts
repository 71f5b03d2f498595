import type { TransactionAmount } from './adapter.js';

/**
 * Formats an amount of money as the language does, such as "€1,240.00". It has at least the digits that are usual for the
 * currency, and none is ever rounded.
 */
export function formatAmount(locale: string, { value, currency }: TransactionAmount): string {
  const digits = value.split('.')[1]?.length ?? 0;
  try {
    const usual = new Intl.NumberFormat(locale, { style: 'currency', currency }).resolvedOptions();
    const minimumFractionDigits = Math.max(digits, usual.minimumFractionDigits ?? 0);
    const format = new Intl.NumberFormat(locale, { style: 'currency', currency, minimumFractionDigits });
    // A string keeps digits that a number would lose.
    return format.format(value as unknown as number);
  } catch {
    return `${value} ${currency}`;
  }
}
