import { describe, expect, test } from 'vitest';
import { findDifference, reachesLevel } from '../../src/contract/compare-approver.js';

const NOW_SECONDS = 1_800_000_000;
const NOW = NOW_SECONDS * 1000;
const ADA = { subject: 'ada', acr: 'gold', authTime: NOW_SECONDS };

describe('a level', () => {
  test.each([
    [undefined, undefined, true],
    [undefined, 'gold', true],
    ['gold', 'gold', true],
    ['silver gold', 'gold', true],
    ['silver', 'gold', false],
    ['golden', 'gold', false],
    ['gold', undefined, false],
  ])('asked as %s and reached as %s: %s', (acrValues, acr, reached) => {
    expect(reachesLevel(acrValues === undefined ? {} : { acrValues }, acr)).toBe(reached);
  });
});

describe('an approval', () => {
  test('of which nothing was asked differs in nothing, whoever gave it', () => {
    for (const approver of [ADA, {}, null]) expect(findDifference({}, approver, NOW)).toBeNull();
  });

  test('by who was asked differs in nothing', () => {
    expect(findDifference({ subject: 'ada', acrValues: 'gold', maxAge: 0 }, ADA, NOW)).toBeNull();
  });

  test.each([{ ...ADA, subject: 'eve' }, { acr: 'gold', authTime: NOW_SECONDS }, null])(
    'by %j differs in the subject',
    (approver) => {
      expect(findDifference({ subject: 'ada', acrValues: 'silver', maxAge: 0 }, approver, NOW)).toBe('subject');
    },
  );

  test.each([{ ...ADA, acr: 'silver' }, { subject: 'ada', authTime: 0 }, null])(
    'by %j differs in the level',
    (approver) => {
      expect(findDifference({ acrValues: 'gold', maxAge: 0 }, approver, NOW)).toBe('level');
    },
  );

  test('differs in its age, beyond what two clocks may differ by', () => {
    const aged = (seconds: number) => findDifference({ maxAge: 60 }, { authTime: NOW_SECONDS - seconds }, NOW);
    expect([aged(0), aged(60), aged(90), aged(91)]).toEqual([null, null, null, 'age']);
    expect(findDifference({ maxAge: 60 }, { subject: 'ada' }, NOW)).toBe('age');
    expect(findDifference({ maxAge: 60 }, null, NOW)).toBe('age');
  });
});
