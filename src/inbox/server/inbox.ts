import type { DeviceInfo } from '../../contract/inbox.js';
import { expectWebRequest } from '../../server/http/expected-request.js';
import { createInboxAdapter } from './adapter.js';
import type { CibaInboxAdapter } from './adapter.js';
import { readAsk } from './ask.js';
import { driversOf } from './channels.js';
import { createInboxContext } from './context.js';
import { infoOfDevice, removeDevice } from './devices/device.js';
import { inviteDevice } from './devices/register.js';
import type { ApprovalProof, CibaInboxOptions } from './options.js';
import { answerRequest, createRoutes } from './routes.js';

export interface InviteOptions {
  /** The user's ID in your app. */
  readonly subject: string;
  /** What cards call the account, for example "Ada". */
  readonly name: string;
  /**
   * Whether all phones are lost. For 24 hours, the new phone then answers sign-ins only and adds no phone. Never decide
   * this by a session: one that an inbox approved would add a phone by itself.
   * @default false
   */
  readonly recovery?: boolean;
}

/** What a user adds a phone with, once, within 10 minutes. */
export interface Invitation {
  /** The phone's page, with the code. Show it as a QR code to the signed-in user, or send it in a letter. */
  readonly url: string;
  /** The same for typing, such as `7K3M-Q2XP`. */
  readonly code: string;
  /** Wall-clock milliseconds. */
  readonly expiresAt: number;
}

/**
 * A function from `Request` to `Response` for the phone's page, with the adapter for logins and approvals.
 *
 * @typeParam Session what a login gets
 */
export interface InboxServer<Session> {
  (request: Request): Promise<Response>;
  /** The backend for `createCibaHandler` and `createApprovals`. */
  readonly adapter: CibaInboxAdapter<Session>;
  /** Invites a user to add a phone. Call it where you know who asks: a signed-in page, the sign-up mail, the support desk. */
  invite(options: InviteOptions): Promise<Invitation>;
  /** The phones of a user, oldest first. */
  devices(subject: string): Promise<readonly DeviceInfo[]>;
  /** Removes a lost phone. Returns whether there was one. End the user's sessions too. */
  removeDevice(subject: string, id: string): Promise<boolean>;
  /** Removes all phones of a closed account. Returns how many. */
  removeDevices(subject: string): Promise<number>;
  /** The proof of an approval, by the card's ID, for a day. */
  proof(id: string): Promise<ApprovalProof | null>;
  /** Rejects new requests with a 503, and resolves once pending ones finish or `timeout` seconds have passed. @default 30 */
  stop(options?: { readonly timeout?: number }): Promise<void>;
}

/**
 * Creates the inbox that a phone's page answers: push sign-in without a provider, or for Keycloak. Under `basePath` it
 * serves the routes of `createHttpInboxAdapter` and those of its channels.
 *
 * @typeParam Session what a login gets
 * @throws CibaError `misconfigured` for invalid options
 * @example
 * const users = new Map([['ada@example.com', { subject: '1', name: 'Ada' }]]);
 * const inbox = createCibaInbox({
 *   origin: 'https://app.example',
 *   app: 'Example Shop',
 *   find: (email) => users.get(email),
 *   session: ({ subject }) => ({ sub: subject }),
 * });
 */
export function createCibaInbox<Session>(options: CibaInboxOptions<Session>): InboxServer<Session> {
  const context = createInboxContext(options, driversOf(options.channels ?? []));
  const routes = createRoutes<Session>();
  const pendingRequests = new Set<Promise<Response>>();
  let stopped = false;

  async function answer(request: Request): Promise<Response> {
    expectWebRequest(request, 'handler');
    const response = answerRequest(context, routes, request, stopped);
    pendingRequests.add(response);
    try {
      return await response;
    } finally {
      pendingRequests.delete(response);
    }
  }

  return Object.assign(answer, {
    adapter: createInboxAdapter(context),
    invite: (invitation: InviteOptions) => inviteDevice(context, invitation),
    devices: async (subject: string) => (await context.devices.list(subject)).map(infoOfDevice),
    removeDevice: (subject: string, id: string) => removeDevice(context, subject, id),
    async removeDevices(subject: string) {
      let removed = 0;
      for (const { id } of await context.devices.list(subject)) {
        if (await removeDevice(context, subject, id)) removed += 1;
      }
      return removed;
    },
    proof: async (id: string) => (await readAsk(context, id))?.end?.proof ?? null,
    async stop({ timeout = 30 } = {}) {
      stopped = true;
      for (const timer of context.timers) clearTimeout(timer);
      context.timers.clear();
      for (const streams of context.streams.values()) for (const close of streams) close();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeout * 1000);
      });
      await Promise.race([Promise.allSettled(pendingRequests), late]);
      clearTimeout(timer);
    },
  });
}
