import { expect, test } from 'vitest';
import { groupsOf, kindOf } from '../../src/components/display-code.js';
import { plainText } from '../../src/components/plain-text.js';

test.each([
  ['7', ['7']],
  ['4711', ['4711']],
  ['47113', ['471', '13']],
  ['492817', ['492', '817']],
  ['4928171', ['4928', '171']],
  ['83KM72QX', ['83KM', '72QX']],
  ['492817305', ['492', '817', '305']],
  ['83KM72QXP4WD', ['83KM', '72QX', 'P4WD']],
])('%s is shown in groups of at most four, as even as they go', (code, groups) => {
  expect(groupsOf(code)).toEqual(groups);
});

test.each(['83KM-72QX-P4', 'orange otter', 'strawberries', ''])('“%s” stays as it is', (code) => {
  expect(groupsOf(code)).toEqual([code]);
});

test.each([
  ['7', '2'],
  ['47', '2'],
  ['471', '3'],
  ['4711', '4'],
  ['47113', 'short'],
  ['AB', 'short'],
  ['K7Q-4MX', 'short'],
  ['83KM72QX', 'medium'],
  ['83KM-72QX-P4', 'medium'],
  ['correct-horse-battery', 'long'],
])('%s is drawn as %s', (code, kind) => {
  expect(kindOf(code)).toBe(kind);
});

test('what turns the order of a text goes, what a language writes with stays', () => {
  expect(plainText('\u202eEUR 100\u202c \u2067x\u2069')).toBe('EUR 100 x');
  expect(plainText('\u200fשלום\u200e')).toBe('\u200fשלום\u200e');
});
