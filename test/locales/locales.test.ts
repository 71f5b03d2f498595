// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { en, enApproval, enInbox, enSetup } from '../../src/locales/en.js';
import { locales, sayings, textsOf, translations } from './all-locales.js';
import type { Text } from './all-locales.js';

/** Texts that may be the English ones: the name of a file is plain ASCII, most languages end a sentence with a stop, and some write amounts alike. */
const SAME_AS_ENGLISH: readonly string[] = ['setup.fileName', 'spoken.join', 'approval.amount', 'inbox.amount'];

const kindsOf = (texts: object) => Object.entries(texts).map(([key, text]) => `${key}: ${typeof text}`);

const INBOX_NAMES = [
  'inbox.signIn.title',
  'inbox.payment.title',
  'inbox.call.title',
  'inbox.task.title',
  'inbox.other.title',
  'inbox.device.title',
  'inbox.payee',
  'inbox.from',
  'inbox.devices.removeSpoken',
  'inbox.devices.confirm',
  'inbox.devices.removed',
] as const;

test('there are more languages than English', () => {
  expect(translations.length).toBeGreaterThan(2);
});

describe.each(locales)('$tag', (locale) => {
  const { tag, messages, setup, approval, inbox } = locale;
  const texts = textsOf(locale);

  test('has every text, of the same kind as in English and in the same order', () => {
    expect(kindsOf(messages)).toEqual(kindsOf(en));
    expect(kindsOf(setup)).toEqual(kindsOf(enSetup));
    expect(kindsOf(approval)).toEqual(kindsOf(enApproval));
    expect(kindsOf(inbox)).toEqual(kindsOf(enInbox));
  });

  test('says something everywhere', () => {
    const silent = texts.filter(([key, text]) => sayings(key, text).some((said) => said.trim() !== said || !said));
    expect(silent.map(([key]) => key)).toEqual([]);
  });

  test('has no markup, and nothing that was not filled in', () => {
    const odd = texts
      .flatMap(([key, text]) => sayings(key, text))
      .filter((said) => /[<>{}#]|&\w+;|undefined|NaN/.test(said));
    expect(odd).toEqual([]);
  });

  test('writes three dots as one character and apostrophes as printed', () => {
    const typed = texts.flatMap(([key, text]) => sayings(key, text)).filter((said) => /\.\.\.|'/.test(said));
    expect(typed).toEqual([]);
  });

  test('tells nobody whether an account exists', () => {
    expect(messages['error.unknownUser.title']).toBe(messages['error.noDevice.title']);
    expect(messages['error.unknownUser.text']).toBe(messages['error.noDevice.text']);
  });

  test('says every number that it is given', () => {
    for (const seconds of [3, 11, 45]) {
      for (const key of [
        'polling.timeLeft',
        'polling.timeLeftSpoken',
        'polling.resendIn',
        'lockedOut.retryIn',
      ] as const)
        expect(messages[key](seconds), key).toContain(String(seconds));
      expect(messages['totpEntry.attemptsLeft'](seconds)).toContain(String(seconds));
    }
    expect(messages['totpEntry.label'](6)).toContain('6');
    expect(messages['totpEntry.incomplete'](8)).toContain('8');
    expect(messages['polling.displayCodeSpoken']('4 7')).toContain('4 7');
    expect(inbox['inbox.number'](8)).toContain('8');
    expect(inbox['inbox.quiet'](1200)).toContain('20');
    expect(inbox['inbox.others'](5)).toContain('5');
    for (const key of INBOX_NAMES) expect(inbox[key]('Example'), key).toContain('Example');
    // A minute and more shows both, as digits and in words.
    expect(messages['polling.timeLeft'](605)).toContain('10:05');
    expect(messages['polling.timeLeftValue'](605)).toMatch(/10.*5/);
  });

  test('counts by the plural rules of its language', () => {
    const rules = new Intl.PluralRules(tag);
    for (const key of ['polling.timeLeftSpoken', 'totpEntry.attemptsLeft'] as const) {
      const forms = new Map<string, Set<string>>();
      for (let count = 0; count <= 120; count += 1) {
        const category = rules.select(count);
        const form = messages[key](count).replace(/\d+/, '#');
        forms.set(category, (forms.get(category) ?? new Set()).add(form));
      }
      const kinds = [...forms.values()].map((set) => [...set]);
      for (const [category, form] of forms) expect([...form], `${key} ${category}`).toHaveLength(1);
      // Of more than two categories some are written alike: Arabic has one word for 11 and for 100 seconds.
      expect(new Set(kinds.flat()).size, key).toBeGreaterThanOrEqual(Math.min(kinds.length, 4));
    }
  });
});

test('Arabic has a form for each of one, two, few and more', () => {
  const arabic = locales.find(({ tag }) => tag === 'ar')?.messages;
  expect([0, 1, 2, 3, 11, 100].map((count) => arabic?.['totpEntry.attemptsLeft'](count))).toEqual([
    'لم تبقَ أي محاولة.',
    'بقيت محاولة واحدة.',
    'بقيت محاولتان.',
    'بقيت 3 محاولات.',
    'بقيت 11 محاولة.',
    'بقيت 100 محاولة.',
  ]);
  // The dual has another ending after a preposition.
  expect(arabic?.['polling.timeLeftValue'](122)).toContain('دقيقتان وثانيتان');
  expect(arabic?.['error.retryIn'](120)).toContain('دقيقتين');
});

test.each(translations)('$tag has no English text', (locale) => {
  const english = new Map(Object.entries<Text>({ ...en, ...enSetup, ...enApproval, ...enInbox }));
  const same = textsOf(locale)
    .filter(([key, text]) => {
      const original = english.get(key);
      return original !== undefined && sayings(key, text).join() === sayings(key, original).join();
    })
    .map(([key]) => key);
  expect(same.filter((key) => !SAME_AS_ENGLISH.includes(key))).toEqual([]);
});
