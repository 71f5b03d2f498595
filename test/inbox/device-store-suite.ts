import type { DeviceRecord, DeviceStore } from 'react-ciba/inbox/server';
import { describe, expect, test } from 'vitest';

let made = 0;

function createDevice(change: Partial<DeviceRecord> = {}): DeviceRecord {
  made += 1;
  return {
    id: `id-${made}`,
    subject: '1',
    name: `Phone ${made} "äöü"`,
    cookieHash: `cookie-${made}`,
    credentialId: `credential-${made}`,
    publicKey: 'key',
    signCount: 0,
    transports: [],
    aaguid: '00000000-0000-0000-0000-000000000000',
    backupEligible: true,
    backedUp: false,
    addedAt: 1_790_000_000_000 + made,
    usedAt: 1_790_000_000_000 + made,
    ...change,
  };
}

/** What every store of phones does. `create` returns an empty one. */
export function describeDeviceStore(name: string, create: () => Promise<DeviceStore>): void {
  describe(name, () => {
    test('returns what was added, oldest first, to its user alone', async () => {
      const store = await create();
      const [second, first] = [
        createDevice({ addedAt: 1_790_000_000_002 }),
        createDevice({ addedAt: 1_790_000_000_001 }),
      ];
      const other = createDevice({ subject: '2' });
      for (const device of [second, first, other]) expect(await store.add(device, { most: 5 })).toBe('added');
      expect(await store.list('1')).toEqual([first, second]);
      expect(await store.list('2')).toEqual([other]);
      expect(await store.list('3')).toEqual([]);
    });

    test('adds as many as it may, also at the same time, and each passkey once', async () => {
      const store = await create();
      const devices = Array.from({ length: 8 }, () => createDevice());
      const answers = await Promise.all(devices.map((device) => store.add(device, { most: 5 })));
      expect(answers.filter((answer) => answer === 'added')).toHaveLength(5);
      expect(answers.filter((answer) => answer === 'full')).toHaveLength(3);
      const [taken] = await store.list('1');
      const again = createDevice({ subject: '2', credentialId: taken?.credentialId ?? '' });
      expect(await store.add(again, { most: 5 })).toBe('credentialTaken');
      expect(await store.list('2')).toEqual([]);
    });

    test('finds a phone by its cookie and by the next one, and the old one ends', async () => {
      const store = await create();
      const device = createDevice();
      await store.add(device, { most: 5 });
      await store.update(device.id, { nextCookieHash: 'next' });
      expect((await store.findByCookie(device.cookieHash))?.id).toBe(device.id);
      expect((await store.findByCookie('next'))?.id).toBe(device.id);
      await store.update(device.id, { cookieHash: 'next', nextCookieHash: null });
      expect(await store.findByCookie(device.cookieHash)).toBeNull();
      expect(await store.findByCookie('next')).toMatchObject({ id: device.id, cookieHash: 'next' });
    });

    test('changes what it is told, and keeps the rest', async () => {
      const store = await create();
      const device = createDevice({ transports: ['internal'] });
      await store.add(device, { most: 5 });
      const push = { endpoint: 'https://fcm.googleapis.com/x', p256dh: 'a', auth: 'b' };
      await store.update(device.id, { push, usedAt: 1_799_999_999_999, signCount: 7 });
      expect(await store.list('1')).toEqual([{ ...device, push, usedAt: 1_799_999_999_999, signCount: 7 }]);
      await store.update(device.id, { push: null });
      expect((await store.list('1'))[0]?.push ?? null).toBeNull();
    });

    test('removes a phone of this user alone, and no change brings it back', async () => {
      const store = await create();
      const device = createDevice();
      await store.add(device, { most: 5 });
      expect(await store.remove('2', device.id)).toBe(false);
      expect(await store.remove('1', device.id)).toBe(true);
      expect(await store.remove('1', device.id)).toBe(false);
      await store.update(device.id, { cookieHash: 'new' });
      expect(await store.list('1')).toEqual([]);
      for (const cookie of [device.cookieHash, 'new']) expect(await store.findByCookie(cookie)).toBeNull();
      expect(await store.add(device, { most: 5 })).toBe('added');
    });
  });
}
