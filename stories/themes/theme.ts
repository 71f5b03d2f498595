import { designTokens } from '../../scripts/design-tokens.mjs';
import page from '../../docs/theming.md?raw';
import css from '../../src/styles/tokens.css?raw';

export const FONTS = {
  system: null,
  humanist: "Optima, Candara, 'Noto Sans', 'Source Sans 3', sans-serif",
  grotesque: "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif",
  serif: "'Iowan Old Style', 'Palatino Linotype', Georgia, 'Liberation Serif', serif",
  rounded: "ui-rounded, 'SF Pro Rounded', Nunito, Quicksand, 'Varela Round', sans-serif",
  mono: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
} as const;

export const DENSITIES = {
  compact: { 'dial-size': '6.5rem', height: '30rem', 'slot-size': '2.75rem' },
  regular: {},
  roomy: {
    'font-size': '1.0625rem',
    'control-size': '3.25rem',
    'dial-size': '9.5rem',
    height: '37rem',
    'slot-size': '3.5rem',
  },
} as const;

/** What the Theme Builder asks for. Everything else follows from it. */
export interface Theme {
  accent: string;
  /** The card and the fields, in light and in dark. */
  light: string;
  dark: string;
  /** In pixels. */
  radius: number;
  font: keyof typeof FONTS;
  density: keyof typeof DENSITIES;
}

export const DEFAULT_THEME: Theme = {
  accent: '#2451d6',
  light: '#ffffff',
  dark: '#16181d',
  radius: 10,
  font: 'system',
  density: 'regular',
};

export const MAX_RADIUS_PX = 24;

/** A theme from a link, which may say anything: what it can't be is as in the default theme. */
export function readTheme(given: Partial<Record<keyof Theme, unknown>>): Theme {
  const color = (name: 'accent' | 'light' | 'dark') => {
    const value = given[name];
    return typeof value === 'string' && /^#[\da-f]{6}$/i.test(value) ? value.toLowerCase() : DEFAULT_THEME[name];
  };
  const radius = Number(given.radius ?? NaN);
  const isKey = <Options extends object>(options: Options, name: unknown): name is keyof Options =>
    typeof name === 'string' && Object.hasOwn(options, name);
  return {
    accent: color('accent'),
    light: color('light'),
    dark: color('dark'),
    radius: radius >= 0 && radius <= MAX_RADIUS_PX ? Math.round(radius) : DEFAULT_THEME.radius,
    font: isKey(FONTS, given.font) ? given.font : DEFAULT_THEME.font,
    density: isKey(DENSITIES, given.density) ? given.density : DEFAULT_THEME.density,
  };
}

type Values = Readonly<Record<string, string>>;

/** One color with a share of another in it. */
function mix(base: string, other: string, share: number): string {
  const channels = (color: string) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  const others = channels(other);
  return `#${channels(base)
    .map((channel, at) => Math.round(channel + ((others[at] ?? 0) - channel) * share))
    .map((channel) => channel.toString(16).padStart(2, '0'))
    .join('')}`;
}

/** The muted surface and the dividers keep their distance from the surface. */
function surfaceOf(surface: string, usual: string, text: string): Values {
  if (surface === usual) return {};
  return {
    'color-surface': surface,
    'color-surface-muted': mix(surface, text, 0.045),
    'color-border': mix(surface, text, 0.115),
  };
}

/** What a theme changes, in light and in dark, by the names of the properties after `--ciba-`. */
export function changesOf(theme: Theme): { light: Values; dark: Values } {
  const font = FONTS[theme.font];
  const shared: Values = {
    ...(theme.accent !== DEFAULT_THEME.accent && { 'color-accent': theme.accent }),
    ...(theme.radius !== DEFAULT_THEME.radius && { radius: `${theme.radius / 16}rem` }),
    ...(font && { font }),
    ...DENSITIES[theme.density],
  };
  return {
    light: { ...shared, ...surfaceOf(theme.light, DEFAULT_THEME.light, '#14171d') },
    dark: { ...shared, ...surfaceOf(theme.dark, DEFAULT_THEME.dark, '#f2f3f6') },
  };
}

const usual = designTokens(css, page);

/** A color as the built-in style sheet has it. */
const usualColor = (theme: 'light' | 'dark', property: string) =>
  usual[theme].color[property.replace('color-', '')]?.$extensions['react-ciba'].css ?? '';

/** The theme as a style sheet, with only what differs from the built-in look. */
export function toCss(theme: Theme, selector = ':root'): string {
  const { light, dark } = changesOf(theme);
  const names = [...new Set([...Object.keys(light), ...Object.keys(dark)])].toSorted();
  const declarations = names.map((name) => {
    const values = [light[name] ?? usualColor('light', name), dark[name] ?? usualColor('dark', name)];
    return `  --ciba-${name}: ${values[0] === values[1] ? values[0] : `light-dark(${values.join(', ')})`};`;
  });
  const body = declarations.length > 0 ? declarations : ['  /* This is the built-in look. */'];
  return `${selector} {\n${body.join('\n')}\n}\n`;
}

/** The theme as design tokens of the W3C's community group. */
export function toTokens(theme: Theme): string {
  return `${JSON.stringify(designTokens(css, page, changesOf(theme)), null, 2)}\n`;
}

/** The theme as Storybook writes it into a link. */
export function toArgs(theme: Theme): string {
  return Object.entries(theme)
    .map(([name, value]) => `${name}:${String(value).replace(/^#(.*)$/, '!hex($1)')}`)
    .join(';');
}
