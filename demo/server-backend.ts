import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InboxEvent } from 'react-ciba/inbox/server';
import type { CibaServerEvent, CibaStore } from 'react-ciba/server';
import type { Authenticator } from './provider.js';
import type { DemoAccount } from './users.js';

export interface ServerBackendOptions {
  readonly origin: string;
  /** The handler's path. */
  readonly basePath: string;
  /** The start of the paths of approvals and orders. */
  readonly payments: string;
  readonly accounts: readonly [DemoAccount, ...DemoAccount[]];
  readonly store: CibaStore;
  /** Lifetime of a request, in seconds. */
  readonly expiresIn?: number;
  /** Minimum seconds between two polls. */
  readonly interval?: number;
  readonly onEvent?: (event: CibaServerEvent | InboxEvent) => void;
}

/** A backend with this app's handler in front of it. */
export interface ServerBackend {
  /** The simulated phone that receives the push. */
  readonly authenticator?: Authenticator;
  /** Handles all requests below its `basePath`. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** Handles further routes of the app, by the start of their path. */
  readonly routes?: Readonly<Record<string, ServerBackend['handle']>>;
  close(): Promise<void>;
}
