import { expect, test } from 'vitest';
import { formatAmount } from '../../src/contract/amount.js';

test.each([
  ['1240.00', 'EUR', '€1,240.00'],
  ['49', 'EUR', '€49.00'],
  ['12.5', 'USD', '$12.50'],
  ['0.0051', 'USD', '$0.0051'],
  ['1240', 'JPY', '¥1,240'],
  ['1240.5', 'JPY', '¥1,240.5'],
  ['1.001', 'KWD', 'KWD\u00a01.001'],
  ['123456789012345678.12', 'EUR', '€123,456,789,012,345,678.12'],
])('%s %s is %s', (value, currency, text) => {
  expect(formatAmount('en', { value, currency })).toBe(text);
});

test('an amount looks as in the language', () => {
  expect(formatAmount('de', { value: '1240.00', currency: 'EUR' })).toBe('1.240,00\u00a0€');
});

test('a currency that the platform refuses is shown as it is', () => {
  expect(formatAmount('en', { value: '12.50', currency: 'points' })).toBe('12.50 points');
});
