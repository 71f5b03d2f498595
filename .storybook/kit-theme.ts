import { create } from 'storybook/theming';
import type { ThemeVars } from 'storybook/theming';

/** The kit's own colors, by the names of its properties. A test compares them with src/styles/tokens.css. */
export const KIT_COLORS = {
  light: {
    surface: '#ffffff',
    'surface-muted': '#f5f6f8',
    border: '#e2e5ea',
    'border-strong': '#868d9a',
    text: '#14171d',
    'text-muted': '#565d6a',
  },
  dark: {
    surface: '#16181d',
    'surface-muted': '#1f2229',
    border: '#2b2f38',
    'border-strong': '#7b8391',
    text: '#f2f3f6',
    'text-muted': '#a6adb9',
  },
} as const;

/** What the kit derives from its accent: the fill of its main button, and the ink of its links. */
const ACCENTS = { light: { solid: '#2451d6', ink: '#2451d6' }, dark: { solid: '#3d6af0', ink: '#9db4ff' } } as const;

export type KitTheme = keyof typeof KIT_COLORS;

/** Storybook in the kit's colors: its manager, or the pages of its documentation, where links stand in the text. */
export function kitTheme(base: KitTheme, place: 'manager' | 'page'): ThemeVars {
  const colors = KIT_COLORS[base];
  const { solid, ink } = ACCENTS[base];
  return create({
    base,
    brandTitle: 'react-ciba',
    fontBase: "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif",
    fontCode: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'Segoe UI Mono', 'DejaVu Sans Mono', monospace",
    colorPrimary: solid,
    colorSecondary: place === 'manager' ? solid : ink,
    appBg: colors['surface-muted'],
    appContentBg: colors.surface,
    appPreviewBg: colors.surface,
    appBorderColor: colors.border,
    appBorderRadius: 10,
    textColor: colors.text,
    textMutedColor: colors['text-muted'],
    barBg: colors.surface,
    barTextColor: colors['text-muted'],
    barHoverColor: ink,
    barSelectedColor: ink,
    inputBg: colors.surface,
    inputBorder: colors['border-strong'],
    inputTextColor: colors.text,
    inputBorderRadius: 10,
  });
}
