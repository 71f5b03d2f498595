import { useEffect, useRef, useState } from 'react';
import { ACCENT_PAIRS, colorsOn, contrastOf, NOT_TEXT, TEXT } from '../../test/support/contrast.js';
import type { ColorPair } from '../../test/support/contrast.js';

const color = (name: string) => `var(--ciba-color-${name})`;

/** What a theme can make unreadable. */
const PAIRS: readonly ColorPair[] = [
  ...ACCENT_PAIRS,
  { name: 'titles', front: color('text'), back: color('surface'), least: TEXT },
  { name: 'texts and hints', front: color('text-muted'), back: color('surface'), least: TEXT },
  { name: 'texts on the muted surface', front: color('text-muted'), back: color('surface-muted'), least: TEXT },
  { name: 'errors', front: color('danger'), back: color('surface'), least: TEXT },
  { name: 'warnings', front: color('warning'), back: color('warning-soft'), least: TEXT },
  { name: 'edges of fields', front: color('border-strong'), back: color('surface'), least: NOT_TEXT },
];

const THEMES = ['light', 'dark'] as const;

/** A ratio is cut off, not rounded: 4.499 isn't 4.5. */
const shown = (ratio: number) => (Math.floor(ratio * 100) / 100).toFixed(2);

function Badge({ ratio, least }: { ratio: number | undefined; least: number }) {
  if (ratio === undefined) return null;
  const passes = ratio >= least;
  return (
    <span className="contrast-badge" data-passes={passes}>
      <span aria-hidden="true">{passes ? '✓' : '✗'}</span> {shown(ratio)} {passes ? 'AA' : `of ${least}`}
    </span>
  );
}

/** The contrast of everything in a theme that one has to see, measured in the page. The key is what the theme is. */
export function ContrastTable({ theme }: { theme: string }) {
  const probes = useRef<HTMLDivElement>(null);
  const [ratios, setRatios] = useState<readonly (readonly number[])[]>([]);

  // After the page has its style sheet.
  useEffect(() => {
    setRatios(
      [...(probes.current?.querySelectorAll<HTMLElement>('[data-scope]') ?? [])].map((probe) =>
        PAIRS.map(({ front, back }) => {
          const [top, bottom] = colorsOn(probe, [front, back]);
          return top && bottom ? contrastOf(top, bottom) : 1;
        }),
      ),
    );
  }, [theme]);

  return (
    <>
      <div ref={probes} hidden>
        {THEMES.map((name) => (
          <div key={name} data-theme={name}>
            <div data-scope="ciba-login" className="contrast-probe" />
          </div>
        ))}
      </div>
      <table className="contrast-table">
        <caption>Contrast</caption>
        <thead>
          <tr>
            <th scope="col">of</th>
            <th scope="col">light</th>
            <th scope="col">dark</th>
          </tr>
        </thead>
        <tbody>
          {PAIRS.map(({ name, least }, index) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {THEMES.map((each, at) => (
                <td key={each}>
                  <Badge ratio={ratios[at]?.[index]} least={least} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
