import { describe, expect, test } from 'vitest';
import { isSameHint, normalizeLoginHint } from '../../src/contract/login-hint.js';

describe('H8: normalizeLoginHint', () => {
  test.each([
    [' ada@example.com\u00a0', 'ada@example.com'],
    ['ada\u200b@example.com', 'ada@example.com'],
    ['\u202aada@example.com\u202c', 'ada@example.com'],
    ['\ufeffada@example.com\r\n', 'ada@example.com'],
    ['ada @example. com', 'ada@example.com'],
    ['ada@example.com.', 'ada@example.com'],
    ['ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'ada@example.com'],
    ['Ada@Example.com', 'Ada@Example.com'],
    ['ada@exämple.de', 'ada@xn--exmple-cua.de'],
    ['jürgen@exämple.de', 'jürgen@xn--exmple-cua.de'],
    ['ada@例え。jp', 'ada@xn--r8jz45g.jp'],
    ['ju\u0308rgen@example.com', 'jürgen@example.com'],
    ['ada@', 'ada@'],
    ['\u202a+49 170 123\u20114567\u202c', '+49 170 123-4567'],
    ['+49\u00a0170–1234567', '+49 170-1234567'],
    ['٠١٢٣٤٥٦٧٨٩', '0123456789'],
    ['＋８１ ９０（１２３４）', '+81 90(1234)'],
    ['Ada\u00a0 Lovelace', 'Ada Lovelace'],
    ['ada.', 'ada.'],
    ['ada\u200dl\u00advelace', 'adalvelace'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['user²', 'user²'],
    ['Ada Lovelace <ada@example.com>', 'ada@example.com'],
    ['"Lovelace, Ada" <Ada@Example.com>;', 'Ada@Example.com'],
    ['<ada@example.com>', 'ada@example.com'],
    ['Ada < mailto:ada@example.com >', 'ada@example.com'],
    ['MAILTO:ada@example.com?subject=Hello', 'ada@example.com'],
    ['ada@example.com, ', 'ada@example.com'],
    ['<ada@exämple.de>', 'ada@xn--exmple-cua.de'],
    ['a?b/c@example.com', 'a?b/c@example.com'],
    ['Ada <ada@example.com>, Bob <bob@example.com>', 'ada@example.com>, Bob<bob@example.com'],
    ['tel:+49-151-1234567', '+49-151-1234567'],
    ['Tel: 0151 1234567', '0151 1234567'],
    ['tel:ada', 'tel:ada'],
    ['\u200b', ''],
    ['', ''],
  ])('turns %j into %j', (text, hint) => {
    expect(normalizeLoginHint(text)).toBe(hint);
    expect(normalizeLoginHint(hint)).toBe(hint);
  });
});

test.each([
  ['Ada@Example.com', ' ada@example.com\u00a0', true],
  ['ada@exämple.de', 'ada@XN--EXMPLE-CUA.de', true],
  ['+49 170 1234567', '+49-170/1234567', true],
  ['Ada', 'ada', true],
  ['', '\u200b', true],
  ['ada@example.com', 'grace@example.com', false],
  ['ada', '', false],
  ['a.da@example.com', 'ada@example.com', false],
])('H9: %j and %j are spellings of one user: %s', (a, b, same) => {
  expect(isSameHint(a, b)).toBe(same);
});
