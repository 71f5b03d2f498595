import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCompleteCode, normalizeCode, TOTP_LENGTH } from '../../src/contract/index.js';

describe('normalizeCode', () => {
  test.each([
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

  test.each([
    ['Your code is 123456. It expires in 10 min', '123456'],
    ['10 min: 123456', '123456'],
    ['10 min: 123 456', '123456'],
    ['10 min: 123\u2011456', '123456'],
    ['12-34-56 is your code, valid for 10 minutes', '123456'],
    ['G-123456 is your Google verification code 2', '123456'],
    ['Code: 123456 (expires 15:30)', '123456'],
    ['Code 123456 sent 2026-01-15', '123456'],
    ['123456 15 Jan', '123456'],
    ['1,234.56 EUR: 654321', '654321'],
    ['Transfer of 123456.00 EUR, code 654321', '654321'],
    ['Ref A123456, code 654321', '654321'],
    ['Your code is 123456.\n@example.com #123456', '123456'],
    ['Código: １２３ ４５６, 10 min', '123456'],
    ['رمزك هو ١٢٣٤٥٦ صالح 10 دقائق', '123456'],
    ['認証コード：123456（10分間有効）', '123456'],
    ['10 min: 123\u200b456', '123456'],
    ['您的验证码是123456，10分钟内有效。', '123456'],
    ['【银行】验证码：123456，请勿告诉他人，5分钟内有效', '123456'],
    ['認証コードは123456です。10分間有効です。', '123456'],
    ['인증번호는 123456입니다. 10분 이내', '123456'],
    ['รหัสคือ123456 ภายใน 10 นาที', '123456'],
    ['आपका कोड १२३४५६ है, १० मिनट', '123456'],
    ['1\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e34\ufe0f\u20e35\ufe0f\u20e36\ufe0f\u20e3 🔐 10 min', '123456'],
    ['您的验证码是123456或654321', ''],
    ['10 123456', '123456'],
    ['Code 123456 or 654321', ''],
    ['Order 4711, invoice 1234567', ''],
    ['Call 555 123 or 555 124', ''],
    ['12345678', '123456'],
    ['123 456 789', '123456'],
  ])('H8: finds in %j the code %j', (text, code) => {
    expect(normalizeCode(text)).toBe(code);
  });

  test('H8: finds a backup code in a sentence', () => {
    const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
    expect(normalizeCode('10 codes, the first: k7q4-mx2p-9abc', 12, alphabet)).toBe('K7Q4MX2P9ABC');
  });

  const scripts = Intl.supportedValuesOf('numberingSystem')
    .map((numberingSystem) => new Intl.NumberFormat('en', { numberingSystem, useGrouping: false }).format(9876543210))
    .filter((digits) => /^\p{Nd}{10}$/u.test(digits));

  test('reads the decimal digits of every script that people write numbers in', () => {
    expect(scripts.length).toBeGreaterThan(60);
    for (const digits of scripts) expect(normalizeCode(digits, 10)).toBe('9876543210');
  });

  test.each([
    ['the other case where only that is in the alphabet', 'k7q-4mx', 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789', 'K7Q4MX'],
    ['the other case the other way round', 'K7Q-4MX', 'abcdefghjkmnpqrstuvwxyz0123456789', 'k7q4mx'],
    ['both cases where both are in the alphabet', 'aA', 'aA', 'aA'],
    ['digits of an alphabet as they are in it', '១២12', '០១២៣៤៥៦៧៨៩', '១២'],
  ])('takes %s', (_, text, alphabet, code) => {
    expect(normalizeCode(text, 6, alphabet)).toBe(code);
  });

  test('cuts to the length that is asked for', () => {
    expect(normalizeCode('12345678', 8)).toBe('12345678');
    expect(normalizeCode('12345678', 4)).toBe('1234');
  });

  test('leaves ASCII digits alone, at most as many as asked for, and changes nothing when it is run again', () => {
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
  test('is exactly so many ASCII digits', () => {
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
