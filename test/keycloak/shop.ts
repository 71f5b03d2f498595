import { createOidcAdapter } from 'react-ciba/adapters/oidc';
import type { OidcAdapterOptions, OidcRequest, OidcSession } from 'react-ciba/adapters/oidc';
import { createCibaHandler } from 'react-ciba/server';
import type { CibaHandler, CibaHandlerOptions, CibaServerEvent } from 'react-ciba/server';
import { NO_LIMITS, TestBrowser } from '../server/harness.js';
import type { Reply } from '../server/harness.js';
import { SHOP } from './realm.js';
import type { Realm } from './realm.js';

let shops = 0;

export interface ShopOptions {
  readonly adapter?: Partial<OidcAdapterOptions>;
  /** What the app asks for besides the typed hint. */
  readonly ask?: Partial<OidcRequest>;
  readonly handler?: Partial<CibaHandlerOptions<OidcSession, OidcRequest>>;
}

export interface Shop {
  readonly handler: CibaHandler<OidcSession>;
  readonly origin: string;
  readonly events: readonly CibaServerEvent[];
  browser(): TestBrowser;
  /** What the handler keeps for a browser that signed in. */
  tokensOf(browser: TestBrowser): Promise<OidcSession | null>;
  /** Lets the handler's clock run ahead, so that it asks Keycloak before a second has passed. */
  skip(seconds: number): void;
}

/** An app that signs in at a realm, with the handler in it. */
export function createShop(realm: Realm, { adapter, ask, handler: more }: ShopOptions = {}): Shop {
  shops += 1;
  // A handler without a store of its own is alone at its origin.
  const origin = more?.origin ?? `https://shop-${shops}.example`;
  const events: CibaServerEvent[] = [];
  let skipped = 0;
  const oidc = createOidcAdapter({ profile: 'keycloak', issuer: realm.issuer, ...SHOP, ...adapter });
  const handler = createCibaHandler<OidcSession, OidcRequest>({
    adapter: oidc,
    authRequest: (loginHint) => ({ loginHint, scope: 'openid profile email', ...ask }),
    publicSession: ({ claims }) => ({ name: String(claims.name) }),
    revoke: (session) => oidc.revoke(session),
    onEvent: (event) => events.push(event),
    limits: NO_LIMITS,
    responseFloor: 0,
    now: () => Date.now() + skipped * 1000,
    ...more,
    origin,
  });
  return {
    handler,
    origin,
    events,
    browser: () => new TestBrowser(handler, origin),
    tokensOf: (browser) =>
      handler.sessionWithTokens(
        new Request(origin, { headers: { cookie: Array.from(browser.cookies, (pair) => pair.join('=')).join('; ') } }),
      ),
    skip(seconds) {
      skipped += seconds;
    },
  };
}

export async function start(browser: TestBrowser, loginHint: string): Promise<Reply> {
  const reply = await browser.initiate(loginHint);
  if (reply.status !== 200) throw new Error(`The start was answered ${reply.status}: ${JSON.stringify(reply.body)}`);
  return reply;
}
