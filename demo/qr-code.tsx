import { encode } from 'uqr';

/** A QR code as one path. It is black on white in every theme, because many cameras can't read inverted codes. */
export function QrCode({ text, caption }: { text: string; caption: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <figure className="qr">
      <svg viewBox={`0 0 ${size} ${size}`} aria-hidden="true" shapeRendering="crispEdges">
        <rect width={size} height={size} fill="#fff" />
        <path d={path} fill="#000" />
      </svg>
      <figcaption className="quiet">{caption}</figcaption>
    </figure>
  );
}
