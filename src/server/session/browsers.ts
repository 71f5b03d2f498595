import { readCookie, writeCookie } from '../http/cookies.js';
import type { Context } from '../options.js';
import { createToken, hash } from '../secrets.js';

/** Seconds for which a browser is remembered: before it signed in, and after. */
const NEW_BROWSER_SECONDS = 24 * 3600;
const KNOWN_BROWSER_SECONDS = 180 * 24 * 3600;

/** Seconds within which the same act of the user gets the same answer again. */
export const ACT_MEMORY_SECONDS = 60;

/** An attempt id of this length is random enough to stand for the browser that made it. */
const UNGUESSABLE = 32;

/** The browser that calls. `key` stands for it in the store, `token` is its cookie. */
export interface Browser {
  readonly key: string;
  readonly token: string;
}

/** The browser that the cookie names; `null` for a missing cookie and for one that we never gave out. */
export async function readBrowser<Session>(context: Context<Session>, request: Request): Promise<Browser | null> {
  const token = readCookie(request, 'browser', context.secure);
  if (!token) return null;
  const key = hash('browser', token);
  return (await context.store.get(`browser:${key}`)) === undefined ? null : { key, token };
}

/**
 * The browser that calls, by its cookie or as a new one. When the first answer was lost, its cookie was lost with it:
 * the same act of the same user then gets the same cookie again instead of being taken for a stranger.
 */
export async function identifyBrowser<Session>(
  context: Context<Session>,
  request: Request,
  { actId, user }: { actId: string; user: string },
): Promise<Browser> {
  const known = await readBrowser(context, request);
  if (known) return known;
  let token = createToken();
  if (actId.length >= UNGUESSABLE) {
    ({ value: token } = await context.store.setIfAbsent(`newcomer:${hash(actId, user)}`, token, ACT_MEMORY_SECONDS));
  }
  return { key: hash('browser', token), token };
}

/** The cookie for a browser, good for as long as it is remembered. A new browser is remembered from here on. */
export async function browserCookie<Session>(context: Context<Session>, { key, token }: Browser): Promise<string> {
  const life = (await context.store.get<number>(`browser:${key}`)) ?? NEW_BROWSER_SECONDS;
  await context.store.set(`browser:${key}`, life, life);
  return writeCookie('browser', token, life, context.secure);
}

/** Remembers that this user signed in here, so that no stranger's start can keep them out of this browser. */
export async function rememberUser<Session>(context: Context<Session>, browser: string, user: string): Promise<void> {
  await context.store.set(`browser:${browser}`, KNOWN_BROWSER_SECONDS, KNOWN_BROWSER_SECONDS);
  await context.store.set(`known:${hash(browser, user)}`, true, KNOWN_BROWSER_SECONDS);
}

/** Whether this user signed in here before. */
export async function isKnownUser<Session>(context: Context<Session>, browser: string, user: string): Promise<boolean> {
  return (await context.store.get(`known:${hash(browser, user)}`)) !== undefined;
}
