import { afterEach, expect, test, vi } from 'vitest';
import { cleanup, render } from 'vitest-browser-react';
import { CibaError, CibaLogin, Login } from 'react-ciba';
import type { CibaLoginProps } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import type { MemoryAdapterOptions, MemorySession } from 'react-ciba/adapters/memory';
import { formatAmount } from '../../src/contract/amount.js';
import { LOCALES } from '../../stories/locales.js';
import { createFakeEnvironment } from '../support/fake-environment.js';
import { resizeWindow } from './emulate.js';
import { root } from './login-stories.js';
import { lostIn, textsIn } from './measure.js';
import '../../src/styles/index.css';

vi.setConfig({ testTimeout: 60_000 });

afterEach(async () => {
  await cleanup();
  await resizeWindow(640, 1000);
});

/** What may stand where a name, a phone or a title is expected. */
const NAMES: Record<string, string> = {
  'many words': 'Ada Augusta King-Noel Countess of Lovelace '.repeat(6),
  'one word': 'x'.repeat(300),
  'an address of a page': `https://example.com/${'very-long-path/'.repeat(15)}?q=${'a'.repeat(60)}`,
  'spaces that do not break': Array(60).fill('Ada').join('\u00a0'),
  'towers of accents': `A${'\u0301\u0330'.repeat(60)}da`,
  families: '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}'.repeat(40),
  'a changed direction': `\u202E${'ada@example.com'.repeat(8)}`,
  Arabic: 'مرحبابالعالمالكبيرجدا'.repeat(12),
  Japanese: '株式会社日本電気通信技術研究所'.repeat(15),
  Thai: 'สวัสดีชาวโลกทั้งหลาย'.repeat(12),
  markup: '<img src=x onerror=alert(1)><b>ada</b>'.repeat(6),
  'many lines': 'ada\n\n\tlovelace\r\n'.repeat(10),
  'words that are glued': 'Ada\u2060Lovelace\u2060'.repeat(25),
  'soft hyphens': 'Ada\u00adLovelace'.repeat(25),
};

const NUMBERS = [
  '12345678901234567890',
  'WWWWWWWWWWWWWWWWWWWW',
  'MMMM-WWWW-MMMM-WWWW-',
  'ABCDE FGHIJ KLMNO PQ',
  '株式会社日本電気通信技術研究所株式会社日',
  '🦄'.repeat(20),
  'ﷺ'.repeat(6),
  ...[1, 2, 3, 4, 5, 8, 12, 13].map((length) => 'W'.repeat(length)),
];

/** The largest and the longest that the server takes, in currencies with long names. */
const AMOUNTS = [
  { value: '0', currency: 'JPY' },
  { value: '-999999999999999.999999', currency: 'EUR' },
  { value: '999999999999999.999999', currency: 'XTS' },
  { value: '1240.00', currency: 'AED' },
];

async function open(backend: MemoryAdapterOptions<MemorySession>, props: Partial<CibaLoginProps<MemorySession>>) {
  await cleanup();
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({ clock: world.environment.clock, interval: 1, ...backend });
  await render(<CibaLogin adapter={adapter} environment={world.environment} {...props} />);
  return {
    adapter,
    pass: (seconds: number) => world.advance(seconds * 1000),
    async press(verb: string) {
      (root().querySelector(`[data-verb="${verb}"]`) as HTMLElement).click();
      await world.advance(600);
    },
  };
}

/** What is lost on a card, or stands outside its card or its dial. */
function lostInCard(card: HTMLElement): string[] {
  const outside = textsIn(card).filter(({ element, boxes }) => {
    const { left, right, top, bottom } = (element.closest('[data-part="dial"]') ?? card).getBoundingClientRect();
    return boxes.some((box) => box.left < left || box.right > right || box.top < top || box.bottom > bottom);
  });
  return [...lostIn(card), ...outside.map(({ text }) => `leaves its place: ${text}`)];
}

test.each([320, 375, 1280])('no name, however hostile, leaves its place, %i pixels wide', async (width) => {
  await resizeWindow(width, 900);
  const lost: Record<string, string[]> = {};
  for (const [name, text] of Object.entries(NAMES)) {
    const measure = (status: string) => {
      expect(root().dataset['state']).toBe(status);
      const found = lostInCard(root());
      if (found.length > 0) lost[`${name}, ${status}`] = found;
    };
    const login = await open({ deliveredTo: text }, { loginHint: text });
    measure('idle');
    await login.press('start');
    measure('polling');
    await login.press('useCode');
    measure('totpEntry');
    login.adapter.phone.deny();
    await login.pass(2);
    measure('denied');

    const transaction = { title: text, details: [{ label: text, value: text }] };
    const asked = await open({ deliveredTo: text, displayCode: '4711' }, { loginHint: text, transaction });
    measure('idle');
    await asked.press('start');
    measure('polling');

    const error = new CibaError('misconfigured', 'scripted', { reference: text.slice(0, 40) });
    const failed = await open({ faults: { initiate: error } }, { loginHint: text, support: '/help' });
    await failed.press('start');
    measure('failed');
  }
  expect(lost).toEqual({});
});

test.each([320, 375, 1280])('no number leaves the dial, %i pixels wide', async (width) => {
  await resizeWindow(width, 900);
  const lost: Record<string, string[]> = {};
  for (const displayCode of NUMBERS) {
    const login = await open({ displayCode, deliveredTo: 'Pixel 9' }, { loginHint: 'ada@example.com' });
    await login.press('start');
    expect(root().textContent).toContain(displayCode);
    const found = lostInCard(root());
    if (found.length > 0) lost[displayCode] = found;
  }
  expect(lost).toEqual({});
});

test.each([320, 375, 1280])('no amount and no payee leaves its place, %i pixels wide', async (width) => {
  await resizeWindow(width, 900);
  const lost: Record<string, string[]> = {};
  for (const locale of LOCALES.keys()) {
    for (const [name, payee] of Object.entries(NAMES)) {
      await cleanup();
      await render(
        <>
          {AMOUNTS.map((amount) => (
            <div key={amount.currency} data-scope="ciba-login" data-part="root">
              <Login.Order
                eyebrow="Payment to approve"
                title="Payment"
                amount={formatAmount(locale, amount)}
                payee={payee}
                details={[{ label: payee, value: payee }]}
              />
            </div>
          ))}
        </>,
      );
      const found = [...document.querySelectorAll<HTMLElement>('[data-part="root"]')].flatMap(lostInCard);
      if (found.length > 0) lost[`${locale}, ${name}`] = found;
    }
  }
  expect(lost).toEqual({});
});
