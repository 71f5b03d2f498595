'use client';

import { useMemo } from 'react';
import { encode } from 'uqr';
import { attempt } from '../environment/browser.js';

/** The light margin in modules. Cameras miss a code without it (ISO/IEC 18004: four). */
const QUIET_ZONE = 4;

/**
 * Shows a text as a QR code, or nothing if the text is too long for one (2,331 bytes). It is dark on light in every theme,
 * because cameras have trouble with the opposite.
 *
 * @example
 * <QrCode text="otpauth://totp/Example:ada?secret=JBSWY3DPEHPK3PXP" label="QR code for your authenticator app" />
 */
export function QrCode({ text, label }: { text: string; /** The name for screen readers. */ label: string }) {
  const code = useMemo(() => attempt(() => draw(text), null), [text]);
  if (!code) return null;
  const { size, path } = code;
  return (
    <svg
      data-scope="totp-setup"
      data-part="qr-code"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

function draw(text: string): { size: number; path: string } {
  const { size, data } = encode(text, { ecc: 'M', border: QUIET_ZONE });
  // Draws one stroke per horizontal run of dark modules.
  const path = data
    .map((row, y) => {
      const modules = row.map((dark) => (dark ? '1' : '0')).join('');
      return Array.from(
        modules.matchAll(/1+/g),
        (run) => `M${run.index} ${y}h${run[0].length}v1h-${run[0].length}z`,
      ).join('');
    })
    .join('');
  return { size, path };
}
