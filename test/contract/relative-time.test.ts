import { expect, test } from 'vitest';
import { dateAndTime, relativeTime } from '../../src/contract/relative-time.js';

test.each([
  [0, 'now'],
  [59, 'now'],
  [60, '1 minute ago'],
  [3599, '59 minutes ago'],
  [3600, '1 hour ago'],
  [86_399, '23 hours ago'],
  [86_400, 'yesterday'],
  [172_799, 'yesterday'],
  [172_800, '2 days ago'],
])('%d s ago is “%s”', (seconds, text) => {
  expect(relativeTime('en', seconds)).toBe(text);
});

test('speaks the language', () => {
  expect(relativeTime('de', 86_400)).toBe('gestern');
});

test('a date comes with its time', () => {
  const text = dateAndTime('en', new Date(2026, 0, 2, 15, 4).getTime());
  expect(text.replaceAll('\u202f', ' ')).toBe('Jan 2, 2026, 3:04 PM');
});
