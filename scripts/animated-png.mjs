// Joins PNG pictures of one size and format to an animated PNG (PNG specification, third edition, section 11.3.6).
import { crc32 } from 'node:zlib';

const SIGNATURE_BYTES = 8;
/** The length, the name and the check sum around a chunk's data. */
const FRAME_BYTES = 12;

function* chunksOf(png) {
  for (let at = SIGNATURE_BYTES; at < png.length;) {
    const length = png.readUInt32BE(at);
    yield { type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) };
    at += length + FRAME_BYTES;
  }
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

const numbers = (...values) => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, place) => bytes.writeUInt32BE(value, place * 4));
  return bytes;
};

/**
 * Returns an animated PNG that repeats forever.
 * @param {readonly { png: Buffer, milliseconds: number }[]} frames
 * @throws Error if the pictures differ in size or format
 */
export function animate(frames) {
  const [first] = frames;
  const header = [...chunksOf(first.png)].find(({ type }) => type === 'IHDR').data;
  const size = header.subarray(0, 8);
  let sequence = 0;
  const images = frames.flatMap(({ png, milliseconds }, place) => {
    const chunks = [...chunksOf(png)];
    if (!chunks.find(({ type }) => type === 'IHDR').data.equals(header)) {
      throw new Error(`Frame ${place} has another size or format than the first one. Take all frames of one element.`);
    }
    const delay = Buffer.alloc(6);
    delay.writeUInt16BE(milliseconds, 0);
    delay.writeUInt16BE(1000, 2);
    const control = chunk('fcTL', Buffer.concat([numbers(sequence++), size, numbers(0, 0), delay]));
    const pixels = chunks
      .filter(({ type }) => type === 'IDAT')
      .map(({ data }) =>
        place === 0 ? chunk('IDAT', data) : chunk('fdAT', Buffer.concat([numbers(sequence++), data])),
      );
    return [control, ...pixels];
  });
  return Buffer.concat([
    first.png.subarray(0, SIGNATURE_BYTES),
    chunk('IHDR', header),
    chunk('acTL', numbers(frames.length, 0)),
    ...images,
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
