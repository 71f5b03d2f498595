import { describe, expect, test } from 'vitest';
import { clock, joinSentences, roundUp, spellClock, spellTime, spellUnit } from '../../src/contract/durations.js';

test.each([
  [0, '0:00'],
  [9, '0:09'],
  [59, '0:59'],
  [60, '1:00'],
  [115, '1:55'],
  [3599, '59:59'],
  [3600, '1:00:00'],
  [3665, '1:01:05'],
  [36_000, '10:00:00'],
])('%d s on the clock are %s', (seconds, text) => {
  expect(clock(seconds)).toBe(text);
});

test.each([
  [0, [0, 'second']],
  [59, [59, 'second']],
  [60, [1, 'minute']],
  [61, [2, 'minute']],
  [3540, [59, 'minute']],
  [3541, [60, 'minute']],
  [3599, [60, 'minute']],
  [3600, [1, 'hour']],
  [3601, [2, 'hour']],
])('%d s rounded up are %j', (seconds, rounded) => {
  expect(roundUp(seconds)).toEqual(rounded);
});

test('a unit is spelled out, and not broken from its number', () => {
  expect(spellUnit('en', 1, 'hour')).toBe('1\u00a0hour');
  expect(spellUnit('fr', 1200, 'second')).not.toMatch(/ /);
  expect(spellTime('en', 61)).toBe('2\u00a0minutes');
});

test.each([
  [0, '0 seconds'],
  [45, '45 seconds'],
  [60, '1 minute'],
  [61, '1 minute 1 second'],
  [115, '1 minute 55 seconds'],
])('%d s are spoken as “%s”', (seconds, text) => {
  expect(spellClock('en', seconds).replaceAll('\u00a0', ' ')).toBe(text);
});

describe('texts that are spoken together', () => {
  test('get a stop where they have none', () => {
    expect(joinSentences(['Check your phone', 'Compare the number', 'Really?'])).toBe(
      'Check your phone. Compare the number. Really?',
    );
  });

  test.each(['.', '!', '?', '…', '。', '！', '？', '؟'])('keep their own %s', (stop) => {
    expect(joinSentences([`One${stop}`, 'Two'])).toBe(`One${stop} Two.`);
  });

  test('have a stop within them left alone', () => {
    expect(joinSentences(['No. 4827', 'ok'])).toBe('No. 4827. ok.');
  });

  test('are joined without a space where the language has none', () => {
    expect(joinSentences(['一', '二'], '。')).toBe('一。二。');
  });
});
