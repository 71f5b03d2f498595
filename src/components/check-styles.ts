import { useEffect } from 'react';
import type { RefObject } from 'react';
import { devWarningOnce } from '../contract/dev-warning.js';

/** What makes a button look like another one, or like none. */
const LOOKS = ['background-color', 'border-top-width', 'border-radius', 'padding-top'];

/** Selectors that name elements and no class, ID or part: what resets and frameworks consist of. */
const NAMES_ELEMENTS_ALONE = /^(?!.*\[data-)[^.#]+$/;

/**
 * Warns in development about a rule such as `button { … }` outside all layers, which overrides the built-in styles. Rules for a
 * class or for a part are a theme, and say nothing.
 */
export function checkStyles(root: Element): void {
  const button = root.querySelector('button[data-part="button"]');
  const { defaultView: view, styleSheets } = root.ownerDocument;
  if (!button || !view?.getComputedStyle(root).getPropertyValue('--_accent')) return;
  checkColors(root, view);
  for (const sheet of styleSheets) {
    const culprit = rulesOf(sheet).find(
      (rule) =>
        'selectorText' in rule &&
        matchesByElement(button, (rule as CSSStyleRule).selectorText) &&
        LOOKS.some((property) => (rule as CSSStyleRule).style.getPropertyValue(property) !== ''),
    ) as CSSStyleRule | undefined;
    if (!culprit) continue;
    devWarningOnce(
      'unlayered-styles',
      `The rule ${culprit.selectorText} { … } is outside all cascade layers, so it overrides the styles of the login's buttons. Put its style sheet in a layer, such as @import '…' layer(base).`,
    );
    return;
  }
}

/** A pair of colors of a theme, and what to do if one can't be read on the other. */
const PAIRS = [
  ['--ciba-color-text', '--ciba-color-surface', 'Set both for light and dark, or neither.'],
  ['--ciba-color-text-muted', '--ciba-color-surface', 'Set both for light and dark, or neither.'],
  [
    '--ciba-color-accent-text',
    '--ciba-color-accent',
    'Leave out --ciba-color-accent-text: black or white is chosen for you.',
  ],
  ['--ciba-color-link', '--ciba-color-surface', 'Leave out --ciba-color-link: it is derived from the accent.'],
] as const;

/** Warns about an accent that is no opaque color, and about half a theme: texts that can't be read on their background. */
function checkColors(root: Element, view: Window): void {
  // The user's own colors win over every theme.
  if (typeof OffscreenCanvas === 'undefined' || view.matchMedia('(forced-colors: active)').matches) return;
  const style = view.getComputedStyle(root);
  const valueOf = (name: string) => style.getPropertyValue(name).trim();
  const accent = valueOf('--ciba-color-accent');
  const color = colorOf(accent, root);
  if (color?.[3] !== 255)
    devWarningOnce(
      'theme-color',
      `--ciba-color-accent is "${accent}", which is not one opaque color. ${color ? 'Its transparency is ignored.' : "The kit's own is used instead."} Set a color such as #0f766e.`,
      accent,
    );
  for (const [front, back, advice] of PAIRS) {
    const [text, behind] = [valueOf(front), valueOf(back)];
    const [one, other] = [colorOf(text, root), colorOf(behind, root)];
    if (one?.[3] !== 255 || other?.[3] !== 255) continue;
    const ratio = contrast(one, other);
    if (ratio < 4.5)
      devWarningOnce(
        'theme-color',
        `${front} (${text}) on ${back} (${behind}) has a contrast of ${ratio.toFixed(1)} : 1, and texts need 4.5 : 1. ${advice}`,
        `${front} ${text} ${behind}`,
      );
  }
}

/** The red, green, blue and alpha of a color as the browser paints it, or null of what is none, or without a canvas. */
function colorOf(value: string, root: Element): Uint8ClampedArray | null {
  const document = root.ownerDocument;
  if (value === '') return null;
  const probe = document.createElement('span');
  probe.style.color = 'rgb(1 2 3 / 4%)';
  const unset = probe.style.color;
  probe.style.color = value;
  if (probe.style.color === unset) return null;
  const canvas = new OffscreenCanvas(1, 1).getContext('2d');
  if (!canvas) return null;
  // `light-dark()` and `currentcolor` need the element that they are of.
  root.append(probe);
  canvas.fillStyle = document.defaultView?.getComputedStyle(probe).color ?? '';
  probe.remove();
  canvas.fillRect(0, 0, 1, 1);
  return canvas.getImageData(0, 0, 1, 1).data;
}

function contrast(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const luminance = (color: ArrayLike<number>) => {
    const [red = 0, green = 0, blue = 0] = Array.from(color, (part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** The rules outside all layers, or none of a sheet that only another origin may read. */
function rulesOf(sheet: CSSStyleSheet): readonly CSSRule[] {
  try {
    return [...sheet.cssRules];
  } catch {
    return [];
  }
}

function matchesByElement(element: Element, selectors: string): boolean {
  return selectors.split(',').some((selector) => {
    try {
      return NAMES_ELEMENTS_ALONE.test(selector) && element.matches(selector);
    } catch {
      // A selector that this browser doesn't know, or half of an `:is(…)`.
      return false;
    }
  });
}

/** Checks the styles of a login when it mounts. It renders nothing. Production builds leave it out. */
export function StyleWarnings({ rootRef }: { rootRef: RefObject<Element | null> }) {
  useEffect(() => {
    if (rootRef.current) checkStyles(rootRef.current);
  }, [rootRef]);
  return null;
}
