import { renderHook } from '@testing-library/react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { MockInstance } from 'vitest';
import type { Messages } from 'react-ciba';
import { en } from 'react-ciba/locales/en';
import { useMessages } from '../../src/react/messages-context.js';

function laidOver(overrides: unknown): Messages {
  return renderHook(() => useMessages(overrides as Partial<Messages>)).result.current;
}

describe('useMessages', () => {
  let complaints: MockInstance<typeof console.error>;
  beforeEach(() => {
    complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  });

  test('lays texts over the ones in force', () => {
    const messages = laidOver({ 'idle.title': 'Welcome', 'polling.timeLeft': (seconds: number) => `${seconds} to go` });

    expect(messages['idle.title']).toBe('Welcome');
    expect(messages['polling.timeLeft'](5)).toBe('5 to go');
    expect(messages['idle.start']).toBe(en['idle.start']);
    expect(complaints).not.toHaveBeenCalled();
  });

  test('takes what is missing in half a locale from the texts below', () => {
    const messages = laidOver({ 'idle.title': 'Anmelden', 'idle.text': undefined, 'polling.timeLeft': undefined });

    expect(messages['idle.text']).toBe(en['idle.text']);
    expect(messages['polling.timeLeft'](61)).toBe(en['polling.timeLeft'](61));
    expect(complaints).not.toHaveBeenCalled();
  });

  test.each([
    [
      'throws',
      'polling.timeLeft',
      (): string => {
        throw new Error('no such plural');
      },
    ],
    ['gives nothing', 'polling.timeLeftSpoken', (): undefined => undefined],
    ['is no function and no text', 'polling.resendIn', 7],
  ] as const)('shows the text below, and says so, where a message %s', (_what, key, text) => {
    const messages = laidOver({ [key]: text });

    expect(messages[key](61)).toBe(en[key](61));
    expect(complaints).toHaveBeenCalledWith(expect.stringContaining(`The message '${key}' threw or is no text`));
  });

  test('says so once, however often the text is asked for', () => {
    for (const seconds of [3, 2, 1]) laidOver({ 'lockedOut.retryIn': () => undefined })['lockedOut.retryIn'](seconds);
    expect(complaints).toHaveBeenCalledTimes(1);
  });

  test('shows the text below, and says so, where a plain text is none', () => {
    expect(laidOver({ 'idle.title': 42 })['idle.title']).toBe(en['idle.title']);
    expect(complaints).toHaveBeenCalledWith(expect.stringContaining("The message 'idle.title'"));
  });

  test('takes a plain text where a function could stand', () => {
    expect(laidOver({ 'polling.timeLeft': 'Hurry' })['polling.timeLeft'](61)).toBe('Hurry');
  });
});
