import { CibaError } from 'react-ciba';
import type { CibaErrorCode } from 'react-ciba';
import type { AccountSession, SessionsSource } from 'react-ciba/sessions';

const HOUR_MS = 3_600_000;

/** A session that was used so many hours ago. */
export function createTestSession(id: string, hoursAgo: number, changes: Partial<AccountSession> = {}): AccountSession {
  const now = Date.now();
  return {
    id,
    device: { browser: 'Chrome', system: 'macOS' },
    createdAt: now - (hoursAgo + 5) * HOUR_MS,
    lastUsedAt: now - hoursAgo * HOUR_MS,
    expiresAt: now + HOUR_MS,
    method: 'push',
    current: false,
    ...changes,
  };
}

/** This page on a laptop, and three other devices. */
export const DEVICES: readonly AccountSession[] = [
  createTestSession('laptop', 0, { current: true }),
  createTestSession('phone', 1 / 12, { device: { browser: 'Safari', system: 'iPhone' } }),
  createTestSession('office', 3, { device: { browser: 'Edge', system: 'Windows' }, method: 'code' }),
  createTestSession('unknown', 30, { device: {} }),
];

export interface TestSessionsOptions {
  readonly sessions?: readonly AccountSession[] | null;
  /** What the next calls fail with; null for one that succeeds. */
  readonly faults?: (CibaErrorCode | null)[];
  /** Milliseconds that each answer takes. @default 0 */
  readonly latency?: number;
}

/** A backend that lists and ends these sessions. */
export function createTestSessions({ sessions = DEVICES, faults = [], latency = 0 }: TestSessionsOptions = {}) {
  let open = sessions;
  const calls: string[] = [];
  const answer = async (call: string) => {
    calls.push(call);
    if (latency) await new Promise((resolve) => setTimeout(resolve, latency));
    const fault = faults.shift();
    if (fault) throw new CibaError(fault, 'The test wants this fault.');
  };
  const source: SessionsSource = {
    async list() {
      await answer('list');
      return open;
    },
    async end(id) {
      await answer(`end ${id}`);
      open = open?.filter((one) => one.id !== id) ?? null;
    },
    async endOthers() {
      await answer('endOthers');
      open = open?.filter(({ current }) => current) ?? null;
    },
  };
  return { source, calls };
}
