import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup } from 'vitest-browser-react';
import { LOGIN_STATUSES } from 'react-ciba/machine';
import { emulateSettings, resizeWindow } from './emulate.js';
import { screens, show } from './login-stories.js';
import { controlsIn, nameOf } from './measure.js';

vi.setConfig({ testTimeout: 60_000 });

beforeEach(() => resizeWindow(640, 1000));
afterEach(async () => {
  await cleanup();
  await emulateSettings({});
});

test('the stories show every status', async () => {
  const seen = new Set<string | undefined>();
  for (const screen of screens) seen.add((await show(screen)).dataset['state']);
  expect([...seen].toSorted()).toEqual([...LOGIN_STATUSES].toSorted());
});

// WCAG 2.5.5, and 2.5.8 for links that the app puts into a slot.
test.each([320, 640])('every control is 44 pixels high and more, %i pixels wide', async (width) => {
  await resizeWindow(width, 800);
  for (const screen of screens) {
    for (const control of controlsIn(await show(screen))) {
      const box = control.getBoundingClientRect();
      const own = control.matches('[data-part]');
      // The boxes of a code are as high as their field, and drawn behind it.
      expect(box.height, `${screen.name}: ${nameOf(control)}`).toBeGreaterThanOrEqual(own ? 44 : 24);
      expect(box.width, `${screen.name}: ${nameOf(control)}`).toBeGreaterThanOrEqual(24);
    }
  }
});

/** The words on a control, without a clock that only runs for the eye. */
function writtenOn(control: Element): string {
  const copy = control.cloneNode(true) as Element;
  for (const hidden of copy.querySelectorAll('[aria-hidden="true"]')) hidden.remove();
  return copy.textContent;
}

// WCAG 2.4.6, 2.5.3, 3.3.2, 4.1.2
test('every control has a name, and says what is written on it', async () => {
  for (const screen of screens) {
    for (const control of controlsIn(await show(screen))) {
      const where = `${screen.name}: ${nameOf(control)}`;
      const written = writtenOn(control) || (control as HTMLInputElement).labels?.[0]?.textContent;
      expect(written, where).toMatch(/\S/);
      expect(control, where).toHaveAccessibleName(written);
    }
  }
});

// WCAG 1.3.5
test('every field says what belongs into it, for browsers and password managers', async () => {
  const purposes = new Set<string | null>();
  for (const screen of screens) {
    const fields = (await show(screen)).querySelectorAll('input');
    for (const field of fields) purposes.add(field.getAttribute('autocomplete'));
  }
  expect([...purposes].toSorted()).toEqual(['one-time-code', 'tel', 'username']);
});

// WCAG 1.3.1, 2.4.6
test('every screen has one heading, of the second level, with words in it', async () => {
  for (const screen of screens) {
    const root = await show(screen);
    const headings = page.elementLocator(root).getByRole('heading').elements();
    expect(
      headings.map(({ localName }) => localName),
      screen.name,
    ).toEqual(['h2']);
    expect(headings[0]?.textContent, screen.name).toMatch(/\S/);
  }
});
