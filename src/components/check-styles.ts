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
