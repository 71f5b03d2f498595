import { readFileSync } from 'node:fs';
import { inject } from 'vitest';

const { origin, secureOrigin } = inject('server');

type Json = Record<string, unknown>;

interface RealmFile {
  readonly attributes: Readonly<Record<string, string>>;
  readonly clients: readonly (Json & { clientId: string; secret: string; attributes: Record<string, string> })[];
  readonly users: readonly Json[];
}

/** The realm that docs/keycloak.md starts with. */
const file = JSON.parse(
  readFileSync(new URL('../../examples/keycloak/shop-realm.json', import.meta.url), 'utf8'),
) as RealmFile;
const [shopClient] = file.clients;
if (!shopClient) throw new Error('shop-realm.json has no client.');

export const SHOP = { clientId: shopClient.clientId, clientSecret: shopClient.secret };

export interface RealmChanges {
  readonly attributes?: Readonly<Record<string, string>>;
  /** Clients besides the shop, each with the shop's settings where it has none of its own. */
  readonly clients?: readonly (Json & { clientId: string; attributes?: Record<string, string> })[];
  readonly users?: readonly Json[];
  /** Further settings of the realm. */
  readonly settings?: Json;
}

let adminToken: Promise<string> | undefined;

async function fetchAdminToken(): Promise<string> {
  const response = await fetch(`${origin}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', username: 'admin', password: 'admin' }),
  });
  const { access_token: token } = (await response.json()) as { access_token: string };
  // It lives for a minute.
  setTimeout(() => (adminToken = undefined), 30_000).unref();
  return token;
}

async function admin(method: string, path: string, body?: unknown): Promise<unknown> {
  adminToken ??= fetchAdminToken();
  const response = await fetch(`${origin}/admin/realms${path}`, {
    method,
    headers: { authorization: `Bearer ${await adminToken}`, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Keycloak answered ${method} ${path} with ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

let realms = 0;

export interface Realm {
  readonly issuer: string;
  /** The same over https. */
  readonly secureIssuer: string;
  /** A call of the admin API below this realm. */
  admin(method: string, path: string, body?: unknown): Promise<unknown>;
  /** The ID of a user, which is the `sub` of the tokens. */
  userId(username: string): Promise<string>;
  /** Changes a user's account. */
  changeUser(username: string, changes: Json): Promise<void>;
}

/** Makes the realm of shop-realm.json with these changes. Each test file has realms of its own. */
export async function createRealm(changes: RealmChanges = {}): Promise<Realm> {
  realms += 1;
  const name = `shop-${process.pid}-${Date.now()}-${realms}`;
  const clients = changes.clients ?? [];
  await admin('POST', '', {
    ...file,
    ...changes.settings,
    realm: name,
    // A second is the least that Keycloak names in its answers.
    attributes: { ...file.attributes, cibaInterval: '1', ...changes.attributes },
    clients: [
      shopClient,
      ...clients.map((client) => ({
        ...shopClient,
        ...client,
        attributes: { ...shopClient?.attributes, ...client.attributes },
      })),
    ],
    users: [...file.users, ...(changes.users ?? [])],
  });

  const call: Realm['admin'] = (method, path, body) => admin(method, `/${name}${path}`, body);
  async function userId(username: string): Promise<string> {
    const users = (await call('GET', `/users?exact=true&username=${encodeURIComponent(username)}`)) as { id: string }[];
    const [user] = users;
    if (!user) throw new Error(`The realm has no user ${username}.`);
    return user.id;
  }
  return {
    issuer: `${origin}/realms/${name}`,
    secureIssuer: `${secureOrigin}/realms/${name}`,
    admin: call,
    userId,
    async changeUser(username, userChanges) {
      const path = `/users/${await userId(username)}`;
      await call('PUT', path, { ...((await call('GET', path)) as Json), ...userChanges });
    },
  };
}

/** A user whose account is complete; with a name missing, Keycloak refuses the tokens at the end. */
export function user(username: string, more: Json = {}): Json {
  return {
    username,
    email: `${username}@example.com`,
    emailVerified: true,
    enabled: true,
    firstName: username,
    lastName: 'Example',
    ...more,
  };
}
