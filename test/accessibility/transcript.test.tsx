import { virtual } from '@guidepup/virtual-screen-reader';
import { act, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { CibaLogin } from 'react-ciba';
import type { CibaLoginProps, Messages } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import type { MemoryAdapterOptions, MemorySession } from 'react-ciba/adapters/memory';
import { ar } from '../../src/locales/ar.js';
import { en } from '../../src/locales/en.js';
import { ja } from '../../src/locales/ja.js';
import { createFakeEnvironment } from '../support/fake-environment.js';

// The reader builds its tree anew with each change.
vi.setConfig({ testTimeout: 30_000 });

afterEach(() => virtual.stop());

/** A login that is listened to. Its texts are the locale's, so that a better wording breaks no test. */
async function open(
  messages: Messages,
  backend: MemoryAdapterOptions<MemorySession> = {},
  props: Partial<CibaLoginProps<MemorySession>> = {},
) {
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({ clock: world.environment.clock, latency: 1, ...backend });
  const { container } = render(
    <>
      <CibaLogin
        adapter={adapter}
        environment={world.environment}
        messages={messages}
        loginHint="ada@example.com"
        {...props}
      />
      <input aria-label="Search" />
    </>,
  );
  await virtual.start({ container });
  await virtual.clearSpokenPhraseLog();
  const user = userEvent.setup();
  const settle = (happens: () => unknown = () => undefined) =>
    act(async () => {
      await happens();
      await world.settle();
    });
  /** What is said from now until everything has settled. */
  const heard = async (happens?: () => unknown) => {
    await settle(happens);
    const phrases = await virtual.spokenPhraseLog();
    await virtual.clearSpokenPhraseLog();
    return phrases;
  };
  return {
    adapter,
    pass: (seconds: number) => heard(() => world.advance(seconds * 1000)),
    change: (next: { online: boolean }) => heard(() => world.change(next)),
    /** Presses a button that has the focus, and gives back what is said after that. */
    async press(name: string) {
      const button = screen.getByRole('button', { name });
      await act(() => button.focus());
      await virtual.clearSpokenPhraseLog();
      await user.keyboard('{Enter}');
      return heard();
    },
    /** Enters a code, and gives back what is said when the answer has come. */
    async enter(code: string) {
      await user.type(screen.getByLabelText(messages['totpEntry.label'](6)), `${code}{Enter}`);
      await virtual.clearSpokenPhraseLog();
      return heard(() => world.advance(1000));
    },
    /** Moves the focus to a field beside the login. */
    async leave() {
      await user.click(screen.getByLabelText('Search'));
      await heard();
    },
  };
}

const title = (text: string) => `heading, ${text}, level 2`;
/** What the live region says. */
const politeIn =
  (messages: Messages) =>
  (...texts: string[]) =>
    `polite: ${messages['spoken.join'](texts)}`.replaceAll('\u00a0', ' ');

const polite = politeIn(en);

describe.each([
  ['English', en],
  ['Japanese', ja],
  ['Arabic', ar],
])('%s', (_language, messages) => {
  const polite = politeIn(messages);

  test('nothing before the user acts; then sending, waiting with the code digit by digit, and the outcome', async () => {
    const login = await open(messages, { displayCode: '4711' });
    expect(await login.pass(5)).toEqual([]);
    expect(await login.press(messages['idle.start'])).toEqual([
      title(messages['pushing.title']),
      polite(messages['pushing.text']),
    ]);
    expect(await login.pass(1)).toEqual([
      title(messages['polling.title']),
      polite(messages['polling.displayCodeText'], messages['polling.displayCodeSpoken']('4 7 1 1')),
    ]);
    login.adapter.phone.approve();
    expect((await login.pass(2)).at(-1)).toBe(polite(messages['approved.title'], messages['approved.text']));
  });

  test('the outcome with its title where the focus is elsewhere: denied', async () => {
    const login = await open(messages);
    await login.press(messages['idle.start']);
    await login.pass(1);
    await login.leave();
    login.adapter.phone.deny();
    expect(await login.pass(2)).toEqual([polite(messages['denied.title'], messages['denied.text'])]);
  });

  test('a line that is lost, and that it is back', async () => {
    const login = await open(messages);
    await login.press(messages['idle.start']);
    await login.pass(1);
    expect(await login.change({ online: false })).toEqual([polite(messages['polling.offline'])]);
    expect(await login.change({ online: true })).toEqual([polite(messages['polling.reconnecting'])]);
    expect(await login.pass(2)).toEqual([polite(messages['polling.reconnected'])]);
  });

  test('a wrong code with the tries left, and the lock', async () => {
    const login = await open(messages, { totp: { attempts: 2, lockout: 10 } });
    const opened = await login.press(messages['action.useCode']);
    expect(opened.join()).toContain(messages['totpEntry.label'](6));
    expect(opened).toContain(polite(messages['totpEntry.title'], messages['totpEntry.text']));
    expect(await login.enter('000000')).toContain(
      polite(messages['totpEntry.wrong'], messages['totpEntry.attemptsLeft'](1)),
    );
    expect(await login.enter('000001')).toEqual([
      title(messages['lockedOut.title']),
      polite(messages['lockedOut.text']),
    ]);
    const countdown: string[] = [];
    for (let second = 1; second <= 8; second += 1) countdown.push(...(await login.pass(1)));
    expect(countdown).toEqual([]);
    expect((await login.pass(2)).join()).toContain(messages['totpEntry.title']);
  });

  test('one live region, polite, there and empty from the start', async () => {
    const login = await open(messages);
    const region = screen.getByRole('status');
    expect(region).toBeEmptyDOMElement();
    await login.press(messages['idle.start']);
    await login.pass(1);
    login.adapter.phone.approve();
    await login.pass(2);
    expect(screen.getByRole('status')).toBe(region);
    expect(document.querySelectorAll('[aria-live], [role="alert"], [role="log"], [role="timer"]')).toHaveLength(0);
  });
});

test(
  'in the two minutes of a request the time left twice, the hint once, and nothing each second',
  { timeout: 60_000 },
  async () => {
    const login = await open(en);
    await login.press(en['idle.start']);
    // The phone rang half a second ago.
    await login.pass(1.5);
    const said: [second: number, phrases: string[]][] = [];
    for (let second = 1; second <= 118; second += 1) {
      const phrases = await login.pass(1);
      if (phrases.length > 0) said.push([second, phrases]);
    }
    const hint = [
      en['lateHint.title'],
      en['lateHint.openApp'],
      en['lateHint.notifications'],
      en['lateHint.online'],
      en['lateHint.useCode'],
    ];
    expect(said).toEqual([
      [25, [polite(...hint)]],
      [90, [polite(en['polling.timeLeftSpoken'](30))]],
      [110, [polite(en['polling.timeLeftSpoken'](10))]],
    ]);
    expect(await login.pass(5)).toEqual([title(en['expired.title']), polite(en['expired.text'])]);
  },
);

test('the waiting screen, read from top to bottom', async () => {
  const login = await open(en, { displayCode: '4711', deliveredTo: 'Pixel 9' });
  await login.press(en['idle.start']);
  await login.pass(1);
  const read: string[] = [];
  for (let phrase = ''; phrase !== 'status' && read.length < 60; read.push(phrase)) {
    await virtual.next();
    phrase = await virtual.lastSpokenPhrase();
  }
  // The number is in the dial above the title, and was spoken with the screen.
  const texts = read.filter((phrase) => !/^(end of .*|paragraph|term|definition|group|list|listitem.*)$/.test(phrase));
  expect(texts).toEqual([
    en['polling.displayCodeText'],
    en['summary.account'],
    'ada@example.com',
    en['summary.device'],
    'Pixel 9',
    `button, ${en['action.useCode']}`,
    `button, ${en['polling.resend']}, ${en['polling.resendIn'](30)}, disabled`,
    en['polling.resend'],
    `button, ${en['action.cancel']}`,
    en['lateHint.title'],
    en['lateHint.openApp'],
    en['lateHint.notifications'],
    en['lateHint.online'],
    en['lateHint.useCode'],
    'status',
  ]);
});
