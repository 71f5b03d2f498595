import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cleanup, render } from 'vitest-browser-react';
import { CibaLogin, CibaProvider } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { directionOf, messagesOf } from '../../stories/locales.js';
import { createFakeEnvironment } from '../support/fake-environment.js';
import { emulateSettings, resizeWindow } from './emulate.js';
import { root } from './login-stories.js';

const WIDTHS = [320, 640];
const LOCALES = ['en', 'de', 'ar', 'ja'];

const sheet = new CSSStyleSheet();
sheet.replaceSync('.middle { display: grid; place-items: center; min-block-size: 100vb }');

beforeEach(async () => {
  document.adoptedStyleSheets = [sheet];
  // What settles into its place is not there yet; Chromium's count leaves that out, and the measure of boxes does not.
  await emulateSettings({ 'prefers-reduced-motion': 'reduce' });
});
afterEach(async () => {
  document.adoptedStyleSheets = [];
  await cleanup();
  await emulateSettings({});
  await resizeWindow(640, 1000);
});

interface LayoutShift extends PerformanceEntry {
  readonly value: number;
  readonly sources: readonly {
    readonly node: Node | null;
    readonly previousRect: DOMRectReadOnly;
    readonly currentRect: DOMRectReadOnly;
  }[];
}

/** Whether an eye can see that it moved: from right to left Chromium reports half a pixel of rounding, too. */
function hasMoved({ previousRect: before, currentRect: now }: LayoutShift['sources'][number]): boolean {
  const start = document.documentElement.dir === 'rtl' ? 'right' : 'left';
  return Math.abs(before.top - now.top) > 1 || Math.abs(before[start] - now[start]) > 1;
}

/** What moved, as Chromium counts it; also what moved in the half second after an act, which CLS forgives. */
function watchShifts() {
  const shifts: LayoutShift[] = [];
  const observer = new PerformanceObserver((list) => shifts.push(...(list.getEntries() as LayoutShift[])));
  observer.observe({ type: 'layout-shift' });
  return {
    /** Waits until the page was laid out, painted and measured. */
    async painted() {
      for (let frame = 0; frame < 4; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    },
    /** What moved since the last call. */
    take: () =>
      shifts
        .splice(0)
        .filter(({ sources }) => sources.some(hasMoved))
        .map(({ value, sources }) => {
          const moved = sources.map(({ node }) => (node instanceof Element ? node.outerHTML : node?.textContent));
          return `${value.toFixed(4)}: ${moved.map((text) => text?.slice(0, 80)).join(', ')}`;
        }),
  };
}

/** A login that is being sent, in a place of its page. */
async function send(place: (login: ReactNode) => ReactNode, locale = 'en', displayCode?: string) {
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({
    clock: world.environment.clock,
    deliveredTo: 'Pixel 9',
    latency: 1,
    ...(displayCode && { displayCode }),
  });
  document.documentElement.dir = directionOf(locale);
  await render(
    <CibaProvider messages={messagesOf(locale)}>
      {place(<CibaLogin adapter={adapter} environment={world.environment} loginHint="ada@example.com" />)}
    </CibaProvider>,
  );
  const shifts = watchShifts();
  const reaches = async (status: string) => {
    await expect.poll(() => root().dataset['state']).toBe(status);
    await shifts.painted();
  };
  root().querySelector('button')?.click();
  await reaches('pushing');
  shifts.take();
  return { world, adapter, shifts, reaches };
}

const places = [
  { where: 'at the top of a page', place: (login: ReactNode) => <main>{login}</main> },
  { where: 'in the middle of a page', place: (login: ReactNode) => <main className="middle">{login}</main> },
  {
    where: 'above other things',
    place: (login: ReactNode) => (
      <main>
        {login}
        <p>Imprint</p>
      </main>
    ),
  },
] as const;

describe.each(places)('$where', ({ place }) => {
  describe.each(WIDTHS)('%i pixels wide', (width) => {
    test.each(LOCALES)('a line that is lost and comes back moves nothing: %s', async (locale) => {
      await resizeWindow(width, 900);
      const { world, adapter, shifts, reaches } = await send(place, locale);
      await world.advance(1000);
      await reaches('polling');
      shifts.take();

      const messages = messagesOf(locale);
      const says = async (text: string, shown = true) => {
        await expect.poll(() => root().textContent.includes(text)).toBe(shown);
        await shifts.painted();
      };
      adapter.faults = { poll: 'network' };
      await world.advance(8000);
      await says(messages['polling.reconnecting']);
      expect(shifts.take()).toEqual([]);
      world.change({ online: false });
      await says(messages['polling.offline']);
      expect(shifts.take()).toEqual([]);
      adapter.faults = {};
      world.change({ online: true });
      await world.advance(5000);
      await says(messages['polling.offline'], false);
      expect(shifts.take()).toEqual([]);
    });
  });
});

test.each(['en', 'ar'])(
  'in the middle of a page and above other things, sending has the height of waiting: %s',
  async (locale) => {
    await resizeWindow(640, 900);
    for (const { place } of places) {
      const { world, shifts, reaches } = await send(place, locale);
      const { height } = root().getBoundingClientRect();
      await world.advance(1000);
      await reaches('polling');
      expect(shifts.take()).toEqual([]);
      expect(root().getBoundingClientRect().height).toBe(height);
      await cleanup();
    }
  },
);

// In the middle of a page the card still grows with a display code, and with texts that take more lines.
describe('the step from sending to waiting moves nothing at the top of a page', () => {
  test.each([320, 640])('%i pixels wide', async (width) => {
    await resizeWindow(width, 900);
    for (const displayCode of [undefined, '4711']) {
      const { world, shifts, reaches } = await send(places[0].place, 'en', displayCode);
      const titleAt = () => root().querySelector('h2')?.getBoundingClientRect().top;
      const before = titleAt();
      await world.advance(1000);
      await reaches('polling');
      expect(shifts.take()).toEqual([]);
      // Chromium counts nothing for an element that took another's place.
      expect(titleAt()).toBe(before);
      await cleanup();
    }
  });
});

test('the observer sees what does move', async () => {
  const { shifts } = await send((login) => <main>{login}</main>);
  const banner = document.createElement('p');
  banner.textContent = 'A banner that nobody asked for';
  document.body.prepend(banner);
  await shifts.painted();
  banner.remove();
  await shifts.painted();
  expect(shifts.take()).toEqual([expect.stringMatching(/^0\.\d+: /), expect.stringMatching(/^0\.\d+: /)]);
});
