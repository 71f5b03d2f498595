'use client';

import { createPart } from './create-part.js';

const PHONE =
  'M19.1 2.2h9.8a5.6 5.6 0 0 1 5.6 5.6v32.4a5.6 5.6 0 0 1-5.6 5.6h-9.8a5.6 5.6 0 0 1-5.6-5.6V7.8a5.6 5.6 0 0 1 5.6-5.6zM21.7 40.9h4.6';

/** One path each, in 48 by 48. Dots have a length, because some browsers don't draw lines of length 0. */
const GLYPHS = {
  phone: PHONE,
  code: PHONE,
  person: 'M24 7a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM8 41c2.4-8 8.4-12 16-12s13.6 4 16 12',
  lock: 'M16 21h16a5 5 0 0 1 5 5v10a5 5 0 0 1-5 5H16a5 5 0 0 1-5-5V26a5 5 0 0 1 5-5zM16 21v-5a8 8 0 0 1 16 0v5',
  check: 'M11 25.5l9 9L38 15',
  cross: 'M14 14l20 20M34 14 14 34',
  clock: 'M24 7a17 17 0 1 1 0 34 17 17 0 0 1 0-34zM24 14v10l7 4',
  stop: 'M24 8a16 16 0 1 1 0 32 16 16 0 0 1 0-32zM13 35 35 13',
  alert: 'M24 12v15M24 35.5h.01',
  warning: 'M24 6.6l19 34H5zM24 19.5v9.6M24 35h.01',
  offline:
    'M7 19a25 25 0 0 1 12-6M41 19a25 25 0 0 0-13-6.3M13 26.5a16 16 0 0 1 8-4M35 26.5a16 16 0 0 0-3-2.2M19 33.5a7.5 7.5 0 0 1 10 0M24 38.5h.01M9 8l30 32',
  shield: 'M24 6l15 5v11c0 9.5-6.3 16.5-15 20-8.7-3.5-15-10.5-15-20V11zM17 24l5 5 9-10',
};

/** What the phone's screen shows, drawn heavier. */
const NOTES: Partial<Record<Glyph, string>> = {
  phone: 'M19.5 12.2h9v5.2h-9z',
  code: 'M19 19.5h.01M24 19.5h.01M29 19.5h.01M19 25.5h.01M24 25.5h.01M29 25.5h.01',
};

export type Glyph = keyof typeof GLYPHS;

const Note = createPart('path', 'dial-note', {});
const svg = {
  viewBox: '0 0 48 48',
  width: 24,
  height: 24,
  fill: 'none',
  stroke: 'currentColor',
  'aria-hidden': true,
} as const;
const PARTS = { icon: createPart('svg', 'icon', svg), 'dial-glyph': createPart('svg', 'dial-glyph', svg) };

/** A sign. It is decoration: words beside it say the same. */
export function Icon({ glyph, part = 'icon' }: { glyph: Glyph; part?: keyof typeof PARTS }) {
  const Part = PARTS[part];
  const note = NOTES[glyph];
  return (
    <Part data-glyph={glyph}>
      <path d={GLYPHS[glyph]} pathLength={1} />
      {note !== undefined && part === 'dial-glyph' && <Note d={note} />}
    </Part>
  );
}
