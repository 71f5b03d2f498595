// @vitest-environment node
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Sealed } from '../../src/contract/index.js';

describe('Sealed', () => {
  test('hands its value over once', () => {
    const value = { token: 'secret' };
    const sealed = new Sealed(value);
    expect(sealed.closed).toBe(true);
    expect(sealed.open()).toBe(value);
    expect(sealed.closed).toBe(false);
    expect(() => sealed.open()).toThrow(/opens only once/);
  });

  test('holds any value, undefined and null too', () => {
    for (const value of [undefined, null, 0, '', false]) expect(new Sealed(value).open()).toBe(value);
  });

  test('shows nothing, whoever looks', () => {
    const sealed = new Sealed('secret');
    expect(JSON.stringify({ sealed })).toBe('{"sealed":{}}');
    expect(structuredClone(sealed)).toEqual({});
    expect({ ...sealed }).toEqual({});
    expect(Reflect.ownKeys(sealed)).toEqual([]);
    const printed = [
      String(sealed),
      `${sealed}`,
      inspect(sealed, { showHidden: true, depth: 9 }),
      inspect({ sealed }, { getters: true }),
    ];
    expect(printed.join('\n')).not.toContain('secret');
  });

  test('goes through a BroadcastChannel as nothing', async () => {
    const sender = new BroadcastChannel('sealed');
    const receiver = new BroadcastChannel('sealed');
    try {
      const received = new Promise((resolve) => {
        receiver.onmessage = (message) => resolve((message as MessageEvent).data);
      });
      sender.postMessage({ sealed: new Sealed('secret') });
      expect(await received).toEqual({ sealed: {} });
    } finally {
      sender.close();
      receiver.close();
    }
  });

  test('says nothing of its value when it is opened again', () => {
    const sealed = new Sealed('secret');
    sealed.open();
    let error: unknown;
    try {
      sealed.open();
    } catch (caught) {
      error = caught;
    }
    expect(inspect(error)).not.toContain('secret');
  });
});
