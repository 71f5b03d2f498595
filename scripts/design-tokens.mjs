// The custom properties of the style sheet, with their values in light and in dark, in the format of the Design Tokens
// Community Group (2025.10), for design tools and generators. It runs in browsers, too: Storybook shows the tokens.

const DARK = ":where(.dark, [data-theme='dark']";

/** What a piece of CSS sets, by property; the first one counts. */
function declarationsIn(css) {
  const found = [...css.matchAll(/^\s+--ciba-([\w-]+):\s*([^;]+);/gm)];
  return new Map(found.toReversed().map(([, name, value]) => [name, value]));
}

const split = (list) => list.split(/,\s*(?![^(]*\))/);

function readDimension(text) {
  const [, value, unit = 'px'] = /^(-?[\d.]+)(rem|px)?$/.exec(text) ?? [];
  return value === undefined ? null : { value: Number(value), unit };
}

function readColor(text) {
  const hex = /^#([\da-f]{6})$/i.exec(text)?.[1];
  const rgb = /^rgb\((\d+) (\d+) (\d+) \/ (\d+)%\)$/.exec(text)?.slice(1).map(Number);
  if (!hex && !rgb) return null;
  const channels = hex ? hex.match(/../g).map((two) => parseInt(two, 16)) : rgb.slice(0, 3);
  return {
    colorSpace: 'srgb',
    components: channels.map((channel) => Number((channel / 255).toFixed(4))),
    ...(rgb && { alpha: rgb[3] / 100 }),
    hex: `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`,
  };
}

function readShadow(text) {
  const layers = split(text).map((layer) => {
    const [, lengths = '', color = ''] = /^([-\d.a-z ]+) (rgb\(.*\)|#.*)$/.exec(layer) ?? [];
    const [offsetX, offsetY, blur, spread = { value: 0, unit: 'px' }] = lengths.split(' ').map(readDimension);
    return { color: readColor(color), offsetX, offsetY, blur, spread };
  });
  return layers.every(({ color, blur }) => color && blur) ? layers : null;
}

/** How a value reads, by its type, or null for what the format has no type for. */
function readToken(name, css) {
  const color = readColor(css);
  if (color) return { $type: 'color', $value: color };
  // A size that is never smaller than with the browser's default text size.
  const dimension = readDimension(/^max\(([\d.]+rem), [\d.]+px\)$/.exec(css)?.[1] ?? css);
  if (dimension) return { $type: 'dimension', $value: dimension };
  const milliseconds = /^(\d+)ms$/.exec(css)?.[1];
  if (milliseconds) return { $type: 'duration', $value: { value: Number(milliseconds), unit: 'ms' } };
  const curve = /^cubic-bezier\((.*)\)$/.exec(css)?.[1];
  if (curve) return { $type: 'cubicBezier', $value: curve.split(',').map(Number) };
  if (/^font(-code)?$/.test(name)) {
    return { $type: 'fontFamily', $value: split(css).map((family) => family.replaceAll("'", '')) };
  }
  const shadow = readShadow(css);
  return shadow && { $type: 'shadow', $value: shadow };
}

/**
 * The tokens of tokens.css, each with what docs/theming.md says that it is for. A theme replaces values in light and in
 * dark, by the names of the properties after `--ciba-`.
 */
export function designTokens(css, page, theme = {}) {
  const light = new Map([...declarationsIn(css), ...Object.entries(theme.light ?? {})]);
  const dark = new Map([
    ...light,
    ...declarationsIn(css.slice(css.indexOf(DARK))),
    ...Object.entries(theme.dark ?? {}),
  ]);
  const uses = new Map(
    Array.from(page.matchAll(/^\| `--ciba-([\w-]+)` +\|.*\| (.+?) +\|$/gm), ([, name, use]) => [name, use]),
  );
  const group = (declarations) => {
    const tokens = { color: {} };
    for (const [name, value] of [...declarations].toSorted(([a], [b]) => a.localeCompare(b))) {
      const token = readToken(name, value);
      if (!token) continue;
      const entry = {
        ...token,
        $description: uses.get(name),
        $extensions: { 'react-ciba': { property: `--ciba-${name}`, css: value } },
      };
      if (name.startsWith('color-')) tokens.color[name.slice('color-'.length)] = entry;
      else tokens[name] = entry;
    }
    return tokens;
  };
  return { light: group(light), dark: group(dark) };
}
