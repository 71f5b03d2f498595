import { afterEach, describe, expect, test } from 'vitest';
import { cleanup } from 'vitest-browser-react';
import { TotpInput } from '../../src/components/totp-input/index.js';
import { CodeField } from './code-field.js';
import type { Library } from './code-field.js';
import { isDispatched, rows } from './rows.js';
import '../../src/styles/index.css';

const library: Library = { name: 'react-ciba', Field: TotpInput, slots: '[data-part="slot"]' };

afterEach(async () => {
  await cleanup();
  document.body.replaceChildren();
});

describe('the table of what people do with a code field', () => {
  test.each(rows.map((row) => [`${row.name}${isDispatched(row) ? ' (dispatched events)' : ''}`, row] as const))(
    '%s',
    async (_, { observe, right }) => {
      const observed = await observe(library);
      expect(right).toContain(observed);
    },
  );
});

describe('the field itself', () => {
  test('is a plain text field that browsers and managers know', async () => {
    const { entry } = await CodeField.mount(library);
    expect(entry.getAttributeNames()).not.toContain('style');
    expect(entry).toMatchObject({
      type: 'text',
      inputMode: 'numeric',
      spellcheck: false,
      // Longer than a code, so that a pasted sentence is not cut.
      maxLength: -1,
    });
    // As an attribute: Firefox does not know the token as a property.
    expect(entry.getAttribute('autocomplete')).toBe('one-time-code');
    const root = entry.parentElement as HTMLElement;
    expect([root.dir, root.getAttribute('translate')]).toEqual(['ltr', 'no']);
    expect(root.querySelector('[data-part="slots"]')?.ariaHidden).toBe('true');
    // Smaller ones make iOS zoom in.
    expect(parseFloat(getComputedStyle(entry).fontSize)).toBeGreaterThanOrEqual(16);
  });

  test.each(['frame', 'shadow root', undefined] as const)('marks the slot of the caret, place: %s', async (place) => {
    const field = await CodeField.mount(library, place ? { place } : {});
    const marked = () => field.slots.findIndex((slot) => 'active' in slot.dataset);
    expect(marked()).toBe(-1);
    await field.type('123');
    expect(field.value).toBe('123');
    expect(marked()).toBe(3);
    await field.type('{ArrowLeft}{ArrowLeft}');
    expect(marked()).toBe(1);
    field.entry.blur();
    await field.settle();
    expect(marked()).toBe(-1);
  });

  test.each(['light', 'dark'])('is big enough to hit, and its marked slot stands out, theme: %s', async (theme) => {
    document.documentElement.dataset['theme'] = theme;
    const field = await CodeField.mount(library);
    await field.type('1');
    const [, active] = field.slots as [HTMLElement, HTMLElement];
    const { width, height } = active.getBoundingClientRect();
    // WCAG 2.2, 2.5.8 asks for 24, 2.5.5 for 44.
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
    const { outlineColor, outlineStyle, outlineWidth, backgroundColor } = getComputedStyle(active);
    expect([outlineStyle, outlineWidth]).toEqual(['solid', '2px']);
    // WCAG 2.2, 1.4.11.
    expect(contrast(outlineColor, backgroundColor)).toBeGreaterThanOrEqual(3);
    delete document.documentElement.dataset['theme'];
  });
});

function contrast(one: string, other: string): number {
  const [lighter, darker] = [luminance(one), luminance(other)].toSorted((a, b) => b - a) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** WCAG's relative luminance of a computed color, whatever color space it is written in. */
function luminance(color: string): number {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d');
  if (!canvas) throw new Error('This browser has no canvas.');
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue] = Array.from(canvas.getImageData(0, 0, 1, 1).data, (part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
