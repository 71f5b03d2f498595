import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { CibaSessions } from '../../src/sessions/index.js';
import { enSessions } from '../../src/locales/en.js';
import { createTestSessions } from '../support/test-sessions.js';
import { locales, translations } from './all-locales.js';

/** What each text says with values that bring out its forms. */
function sayingsOf(texts: (typeof locales)[number]['sessions']): Record<string, string[]> {
  return {
    ...Object.fromEntries(
      Object.entries(texts).flatMap(([key, text]) => (typeof text === 'string' ? [[key, [text]]] : [])),
    ),
    'sessions.device': [texts['sessions.device']('Firefox', 'Windows')],
    'sessions.lastUsed': [0, 59, 60, 3600, 86_400, 864_000].map((seconds) => texts['sessions.lastUsed'](seconds)),
    'sessions.signedInAt': [texts['sessions.signedInAt'](1_800_000_000_000)],
    'sessions.endSpoken': [texts['sessions.endSpoken']('Firefox')],
    'sessions.ended': [texts['sessions.ended']('Firefox')],
    'sessions.confirm': [1, 2, 5, 11].map((devices) => texts['sessions.confirm'](devices)),
  };
}

test.each(locales)('$tag has every text, and says something everywhere', ({ sessions }) => {
  const kindsOf = (texts: object) => Object.entries(texts).map(([key, text]) => `${key}: ${typeof text}`);
  expect(kindsOf(sessions)).toEqual(kindsOf(enSessions));
  const sayings = sayingsOf(sessions);
  expect(Object.keys(sayings).toSorted()).toEqual(Object.keys(enSessions).toSorted());
  const all = Object.values(sayings).flat();
  expect(all.filter((said) => said.trim() !== said || said === '')).toEqual([]);
  expect(all.filter((said) => /[<>{}#]|&\w+;|undefined|NaN|\.\.\.|'/.test(said))).toEqual([]);
});

test.each(locales)('$tag names the device, the number and the time', ({ sessions }) => {
  const sayings = sayingsOf(sessions);
  for (const key of ['sessions.device', 'sessions.endSpoken', 'sessions.ended']) {
    expect(sayings[key]?.[0], key).toContain('Firefox');
  }
  expect(sayings['sessions.device']?.[0]).toContain('Windows');
  for (const [place, devices] of [2, 5, 11].entries()) {
    expect(sayings['sessions.confirm']?.[place + 1]).toContain(String(devices));
  }
  expect(new Set(sayings['sessions.lastUsed']).size).toBeGreaterThanOrEqual(5);
  expect(sayings['sessions.lastUsed']?.[5]).toContain('10');
});

test.each(translations)('$tag leaves no English on the panel', async ({ messages, sessions }) => {
  cleanup();
  const client = new QueryClient();
  const { container } = render(
    <QueryClientProvider client={client}>
      <CibaSessions source={createTestSessions().source} messages={{ ...messages, ...sessions }} />
    </QueryClientProvider>,
  );
  await screen.findAllByRole('listitem');
  const english = Object.values(sayingsOf(enSessions)).flat();
  const shown = container.textContent ?? '';
  expect(english.filter((text) => shown.includes(text))).toEqual([]);
});
