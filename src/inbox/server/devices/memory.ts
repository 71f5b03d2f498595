import type { DeviceRecord, DeviceStore } from './device-store.js';

/**
 * Keeps phones in this process's memory, for development and tests. They are lost when the process ends.
 *
 * @example
 * const devices = createMemoryDeviceStore();
 */
export function createMemoryDeviceStore(): DeviceStore {
  const byId = new Map<string, DeviceRecord>();
  const byCookie = new Map<string, string>();
  const byCredential = new Map<string, string>();
  const bySubject = new Map<string, Set<string>>();

  const cookiesOf = ({ cookieHash, nextCookieHash }: DeviceRecord) =>
    nextCookieHash ? [cookieHash, nextCookieHash] : [cookieHash];

  function write(device: DeviceRecord): void {
    erase(device.id);
    byId.set(device.id, device);
    byCredential.set(device.credentialId, device.id);
    for (const hash of cookiesOf(device)) byCookie.set(hash, device.id);
    bySubject.set(device.subject, (bySubject.get(device.subject) ?? new Set()).add(device.id));
  }

  function erase(id: string): void {
    const device = byId.get(id);
    if (!device) return;
    byId.delete(id);
    byCredential.delete(device.credentialId);
    for (const hash of cookiesOf(device)) byCookie.delete(hash);
    const ids = bySubject.get(device.subject);
    ids?.delete(id);
    if (ids?.size === 0) bySubject.delete(device.subject);
  }

  const ofSubject = (subject: string) =>
    Array.from(bySubject.get(subject) ?? [], (id) => byId.get(id))
      .filter((device) => device !== undefined)
      .toSorted((a, b) => a.addedAt - b.addedAt);

  return {
    async list(subject) {
      return ofSubject(subject);
    },
    async add(device, { most }) {
      if (byCredential.has(device.credentialId)) return 'credentialTaken';
      if (ofSubject(device.subject).length >= most) return 'full';
      write(structuredClone(device));
      return 'added';
    },
    async findByCookie(cookieHash) {
      return byId.get(byCookie.get(cookieHash) ?? '') ?? null;
    },
    async update(id, change) {
      const device = byId.get(id);
      if (device) write({ ...device, ...structuredClone(change) });
    },
    async remove(subject, id) {
      if (byId.get(id)?.subject !== subject) return false;
      erase(id);
      return true;
    },
  };
}
