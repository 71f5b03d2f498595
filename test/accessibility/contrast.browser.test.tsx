import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { cleanup } from 'vitest-browser-react';
import { emulateSettings, resizeWindow } from './emulate.js';
import { screenNamed, screens, show } from './login-stories.js';
import { behind, contrast, contrastOfText, controlsIn, nameOf, textsIn } from './measure.js';

vi.setConfig({ testTimeout: 60_000 });

const TEXT = 4.5;
const NOT_TEXT = 3;

const looks = [
  { look: 'light', theme: 'light', forced: false },
  { look: 'dark', theme: 'dark', forced: false },
  { look: 'forced colours, light', theme: 'light', forced: true },
  { look: 'forced colours, dark', theme: 'dark', forced: true },
] as const;

beforeEach(() => resizeWindow(640, 1600));
afterEach(async () => {
  await cleanup();
  await emulateSettings({});
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

const isLookOfText = (control: Element) => control.matches('a, [data-variant="link"]');
// Its boxes are drawn behind it.
const isCodeField = (control: Element) => control.matches('[data-scope="totp-input"]');
const isInactive = (control: Element) => control.matches(':disabled, [aria-disabled="true"]');

describe.each(looks)('$look', ({ theme, forced }) => {
  beforeEach(() =>
    emulateSettings({
      // Colours that are under way to others would be measured as they are now.
      'prefers-reduced-motion': 'reduce',
      'prefers-color-scheme': theme,
      ...(forced && { 'forced-colors': 'active' }),
    }),
  );

  test('every text, those of inactive controls too, is 4.5 : 1 and more', async () => {
    let measured = 0;
    for (const screen of screens) {
      for (const text of textsIn(await show(screen, { theme }))) {
        measured += 1;
        expect(contrastOfText(text), `${screen.name}: ${text.text}`).toBeGreaterThanOrEqual(TEXT);
      }
    }
    expect(measured).toBeGreaterThan(screens.length * 4);
  });

  test('fields, boxes, buttons, bar and pictures are 3 : 1 and more', async () => {
    for (const screen of screens) {
      const root = await show(screen, { theme });
      const controls = controlsIn(root).filter(
        // With forced colours every button has a border, also one that looks like text or is inactive.
        (control) => !isCodeField(control) && control.localName !== 'a' && (forced || !isLookOfText(control)),
      );
      const edged = [...controls, ...root.querySelectorAll('[data-part="slot"]')];
      for (const element of edged.filter((each) => forced || !isInactive(each)))
        expect(edgeOf(element), `${screen.name}: ${nameOf(element)}`).toBeGreaterThanOrEqual(NOT_TEXT);
      for (const shape of root.querySelectorAll('svg :is(path, rect, circle)')) {
        const { fill, stroke } = getComputedStyle(shape);
        // What is lighter than that is the ground that a shape stands on.
        const ground = shape.matches('[data-part$="track"]');
        const seen = contrast(stroke === 'none' ? fill : stroke, behind(shape));
        if (!ground) expect(seen, `${screen.name}: ${nameOf(shape)}`).toBeGreaterThanOrEqual(NOT_TEXT);
      }
    }
  });

  test('the focus is seen on every control, 3 : 1 and more', async () => {
    for (const screen of screens) {
      const root = await show(screen, { theme });
      // From the keyboard's first key on, browsers show the focus wherever it goes.
      await userEvent.keyboard('{Tab}');
      for (const control of controlsIn(root).filter((each) => !each.matches(':disabled'))) {
        control.focus();
        // The boxes of a code are drawn anew for it.
        if (isCodeField(control)) await expect.poll(() => ringOf(control)).toBeGreaterThanOrEqual(NOT_TEXT);
        expect(ringOf(control), `${screen.name}: ${nameOf(control)}`).toBeGreaterThanOrEqual(NOT_TEXT);
      }
    }
  });
});

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
    root.style.setProperty('--ciba-color-accent', '#bbb');
    await userEvent.keyboard('{Tab}');
    expect(Math.min(...textsIn(root).map(contrastOfText))).toBeLessThan(TEXT);
    expect(edgeOf(root.querySelector('[data-part="slot"]:not([data-active])') as Element)).toBeLessThan(NOT_TEXT);
    expect(ringOf(root.querySelector('button') as Element)).toBeLessThan(NOT_TEXT);
  });
});
