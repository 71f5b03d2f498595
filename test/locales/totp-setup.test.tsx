import { act, cleanup, fireEvent, render } from '@testing-library/react';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { CibaError } from '../../src/index.js';
import type { CibaErrorCode } from '../../src/index.js';
import { en, enSetup } from '../../src/locales/en.js';
import { TotpSetup } from '../../src/totp-setup/index.js';
import type { TotpEnrollment } from '../../src/totp-setup/index.js';
import { createTestEnrollment } from '../support/totp-enrollment.js';
import type { TestEnrollmentOptions } from '../support/totp-enrollment.js';
import { locales, translations } from './all-locales.js';
import type { Locale } from './all-locales.js';
import { has, textsIn } from './texts.js';

const BACKUP_CODES = ['7K2M-9QXR', '3FHT-WB8N'];

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Goes through every screen of `<TotpSetup>` in a language, and gives back what was seen. */
async function readEveryScreen({ messages, setup }: Pick<Locale, 'messages' | 'setup'>): Promise<string[]> {
  const seen = new Set<string>();

  async function open(enrollment: TotpEnrollment) {
    cleanup();
    const { container } = render(<TotpSetup enrollment={enrollment} messages={{ ...messages, ...setup }} />);
    const after = async (run?: () => unknown) => {
      await act(async () => void run?.());
      for (const text of textsIn(container)) seen.add(text);
    };
    const press = (index: number) =>
      after(() => fireEvent.click(container.querySelectorAll('button:not([data-verb])')[index] as Element));
    const enter = (code: string) =>
      after(() => {
        const field = container.querySelector('input') as HTMLInputElement;
        fireEvent.change(field, { target: { value: code } });
        fireEvent.keyDown(field, { key: 'Enter' });
      });
    for (const text of textsIn(container)) seen.add(text);
    await after();
    return { press, enter };
  }
  const backend = (options: TestEnrollmentOptions = {}) => createTestEnrollment(options);

  await open({ ...backend().enrollment, begin: () => new Promise(() => undefined) });
  for (const fault of ['unavailable', 'forbidden', 'unauthorized'] as const) {
    await open(backend({ faults: [fault] }).enrollment);
  }

  const faults: CibaErrorCode[] = [];
  const gone = await open(backend({ faults }).enrollment);
  faults.push('notFound');
  await gone.enter('000000');

  for (const writeText of [() => Promise.resolve(), () => Promise.reject(new CibaError('unknown', 'Refused.'))]) {
    vi.stubGlobal('navigator', { clipboard: { writeText } });
    const { press } = await open(backend().enrollment);
    await press(0);
    vi.unstubAllGlobals();
  }

  const { enrollment, code } = backend({ backupCodes: BACKUP_CODES });
  const { press, enter } = await open(enrollment);
  await enter('12');
  await enter(String((Number(code()) + 500_000) % 1_000_000).padStart(6, '0'));
  await enter(code());
  await press(0);
  await press(3);
  cleanup();
  for (const data of ['', ...BACKUP_CODES]) seen.delete(data);
  // The secret is another one each time.
  return [...seen].filter((text) => !/^[A-Z2-7]{4}( [A-Z2-7]{1,4})+$/.test(text));
}

let english: readonly string[];

beforeAll(async () => {
  english = await readEveryScreen({ messages: en, setup: enSetup });
});

test('the walk comes by every text', () => {
  const missed = Object.entries(enSetup)
    .filter(([, text]) => !english.some((shown) => shown.includes(text)))
    .map(([key]) => key);
  // The name of the file that is saved.
  expect(missed).toEqual(['setup.fileName']);
  expect(english.some((text) => text.includes(en['totpEntry.wrong']))).toBe(true);
});

test.each(translations)('<TotpSetup> in $tag shows and says no English, and no key', async (locale) => {
  const seen = await readEveryScreen(locale);
  const keys = [...Object.keys(en), ...Object.keys(enSetup)];
  expect([...english, ...keys].filter((text) => seen.some((whole) => has(whole, text)))).toEqual([]);
  expect(seen.length).toBe(english.length);
});

test('every locale has texts of its own for it', () => {
  expect(new Set(locales.map(({ setup }) => setup['setup.title'])).size).toBe(locales.length);
});
