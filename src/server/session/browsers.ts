import type { Context } from '../context.js';
import { readCookie, writeCookie } from '../http/cookies.js';
import { createToken, hash } from '../secrets.js';
import {
  ACT_MEMORY_SECONDS,
  browserKey,
  KNOWN_BROWSER_SECONDS,
  knownAccountKey,
  NEW_BROWSER_SECONDS,
  newcomerKey,
} from '../store/keys.js';
import type { StoreStep } from '../store/store.js';
import type { HandlerRequest } from '../http/handler-request.js';

/** An `actId` of this many characters is random enough to identify the browser that made it. */
const UNGUESSABLE_CHARACTERS = 32;

/** The browser that sent a request. `key` identifies it in the store, and `token` is its cookie. */
export interface Browser {
  readonly key: string;
  readonly token: string;
  /** Seconds for which its cookie lasts and the store remembers it. */
  readonly lifetimeSeconds: number;
}

/** The key and the token that a request's cookie claims. The store knows whether they are real. */
type Claim = Pick<Browser, 'key' | 'token'>;

function readClaim<Session>(context: Context<Session>, request: HandlerRequest): Claim | null {
  const token = readCookie(request, 'browser', context);
  return token ? { key: hash('browser', token), token } : null;
}

async function confirm<Session>({ store }: Context<Session>, claim: Claim): Promise<Browser | null> {
  const lifetimeSeconds = await store.get<number>(browserKey(claim.key));
  return lifetimeSeconds === undefined ? null : { ...claim, lifetimeSeconds };
}

/** Finds the browser by its cookie. Returns `null` if there is no cookie, or not one that this handler issued. */
export async function readBrowser<Session>(
  context: Context<Session>,
  request: HandlerRequest,
): Promise<Browser | null> {
  const claim = readClaim(context, request);
  return claim && confirm(context, claim);
}

/** The cookie is not one that this handler issued, or it was forgotten. */
class UnknownBrowser extends Error {}

/**
 * Carries out an act for the browser that the request's cookie claims, while the store is still asked about it: the act
 * must wait for `confirmed` before it does anything. A browser without a valid cookie gets a new one. If the first response
 * was lost, its cookie was lost too. The same act of the same user then gets the same cookie again, instead of being
 * treated as another browser.
 */
export async function actAsBrowser<Session, Answer>(
  context: Context<Session>,
  request: HandlerRequest,
  { actId, user }: { readonly actId: string; readonly user: string },
  act: (browser: Claim, confirmed: Promise<Browser>) => Promise<Answer>,
): Promise<Answer> {
  const claim = readClaim(context, request);
  if (claim) {
    const confirmed = confirm(context, claim).then((browser) => {
      if (browser) return browser;
      throw new UnknownBrowser();
    });
    // An act that fails before does not wait for it.
    confirmed.catch(() => undefined);
    try {
      return await act(claim, confirmed);
    } catch (caught) {
      if (!(caught instanceof UnknownBrowser)) throw caught;
    }
  }
  let token = createToken();
  if (actId.length >= UNGUESSABLE_CHARACTERS) {
    ({ value: token } = await context.store.setIfAbsent(newcomerKey(actId, user), token, ACT_MEMORY_SECONDS));
  }
  const browser = { key: hash('browser', token), token, lifetimeSeconds: NEW_BROWSER_SECONDS };
  return act(browser, Promise.resolve(browser));
}

/** Makes the cookie for a browser. The store has to remember it by {@link keepBrowser}. */
export function browserCookie<Session>(context: Context<Session>, { token, lifetimeSeconds }: Browser): string {
  return writeCookie('browser', token, lifetimeSeconds, context);
}

/** The step that remembers a browser for as long as its cookie lasts. */
export const keepBrowser = ({ key, lifetimeSeconds }: Browser): StoreStep => [
  'set',
  browserKey(key),
  lifetimeSeconds,
  lifetimeSeconds,
];

/** A browser once a user signed in with it. */
export const asKnown = (browser: Browser): Browser => ({ ...browser, lifetimeSeconds: KNOWN_BROWSER_SECONDS });

/** The step that remembers that the account with this `owner` signed in with this browser, so that strangers can't keep its owner out of it. */
export const rememberAccount = (browser: string, owner: string): StoreStep => [
  'set',
  knownAccountKey(browser, owner),
  true,
  KNOWN_BROWSER_SECONDS,
];

/** Whether this account signed in with this browser before. */
export async function isKnownAccount<Session>(
  context: Context<Session>,
  browser: string,
  owner: string,
): Promise<boolean> {
  return (await context.store.get(knownAccountKey(browser, owner))) !== undefined;
}
