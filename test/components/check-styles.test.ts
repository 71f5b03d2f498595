import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { MockInstance } from 'vitest';

// Once a page, so each test has a page of its own.
let checkStyles: (root: Element) => void;
let warning: MockInstance<typeof console.error>;
const root = document.createElement('div');
const sheet = document.createElement('style');

beforeEach(async () => {
  vi.resetModules();
  ({ checkStyles } = await import('../../src/components/check-styles.js'));
  warning = vi.spyOn(console, 'error').mockReturnValue();
  root.innerHTML = '<button type="button" class="mine" data-scope="ciba-login" data-part="button">Sign in</button>';
  root.style.setProperty('--_accent', 'blue');
  document.body.append(root);
  document.head.append(sheet);
});

afterEach(() => {
  root.remove();
  sheet.remove();
});

test.each([
  'button { background-color: transparent }',
  "button, [type='button'], [type='reset'] { background-color: transparent; background-image: none }",
  '*, ::before { border: 0 }',
  'input, button { padding: 0 }',
  ':hover, div > button { border-radius: 0 }',
])('warns about %s', (css) => {
  sheet.textContent = css;
  checkStyles(root);
  checkStyles(root);
  expect(warning).toHaveBeenCalledOnce();
  expect(String(warning.mock.calls[0]?.[0])).toContain(`The rule ${css.slice(0, css.indexOf(' {'))} { … } is outside`);
});

test.each([
  '.mine { background-color: red }',
  "[data-part='button'] { padding: 0 }",
  '#app button, .page button { padding: 0 }',
  'button { color: inherit; margin: 0 }',
  'input { padding: 0 }',
  '@layer base { button { padding: 0 } }',
])('says nothing of %s', (css) => {
  sheet.textContent = css;
  checkStyles(root);
  expect(warning).not.toHaveBeenCalled();
});

test('says nothing without the style sheet of the kit', () => {
  root.style.removeProperty('--_accent');
  sheet.textContent = 'button { padding: 0 }';
  checkStyles(root);
  expect(warning).not.toHaveBeenCalled();
});
