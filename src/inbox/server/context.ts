import process from 'node:process';
import { misconfigured } from '../../contract/errors.js';
import { steadyClock } from '../../server/clock.js';
import { isSecureOrigin } from '../../server/http/origin.js';
import { auditName } from '../../server/secrets.js';
import { createMemoryStore } from '../../server/store/memory.js';
import { scopeStore } from '../../server/store/scoped.js';
import { createSealing } from '../../server/store/sealing.js';
import type { CibaStore, RateLimit } from '../../server/store/store.js';
import type { AskRecord } from './ask-record.js';
import { createMemoryDeviceStore } from './devices/memory.js';
import type { DeviceStore } from './devices/device-store.js';
import type { InboxEvent } from './events.js';
import type { CibaInboxOptions } from './options.js';

/** What became of telling a channel the answer. `gone`: it no longer knows the request. `lost`: it may have arrived. */
export type Told = 'sent' | 'gone' | 'notArrived' | 'lost';

/** What a channel does for the inbox. */
export interface ChannelDriver {
  /** Answers `POST channel/{name}`. */
  receive(context: InboxContext<unknown>, request: Request): Promise<Response>;
  /** Tells the answer once. */
  tell(ask: AskRecord, verdict: 'approved' | 'denied'): Promise<Told>;
}

/** The options with their defaults, and what this process keeps between requests. */
export interface InboxContext<Session> {
  readonly options: CibaInboxOptions<Session>;
  readonly app: string;
  readonly origin: string;
  readonly secure: boolean;
  readonly basePath: string;
  readonly page: string;
  /** The relying party of passkeys: the origin's host. */
  readonly rpId: string;
  readonly store: CibaStore;
  readonly devices: DeviceStore;
  readonly channels: ReadonlyMap<string, ChannelDriver>;
  readonly expiresInSeconds: number;
  readonly maxLifeSeconds: number;
  readonly rates: readonly RateLimit[];
  readonly openPerClass: number;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  readonly emit: (event: InboxEvent, about?: { readonly subject?: string; readonly digest?: string }) => void;
  /** Functions that close the open event streams, by what they count against. */
  readonly streams: Map<string, Set<() => void>>;
  /** Timers of deliveries that are tried again. */
  readonly timers: Set<ReturnType<typeof setTimeout>>;
}

export const DEFAULT_INBOX_PATH = '/api/inbox';

const MIN_SECRET_CHARACTERS = 32;
const PATH = /^(\/[\w.~-]+)+$/;

function checkInboxOptions<Session>(options: CibaInboxOptions<Session>): void {
  const { app, find, session, basePath = DEFAULT_INBOX_PATH, page = '/phone', secrets, auditKey } = options;
  if (typeof app !== 'string' || app.trim() === '') {
    throw misconfigured('createCibaInbox needs `app`, the name that cards and passkey dialogs show.');
  }
  if (typeof find !== 'function') {
    throw misconfigured('createCibaInbox needs `find`, a function that finds the user for a login hint.');
  }
  if (typeof session !== 'function') {
    throw misconfigured('createCibaInbox needs `session`, a function that returns the session of an approved login.');
  }
  for (const [name, path] of [
    ['basePath', basePath],
    ['page', page],
  ]) {
    if (!PATH.test(path ?? '')) {
      throw misconfigured(
        `The \`${name}\` of createCibaInbox is ${JSON.stringify(path)}. Start it with a slash and end it without one.`,
      );
    }
  }
  if (secrets?.length === 0) {
    throw misconfigured('The `secrets` of createCibaInbox are empty. Set at least one, or leave the option out.');
  }
  for (const [name, secret] of [...(secrets ?? []).map((one) => ['secrets', one]), ['auditKey', auditKey]]) {
    if (secret === undefined || (typeof secret === 'string' && secret.length >= MIN_SECRET_CHARACTERS)) continue;
    throw misconfigured(
      `A value of \`${name}\` of createCibaInbox is too short. Use at least ${MIN_SECRET_CHARACTERS} random characters, such as \`openssl rand -base64 32\` makes.`,
    );
  }
  for (const name of ['expiresIn', 'maxLifeSeconds'] as const) {
    const seconds = options[name] ?? 1;
    if (!Number.isSafeInteger(seconds) || seconds < 1) {
      throw misconfigured(`The \`${name}\` of createCibaInbox is ${seconds}. Set it to a whole number of seconds.`);
    }
  }
  if (process.env['NODE_ENV'] !== 'production') return;
  if (!options.devices) {
    throw misconfigured(
      'Phones must outlive a restart: set `devices` of createCibaInbox to a DeviceStore. docs/inbox.md has one table of Postgres.',
    );
  }
  if (!secrets) {
    throw misconfigured(
      'Set `secrets` of createCibaInbox in production, such as `openssl rand -base64 32` makes. They encrypt what could approve a request.',
    );
  }
}

/** @throws CibaError `misconfigured` for options that can't work */
export function createInboxContext<Session>(
  options: CibaInboxOptions<Session>,
  channels: ReadonlyMap<string, ChannelDriver>,
): InboxContext<Session> {
  checkInboxOptions(options);
  const secure = isSecureOrigin(options.origin, 'createCibaInbox');
  const { hostname } = new URL(options.origin);
  if (/^[\d.]+$|:/.test(hostname)) {
    throw misconfigured(
      `The \`origin\` of createCibaInbox is ${options.origin}, but passkeys don't work on IP addresses. Use http://localhost instead.`,
    );
  }
  const now = steadyClock(options.now ?? (() => Date.now()));
  const basePath = options.basePath ?? DEFAULT_INBOX_PATH;
  return {
    options,
    app: options.app,
    origin: options.origin,
    secure,
    basePath,
    page: options.page ?? '/phone',
    rpId: hostname,
    store: scopeStore(
      options.store ?? createMemoryStore({ now }),
      { origin: options.origin, basePath },
      options.secrets ? createSealing(options.secrets) : null,
    ),
    devices: options.devices ?? createMemoryDeviceStore(),
    channels,
    expiresInSeconds: options.expiresIn ?? 180,
    maxLifeSeconds: options.maxLifeSeconds ?? 600,
    rates: options.limits?.rates ?? [
      { points: 5, duration: 60 },
      { points: 20, duration: 3600 },
    ],
    openPerClass: options.limits?.open ?? 3,
    now,
    emit(event, { subject, digest } = {}) {
      const { auditKey, onEvent } = options;
      try {
        onEvent?.({
          ...event,
          ...(auditKey && subject !== undefined && { subject: auditName(auditKey, subject) }),
          ...(auditKey && digest !== undefined && { digest: auditName(auditKey, digest) }),
        });
      } catch {
        // An error in the app's logging must not fail an answer.
      }
    },
    streams: new Map(),
    timers: new Set(),
  };
}
