import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCompleteCode, normalizeCode, TOTP_LENGTH } from '../../src/contract/index.js';

describe('normalizeCode', () => {
  it.each([
    ['123456', '123456'],
    [' 123 456 ', '123456'],
    ['123-456', '123456'],
    ['123\u00a0456\n', '123456'],
    ['Your code is 123456.', '123456'],
    ['１２３４５６', '123456'],
    ['①②③④⑤⑥', '123456'],
    ['٠١٢٣٤٥', '012345'],
    ['۴۵۶۷۸۹', '456789'],
    ['०१२९', '0129'],
    ['০১২৯', '0129'],
    ['๐๑๒๙', '0129'],
    ['12a34', '1234'],
    ['abcdef', ''],
    ['', ''],
    ['😀12', '12'],
    ['1234567', '123456'],
  ])('turns %j into %j', (text, code) => {
    expect(normalizeCode(text)).toBe(code);
  });

  const scripts = Intl.supportedValuesOf('numberingSystem')
    .map((numberingSystem) => new Intl.NumberFormat('en', { numberingSystem, useGrouping: false }).format(9876543210))
    .filter((digits) => /^\p{Nd}{10}$/u.test(digits));

  it('reads the decimal digits of every script that people write numbers in', () => {
    expect(scripts.length).toBeGreaterThan(60);
    for (const digits of scripts) expect(normalizeCode(digits, 10)).toBe('9876543210');
  });

  it.each([
    ['the other case where only that is in the alphabet', 'k7q-4mx', 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789', 'K7Q4MX'],
    ['the other case the other way round', 'K7Q-4MX', 'abcdefghjkmnpqrstuvwxyz0123456789', 'k7q4mx'],
    ['both cases where both are in the alphabet', 'aA', 'aA', 'aA'],
    ['digits of an alphabet as they are in it', '១២12', '០១២៣៤៥៦៧៨៩', '១២'],
  ])('takes %s', (_, text, alphabet, code) => {
    expect(normalizeCode(text, 6, alphabet)).toBe(code);
  });

  it('cuts to the length that is asked for', () => {
    expect(normalizeCode('12345678', 8)).toBe('12345678');
    expect(normalizeCode('12345678', 4)).toBe('1234');
  });

  it('leaves ASCII digits alone, at most as many as asked for, and changes nothing when it is run again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 10 }), (text, length) => {
        const code = normalizeCode(text, length);
        expect(code).toMatch(/^[0-9]*$/);
        expect(code.length).toBeLessThanOrEqual(length);
        expect(normalizeCode(code, length)).toBe(code);
      }),
    );
  });
});

describe('isCompleteCode', () => {
  it('is exactly so many ASCII digits', () => {
    expect(TOTP_LENGTH).toBe(6);
    expect(isCompleteCode('123456')).toBe(true);
    expect(isCompleteCode('000000')).toBe(true);
    for (const code of ['', '12345', '1234567', '12345a', 'abcdef', '12345\n', ' 23456', '１２３４５６', '٠١٢٣٤٥']) {
      expect(isCompleteCode(code)).toBe(false);
    }
    expect(isCompleteCode('12345678', 8)).toBe(true);
    expect(isCompleteCode('123456', 8)).toBe(false);
  });
});
