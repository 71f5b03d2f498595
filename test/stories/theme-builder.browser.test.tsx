import { beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { ThemeBuilder } from '../../stories/themes/theme-builder.js';
import { DEFAULT_THEME, toCss } from '../../stories/themes/theme.js';
import { toColor } from '../support/contrast.js';
import '../../src/styles/index.css';

const onCopy = vi.fn();
const code = (name: string) =>
  document.querySelector<HTMLTextAreaElement>(`textarea[aria-labelledby="builder-${name}"]`)?.value ?? '';
const failing = () => document.querySelectorAll('[data-passes="false"]').length;
const button = (theme: string) =>
  document.querySelector(`.builder-pane[data-theme="${theme}"] [data-variant="primary"]`) as HTMLElement;

beforeEach(async () => {
  onCopy.mockClear();
  await render(<ThemeBuilder {...DEFAULT_THEME} onCopy={onCopy} />);
});

const choose = (label: string, value: string) => page.getByLabelText(label, { exact: true }).fill(value);

test('a color goes into both panes, the CSS, the tokens and the link', async () => {
  await choose('Accent', '#0f766e');
  const painted = (theme: string) => toColor(getComputedStyle(button(theme)).backgroundColor);
  await expect.poll(() => painted('light')).toEqual({ red: 15, green: 118, blue: 110, alpha: 1 });
  expect(painted('dark').green).toBeGreaterThan(118);
  expect(code('css')).toContain('--ciba-color-accent: #0f766e;');
  expect(code('tokens')).toContain('"hex": "#0f766e"');
  expect(code('link')).toContain('accent:!hex(0f766e)');
});

test('light and dark have surfaces of their own', async () => {
  await choose('Surface, dark', '#200020');
  const surface = (theme: string) =>
    getComputedStyle(document.querySelector(`.builder-pane[data-theme="${theme}"] [data-part="root"]`) as Element)
      .backgroundColor;
  await expect.poll(() => surface('dark')).toBe('rgb(32, 0, 32)');
  expect(surface('light')).toBe('rgb(255, 255, 255)');
});

test('the badges measure what is chosen', async () => {
  await expect.poll(() => document.querySelectorAll('[data-passes="true"]').length).toBe(20);
  await choose('Surface, light', '#808080');
  await expect.poll(failing).toBeGreaterThan(3);
  await page.getByRole('button', { name: 'Start over' }).click();
  await expect.poll(failing).toBe(0);
});

test('what is copied is what is shown', async () => {
  await userEvent.selectOptions(page.getByLabelText('Font'), 'mono');
  await page.getByRole('button', { name: 'Copy CSS' }).click();
  expect(onCopy).toHaveBeenCalledWith(toCss({ ...DEFAULT_THEME, font: 'mono' }));
  await page.getByRole('button', { name: 'Copy link' }).click();
  expect(onCopy).toHaveBeenLastCalledWith(code('link'));
});
