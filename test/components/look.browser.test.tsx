import axe from 'axe-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-react';
import { CibaLogin, CibaLoginDialog, CibaProvider } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { checkStyles } from '../../src/components/check-styles.js';
import { screenNamed, screens, show } from '../accessibility/login-stories.js';
import { emulateSettings } from '../accessibility/emulate.js';
import { locales } from '../locales/all-locales.js';
import { createFakeEnvironment } from '../support/fake-environment.js';

vi.setConfig({ testTimeout: 60_000 });

afterEach(async () => {
  await cleanup();
  await emulateSettings({});
  delete document.documentElement.dataset['theme'];
});

const ends = (login: Element, selector: string) => login.querySelectorAll(selector).length;

test('no screen has two filled buttons, waiting has none without an app link, and nothing has a style attribute', async () => {
  for (const screen of screens) {
    const login = await show(screen);
    const primary = ends(login, '[data-variant="primary"]');
    expect(primary, screen.name).toBeLessThanOrEqual(1);
    if (login.dataset['state'] === 'polling' && !screen.args.appLink) expect(primary, screen.name).toBe(0);
    expect(ends(login, '[style]'), screen.name).toBe(0);
  }
});

describe('what runs without an end', () => {
  const endless = (login: Element) =>
    login.getAnimations({ subtree: true }).filter(({ effect }) => effect?.getComputedTiming().endTime === Infinity);

  test('is the turn of a whole image, which the compositor does: while sending, and nowhere else', async () => {
    for (const screen of screens) {
      const login = await show(screen);
      const running = endless(login);
      expect(running, screen.name).toHaveLength(login.dataset['state'] === 'pushing' ? 1 : 0);
      for (const { effect } of running) {
        const { target } = effect as KeyframeEffect;
        expect(target?.localName).toBe('svg');
        const properties = (effect as KeyframeEffect).getKeyframes().flatMap((frame) => Object.keys(frame));
        expect(new Set(properties.filter((name) => !/offset|easing|composite/i.test(name)))).toEqual(
          new Set(['transform']),
        );
      }
    }
  });

  test('and of the ring in a busy button', async () => {
    const { environment } = createFakeEnvironment();
    const adapter = createMemoryAdapter({ clock: environment.clock, faults: { verifyTotp: 'hang' } });
    await render(<CibaLogin adapter={adapter} environment={environment} loginHint="ada@example.com" />);
    const login = document.querySelector('[data-part="root"]') as HTMLElement;
    const press = (verb: string) => (login.querySelector(`[data-verb="${verb}"]`) as HTMLElement).click();
    press('useCode');
    const field = page.getByRole('textbox');
    await field.fill('123456');
    press('submitCode');
    await expect.poll(() => ends(login, '[aria-busy="true"]')).toBeGreaterThan(0);
    const running = endless(login);
    expect(running).toHaveLength(1);
    const effect = running[0]?.effect as KeyframeEffect;
    expect([effect.target?.getAttribute('data-verb'), effect.pseudoElement]).toEqual(['submitCode', '::before']);
  });
});

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  test('axe finds nothing in a dialog, whose close button is round and named', async () => {
    document.documentElement.dataset['theme'] = theme;
    const { environment } = createFakeEnvironment();
    const adapter = createMemoryAdapter({ clock: environment.clock });
    const onOpenChange = vi.fn();
    await render(
      <CibaProvider environment={environment}>
        <CibaLoginDialog adapter={adapter} open onOpenChange={onOpenChange} loginHint="ada@example.com" />
      </CibaProvider>,
    );
    const close = document.querySelector('[data-part="dialog-close"]') as HTMLElement;
    const { width, height } = close.getBoundingClientRect();
    expect([width, height]).toEqual([44, 44]);
    expect(close).toHaveAccessibleName();
    const { violations } = await axe.run(document.body, { rules: { region: { enabled: false } } });
    expect(violations).toEqual([]);
    close.click();
    await expect.poll(() => onOpenChange.mock.calls).toEqual([[false]]);
  });
});

describe('a theme that goes wrong is said in development, once', () => {
  test.each([
    ['--ciba-color-accent: transparent', /--ciba-color-accent is "transparent".*transparency is ignored/],
    ['--ciba-color-accent: linear-gradient(red, blue)', /is "linear-gradient\(red, blue\)".*own is used/],
    ['--ciba-color-accent: none', /is "none"/],
    ['--ciba-color-surface: #222222', /--ciba-color-text \(#14171d\) on --ciba-color-surface \(#222222\)/],
    ['--ciba-color-text-muted: #aaaaaa', /--ciba-color-text-muted \(#aaaaaa\)/],
    ['--ciba-color-accent: #fde047; --ciba-color-accent-text: #ffffff', /--ciba-color-accent-text.*Leave out/],
    ['--ciba-color-accent: #0f766e', null],
    ['--ciba-color-surface: #101418; --ciba-color-text: #fff; --ciba-color-text-muted: #ccc', null],
    ['--ciba-color-accent: light-dark(#0f766e, #5eead4)', null],
  ])('%s', async (css, message) => {
    const warning = vi.spyOn(console, 'error').mockReturnValue();
    document.documentElement.dataset['theme'] = 'light';
    const login = await show(screenNamed('Idle'));
    warning.mockClear();
    const sheet = document.head.appendChild(document.createElement('style'));
    sheet.textContent = `:root { ${css} }`;
    checkStyles(login);
    checkStyles(login);
    sheet.remove();
    const said = warning.mock.calls.map(([text]) => String(text));
    expect(said.length).toBe(message ? new Set(said).size : 0);
    if (message) expect(said.join('\n')).toMatch(message);
    expect(login.querySelector('span:not([data-part])[style]')).toBeNull();
  });
});

test.each(locales)('in $tag, no clock is broken into two lines', async ({ messages }) => {
  for (const width of [320, 400]) {
    const { environment } = createFakeEnvironment();
    const adapter = createMemoryAdapter({ clock: environment.clock });
    await render(
      <div style={{ width }}>
        <CibaLogin adapter={adapter} environment={environment} messages={messages} loginHint="ada@example.com" />
      </div>,
    );
    (document.querySelector('[data-verb="start"]') as HTMLElement).click();
    await expect.poll(() => ends(document.body, '[data-part="count"]')).toBe(1);
    const count = document.querySelector('[data-part="count"]') as HTMLElement;
    expect(count.offsetHeight, `${width} px`).toBeLessThan(2 * parseFloat(getComputedStyle(count).fontSize));
    await cleanup();
  }
});

test('an action that is over for good is as muted as one that is not yet possible', async () => {
  const colorOf = async (name: string) => {
    const login = await show(screenNamed(name));
    const [resend] = login.querySelectorAll('[data-part="quiet-actions"] > [data-part="button"]');
    if (!resend?.matches(':disabled, [aria-disabled="true"]')) throw new Error('It can be pressed.');
    return getComputedStyle(resend).color;
  };
  expect(await colorOf('PollingAfterLastResend')).toBe(await colorOf('Polling'));
});
