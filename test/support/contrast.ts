// The contrast of WCAG, as the browser paints colors. The measures of the kit and Storybook's Theme Builder both use it.

export interface Color {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  /** 0 to 1. */
  readonly alpha: number;
}

/** What WCAG 2.2 asks of texts (1.4.3), and of fields, pictures and the focus (1.4.11). */
export const TEXT = 4.5;
export const NOT_TEXT = 3;

/** Two colors of a login that lie over each other, as CSS, and the contrast that they need. */
export interface ColorPair {
  readonly name: string;
  readonly front: string;
  readonly back: string;
  readonly least: number;
}

/** What the kit derives from an accent. The values exist on elements with `data-scope`. */
export const ACCENT_PAIRS: readonly ColorPair[] = [
  { name: 'text on the main button', front: 'var(--_on)', back: 'var(--_solid)', least: TEXT },
  { name: 'links on the surface', front: 'var(--_ink)', back: 'var(--ciba-color-surface)', least: TEXT },
  { name: 'links on the muted surface', front: 'var(--_ink)', back: 'var(--ciba-color-surface-muted)', least: TEXT },
  { name: 'links on the soft disc', front: 'var(--_ink)', back: 'var(--_soft)', least: TEXT },
];

/** Reads any color that CSS can write. Eight bits a channel, as the browser paints it. */
export function toColor(css: string): Color {
  const canvas = paint();
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = css;
  canvas.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
  return { red, green, blue, alpha: alpha / 255 };
}

let context: CanvasRenderingContext2D | null = null;

function paint(): CanvasRenderingContext2D {
  context ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('This browser has no canvas.');
  return context;
}

/** One color painted over another. */
export function over(top: Color, bottom: Color): Color {
  const alpha = top.alpha + bottom.alpha * (1 - top.alpha);
  const mix = (a: number, b: number) => (a * top.alpha + b * bottom.alpha * (1 - top.alpha)) / (alpha || 1);
  return {
    red: mix(top.red, bottom.red),
    green: mix(top.green, bottom.green),
    blue: mix(top.blue, bottom.blue),
    alpha,
  };
}

function luminance({ red, green, blue }: Color): number {
  const [r, g, b] = [red, green, blue].map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The contrast ratio of WCAG 2.2, from 1 to 21, of a color on what is behind it. */
export function contrastOf(front: Color, back: Color): number {
  const [a, b] = [luminance(over(front, back)), luminance(back)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** The colors that some CSS becomes in an element, through a probe in it. The probe is what custom properties are read on. */
export function colorsOn(probe: HTMLElement, colors: readonly string[]): Color[] {
  return colors.map((color) => {
    probe.style.backgroundColor = color;
    return toColor(getComputedStyle(probe).backgroundColor);
  });
}
