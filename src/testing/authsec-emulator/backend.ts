import { randomBytes, signJwt, toBase32, toBase64Url } from '../shared/crypto.js';

/** Wall-clock time and timers, in milliseconds. */
export interface AuthSecClock {
  now(): number;
  setTimeout(run: () => void, delay: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** An application that end users sign in to. */
export interface AuthSecClient {
  /** A UUID. */
  readonly clientId: string;
  /** Clients of one tenant may redeem each other's requests, as on AuthSec. @default a tenant that all share */
  readonly tenantId?: string;
  /** The secret that HTTP Basic must contain while the knob `auth` is `basic`. @default 'client-secret' */
  readonly clientSecret?: string;
}

/** A user who can sign in: in the admin flow by email address alone, in the tenant flow with one client. */
export interface AuthSecUser {
  readonly email: string;
  /** The one client that the user belongs to. @default the first one */
  readonly clientId?: string;
  /** Whether a phone is registered. @default true */
  readonly phone?: boolean;
  /** The secret of the user's authenticator app in base32; `false` for none. @default a new one */
  readonly totpSecret?: string | false;
}

/** What can be set while the emulator runs; the defaults are AuthSec's servers before they were hardened. */
export interface AuthSecKnobs {
  /**
   * The paths of end users that there are: below `tenant`, below `workspace`, or `all` of them at once. Others get 404.
   * @default 'all'
   */
  generation: 'all' | 'tenant' | 'workspace';
  /** `basic`: the end users' CIBA wants HTTP Basic, and the admin flow a client. @default 'none' */
  auth: 'none' | 'basic';
  /** `10/min`: starts, polls and codes together. @default 'none' */
  rate: 'none' | '10/min';
  /** `5/15min`: five wrong codes in 15 minutes lock a user for 15 minutes. @default 'none' */
  lockout: 'none' | '5/15min';
  /** `reject`: a code counts once. @default 'accept' */
  replay: 'accept' | 'reject';
  /** `lost`: AuthSec reports success, but no phone rings. @default 'delivered' */
  push: 'delivered' | 'lost';
  /** A poll that comes before its interval is over gets `slow_down`. No AuthSec server does this; the standard does. @default false */
  slowDown: boolean;
  /** Seconds that each answer takes; from 120 on it is a 408. @default 0 */
  latency: number;
  /**
   * `error`: a 500. `html`: a page in place of JSON. `drop`: the connection breaks before AuthSec hears the request,
   * `lostReply`: after it did what was asked. `hang`: no answer ever.
   * @default 'none'
   */
  fault: 'none' | 'error' | 'html' | 'drop' | 'lostReply' | 'hang';
}

export const DEFAULT_KNOBS: AuthSecKnobs = {
  generation: 'all',
  auth: 'none',
  rate: 'none',
  lockout: 'none',
  replay: 'accept',
  push: 'delivered',
  slowDown: false,
  latency: 0,
  fault: 'none',
};

export type Flow = 'admin' | 'tenant';

/** How a server speaks: before and after tenants became workspaces. */
export type Generation = 'tenant' | 'workspace';

export interface Device {
  readonly id: string;
  token: string;
  platform: string;
  readonly createdAt: number;
}

export interface TotpDevice {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  readonly flow: Flow;
  confirmed: boolean;
}

export interface Account {
  readonly id: string;
  readonly email: string;
  readonly client: Required<AuthSecClient>;
  /** Oldest first. */
  readonly devices: Device[];
  readonly totpDevices: TotpDevice[];
  /** Times of wrong codes, in milliseconds. */
  wrongCodes: number[];
  lockedUntil: number;
  /** Steps of accepted codes. */
  readonly usedSteps: Set<number>;
}

export interface Approval {
  readonly id: string;
  readonly authReqId: string;
  readonly flow: Flow;
  readonly account: Account;
  readonly clientId: string | undefined;
  readonly device: Device;
  readonly bindingMessage: string | undefined;
  readonly scopes: readonly string[];
  readonly delivered: boolean;
  readonly createdAt: number;
  readonly expiresAt: number;
  status: 'pending' | 'approved' | 'denied' | 'consumed';
  interval: number;
  lastPolledAt: number | undefined;
}

/** Seconds. */
const REQUEST_LIFETIME_SECONDS = 300;
const INTERVAL_SECONDS = 5;
const DAY_SECONDS = 86_400;
const YEAR_SECONDS = 365 * DAY_SECONDS;

const TENANT = '3d2a1f70-6c0b-4d0e-8a51-7e6f0c9b4a21';
const CLIENT: AuthSecClient = { clientId: '6f2c1c8e-5b0e-4f0f-9f59-2d1d2c7b8a10' };

/** Everything that the emulated server knows. */
export type Backend = ReturnType<typeof createBackend>;

export function createBackend(
  users: readonly AuthSecUser[],
  clientList: readonly AuthSecClient[],
  knobs: AuthSecKnobs,
  now: () => number,
) {
  const key = randomBytes(32);
  const bearers = new Map<string, { readonly account: Account; readonly expiresAt: number }>();
  const approvals = new Map<string, Approval>();
  const clients = (clientList.length > 0 ? clientList : [CLIENT]).map((client) => ({
    tenantId: TENANT,
    clientSecret: 'client-secret',
    ...client,
  }));
  const [firstClient = { ...CLIENT, tenantId: TENANT, clientSecret: '' }] = clients;
  const findClient = (id: unknown) => clients.find(({ clientId }) => clientId === String(id).toLowerCase());

  function createDevice(token: string, platform: string): Device {
    return { id: crypto.randomUUID(), token, platform, createdAt: now() };
  }

  const accounts = users.map(({ email, clientId, phone = true, totpSecret }): Account => {
    const client = clientId === undefined ? firstClient : findClient(clientId);
    if (!client) throw new Error(`There is no client ${clientId} for ${email}. Name it in \`clients\`.`);
    const secret = totpSecret ?? toBase32(randomBytes(20));
    return {
      id: crypto.randomUUID(),
      email,
      client,
      devices: phone ? [createDevice('ExponentPushToken[emulated]', 'android')] : [],
      totpDevices: secret
        ? [{ id: crypto.randomUUID(), name: 'Authenticator', secret, flow: 'tenant', confirmed: true }]
        : [],
      wrongCodes: [],
      lockedUntil: 0,
      usedSteps: new Set(),
    };
  });

  return {
    knobs,
    now,
    clients,
    accounts,
    approvals,
    createDevice,
    findClient,

    /** The endpoints of the admin flow take addresses as they come, those of end users in lower case. */
    findAccount: (email: string) => accounts.find((account) => account.email === email),

    start(flow: Flow, account: Account, device: Device, message: string | undefined, scopes: readonly string[]) {
      const approval: Approval = {
        id: crypto.randomUUID(),
        authReqId: toBase64Url(randomBytes(32)),
        flow,
        account,
        clientId: flow === 'tenant' ? account.client.clientId : undefined,
        device,
        bindingMessage: message,
        scopes,
        delivered: knobs.push === 'delivered',
        createdAt: now(),
        expiresAt: now() + REQUEST_LIFETIME_SECONDS * 1000,
        status: 'pending',
        interval: INTERVAL_SECONDS,
        lastPolledAt: undefined,
      };
      approvals.set(approval.authReqId, approval);
      return { approval, expires_in: REQUEST_LIFETIME_SECONDS, interval: INTERVAL_SECONDS };
    },

    /** A token of an approved request, or of a code, which has no scopes. */
    async issueToken(flow: Flow, generation: Generation, account: Account, scopes?: readonly string[]) {
      const lasts = scopes && flow === 'admin' && knobs.auth === 'none' ? YEAR_SECONDS : DAY_SECONDS;
      const iat = Math.floor(now() / 1000);
      const { tenantId } = account.client;
      const token = await signJwt(
        {
          iss: 'authsec-ai/auth-manager',
          aud: 'authsec-api',
          ...(generation === 'workspace' ? { workspace_id: tenantId } : { tenant_id: tenantId, project_id: tenantId }),
          // A quirk of AuthSec: only an approval of an end user names the client here.
          client_id: scopes && flow === 'tenant' ? account.client.clientId : account.id,
          email_id: account.email,
          token_type: 'default',
          user_id: account.id,
          sub: account.id,
          ...(scopes && { scope: scopes }),
          jti: crypto.randomUUID(),
          iat,
          nbf: iat,
          exp: iat + lasts,
        },
        key,
      );
      bearers.set(token, { account, expiresAt: (iat + lasts) * 1000 });
      return { token, expires_in: lasts };
    },

    /** Returns the token's owner while it is valid. */
    findBearer(token: string): Account | undefined {
      const bearer = bearers.get(token);
      return bearer && now() < bearer.expiresAt ? bearer.account : undefined;
    },
  };
}
