import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { cleanup } from 'vitest-browser-react';
import { emulateSettings, resizeWindow } from './emulate.js';
import { screenNamed, screens, show } from './login-stories.js';
import { NOT_TEXT, TEXT } from '../support/contrast.js';
import { behind, contrast, contrastOfText, controlsIn, nameOf, textsIn } from './measure.js';
import '../../examples/themes/arcade.css';
import '../../examples/themes/gazette.css';
import '../../examples/themes/shadcn.css';

vi.setConfig({ testTimeout: 60_000 });

const looks = [
  { look: 'light', theme: 'light' },
  { look: 'dark', theme: 'dark' },
  { look: 'forced colours, light', theme: 'light', forced: true },
  { look: 'forced colours, dark', theme: 'dark', forced: true },
  { look: 'the theme Gazette, light', theme: 'light', brand: 'gazette' },
  { look: 'the theme Gazette, dark', theme: 'dark', brand: 'gazette' },
  { look: 'the theme Arcade, light', theme: 'light', brand: 'arcade' },
  { look: 'the theme Arcade, dark', theme: 'dark', brand: 'arcade' },
  { look: 'the theme shadcn, light', theme: 'light', brand: 'shadcn' },
  { look: 'the theme shadcn, dark', theme: 'dark', brand: 'shadcn' },
] as const;

beforeEach(() => resizeWindow(640, 1600));
afterEach(async () => {
  await cleanup();
  await emulateSettings({});
  delete document.documentElement.dataset['brand'];
});

/** What an element draws around itself that tells where it is: its border, or its own colour. */
function edgeOf(element: Element): number {
  const { borderTopStyle, borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(element);
  const drawn = borderTopStyle !== 'none' && parseFloat(borderTopWidth) >= 1;
  const around = behind(element);
  return Math.max(drawn ? contrast(borderTopColor, around) : 1, contrast(backgroundColor, around));
}

/** What shows the focus of a control: its ring, or that of the box that the next digit goes to. */
function ringOf(control: Element): number {
  const box = control.parentElement?.querySelector('[data-part="slot"][data-active]');
  return Math.max(
    ...[control, box].map((element) => {
      if (!element) return 1;
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
      // A link of the app's own has the ring that the browser draws.
      const drawn = outlineStyle === 'auto' || (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2);
      return drawn ? contrast(outlineColor, behind(element)) : 1;
    }),
  );
}

const isLookOfText = (control: Element) => control.matches('a:not([data-variant]), [data-variant="quiet"], summary');
// Its boxes are drawn behind it.
const isCodeField = (control: Element) => control.matches('[data-scope="totp-input"]');
const isInactive = (control: Element) => control.matches(':disabled, [aria-disabled="true"]');

/** Every text, also of inactive controls, since people read those, too. */
function expectTextsToBeSeen(root: HTMLElement, where: string): void {
  const texts = textsIn(root);
  expect(texts.length, where).toBeGreaterThan(1);
  for (const text of texts) expect(contrastOfText(text), `${where}: ${text.text}`).toBeGreaterThanOrEqual(TEXT);
}

/**
 * Fields and the boxes of a code. A button is known by its words, so its edge is a matter of taste (WCAG 1.4.11), but with
 * forced colours it has one, unless it looks like a link.
 */
function expectEdgesToBeSeen(root: HTMLElement, where: string, forced: boolean): void {
  const controls = controlsIn(root).filter(
    (control) => !isCodeField(control) && !isLookOfText(control) && (forced || control.localName === 'input'),
  );
  const edged = [...controls, ...root.querySelectorAll('[data-part="slot"]')];
  for (const element of edged.filter((each) => forced || !isInactive(each)))
    expect(edgeOf(element), `${where}: ${nameOf(element)}`).toBeGreaterThanOrEqual(NOT_TEXT);
}

function expectPicturesToBeSeen(root: HTMLElement, where: string): void {
  // A disc and a track are the ground that a picture stands on. What keeps its place free isn't seen.
  for (const shape of root.querySelectorAll(
    'svg :is(path, rect, circle):not([data-part="dial-disc"], [data-part$="track"])',
  )) {
    const { fill, stroke } = getComputedStyle(shape);
    const seen = contrast(stroke === 'none' ? fill : stroke, behind(shape));
    expect(seen, `${where}: ${nameOf(shape)}`).toBeGreaterThanOrEqual(NOT_TEXT);
  }
}

async function expectFocusToBeSeen(root: HTMLElement, where: string): Promise<void> {
  // From the keyboard's first key on, browsers show the focus wherever it goes.
  await userEvent.keyboard('{Tab}');
  for (const control of controlsIn(root).filter((each) => !each.matches(':disabled'))) {
    control.focus();
    // The boxes of a code are drawn anew for it.
    if (isCodeField(control)) await expect.poll(() => ringOf(control)).toBeGreaterThanOrEqual(NOT_TEXT);
    expect(ringOf(control), `${where}: ${nameOf(control)}`).toBeGreaterThanOrEqual(NOT_TEXT);
  }
}

test.each(looks)(
  'text is 4.5 : 1 and more; fields, boxes, buttons, pictures and the focus 3 : 1: $look',
  async ({ theme, ...look }) => {
    const forced = 'forced' in look;
    if ('brand' in look) document.documentElement.dataset['brand'] = look.brand;
    await emulateSettings({
      // Colours that are under way to others would be measured as they are now.
      'prefers-reduced-motion': 'reduce',
      'prefers-color-scheme': theme,
      ...(forced && { 'forced-colors': 'active' }),
    });
    for (const screen of screens) {
      const root = await show(screen, { theme });
      expectTextsToBeSeen(root, screen.name);
      expectEdgesToBeSeen(root, screen.name, forced);
      expectPicturesToBeSeen(root, screen.name);
      await expectFocusToBeSeen(root, screen.name);
    }
  },
);

describe('the measure', () => {
  test('knows the ratios of WCAG', () => {
    document.body.innerHTML = '<div style="background: #fff"><p>a</p></div>';
    const paper = behind(document.querySelector('p') as Element);
    document.body.innerHTML = '';
    expect(contrast('#000', paper)).toBe(21);
    expect(contrast('#fff', paper)).toBe(1);
    expect(contrast('#767676', paper)).toBeCloseTo(4.54, 2);
    expect(contrast('#777', paper)).toBeCloseTo(4.48, 2);
    expect(contrast('rgb(0 0 0 / 50%)', paper)).toBeCloseTo(3.98, 1);
  });

  test('finds a text, a border and a ring that are too faint', async () => {
    await emulateSettings({ 'prefers-reduced-motion': 'reduce' });
    const root = await show(screenNamed('TotpEntry'));
    root.style.setProperty('--ciba-color-text-muted', '#999');
    root.style.setProperty('--ciba-color-border-strong', '#ddd');
    root.style.setProperty('--ciba-color-link', '#bbb');
    await userEvent.keyboard('{Tab}');
    expect(Math.min(...textsIn(root).map(contrastOfText))).toBeLessThan(TEXT);
    expect(edgeOf(root.querySelector('[data-part="slot"]:not([data-active])') as Element)).toBeLessThan(NOT_TEXT);
    expect(ringOf(root.querySelector('button') as Element)).toBeLessThan(NOT_TEXT);
  });
});
