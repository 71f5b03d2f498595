import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { animate } from '../../scripts/animated-png.mjs';

const fixture = (size: number) => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 0], 8);
  const part = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
  };
  const pixels = deflateSync(Buffer.alloc(size * (size + 1), size));
  return Buffer.concat([Buffer.alloc(8, 1), part('IHDR', header), part('IDAT', pixels), part('IEND', Buffer.alloc(0))]);
};

const typesIn = (png: Buffer) => {
  const types: string[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) types.push(png.toString('latin1', at + 4, at + 8));
  return types;
};

describe('an animated PNG', () => {
  test('starts with the picture that a viewer without animation shows, and numbers what follows', () => {
    const joined = animate([1, 2].map((milliseconds) => ({ png: fixture(3), milliseconds })));
    expect(typesIn(joined)).toEqual(['IHDR', 'acTL', 'fcTL', 'IDAT', 'fcTL', 'fdAT', 'IEND']);
    const sequence = [...joined.toString('latin1').matchAll(/fcTL|fdAT/g)].map(({ index }) =>
      joined.readUInt32BE(index + 4),
    );
    expect(sequence).toEqual([0, 1, 2]);
  });

  test('takes pictures of one size alone', () => {
    const frames = [3, 4].map((size) => ({ png: fixture(size), milliseconds: 1 }));
    expect(() => animate(frames)).toThrow(/Frame 1 has another size/);
  });
});
