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

/** An `actId` of this many characters is random enough to identify the browser that made it. */
const UNGUESSABLE_CHARACTERS = 32;

/** The browser that sent a request. `key` identifies it in the store, and `token` is its cookie. */
export interface Browser {
  readonly key: string;
  readonly token: string;
}

/** Finds the browser by its cookie. Returns `null` if there is no cookie, or not one that this handler issued. */
export async function readBrowser<Session>(context: Context<Session>, request: Request): Promise<Browser | null> {
  const token = readCookie(request, 'browser', context);
  if (!token) return null;
  const key = hash('browser', token);
  return (await context.store.get(browserKey(key))) === undefined ? null : { key, token };
}

/**
 * Finds the browser by its cookie, or creates a new one. If the first response was lost, its cookie was lost too. The
 * same act of the same user then gets the same cookie again, instead of being treated as another browser.
 */
export async function identifyBrowser<Session>(
  context: Context<Session>,
  request: Request,
  { actId, user }: { actId: string; user: string },
): Promise<Browser> {
  const known = await readBrowser(context, request);
  if (known) return known;
  let token = createToken();
  if (actId.length >= UNGUESSABLE_CHARACTERS) {
    ({ value: token } = await context.store.setIfAbsent(newcomerKey(actId, user), token, ACT_MEMORY_SECONDS));
  }
  return { key: hash('browser', token), token };
}

/** Makes the cookie for a browser, and remembers the browser for as long as the cookie lasts. */
export async function browserCookie<Session>(context: Context<Session>, { key, token }: Browser): Promise<string> {
  const lifetimeSeconds = (await context.store.get<number>(browserKey(key))) ?? NEW_BROWSER_SECONDS;
  await context.store.set(browserKey(key), lifetimeSeconds, lifetimeSeconds);
  return writeCookie('browser', token, lifetimeSeconds, context);
}

/** Remembers that this account signed in with this browser, so that strangers can't keep its owner out of it. */
export async function rememberAccount<Session>(
  context: Context<Session>,
  browser: string,
  account: string,
): Promise<void> {
  await context.store.set(browserKey(browser), KNOWN_BROWSER_SECONDS, KNOWN_BROWSER_SECONDS);
  await context.store.set(knownAccountKey(browser, account), true, KNOWN_BROWSER_SECONDS);
}

/** Whether this account signed in with this browser before. */
export async function isKnownAccount<Session>(
  context: Context<Session>,
  browser: string,
  account: string,
): Promise<boolean> {
  return (await context.store.get(knownAccountKey(browser, account))) !== undefined;
}
