import type { Context } from '../context.js';
import { hash } from '../secrets.js';
import { RING_MEMORY_SECONDS, ringKey, ringsKey } from '../store/keys.js';

/**
 * Seconds before the next push to an account, after its first, second and third one. They are those of the button on the
 * screen. After the fourth push there is none until all of them are forgotten.
 */
const PAUSES_SECONDS = [30, 60, 120] as const;

/** The login that sent the last push, and when the next one may follow. */
interface Ring {
  /** The act that rings. */
  readonly act: string;
  /** Wall-clock milliseconds. */
  readonly until: number;
  readonly pauseSeconds: number;
}

/** The login that a push is counted for. */
interface Ringing {
  /** The key of the act that started it. If a process dies in the middle, the act is repeated and keeps its place. */
  readonly act: string;
  /** The key of the hint as it was typed. */
  readonly user: string;
  readonly account: string;
  readonly browser: string;
  readonly known: boolean;
}

/**
 * What the pushes of a login count under. The browser learns of the first one. A browser that the account signed in with
 * before counts by itself, so that strangers can't keep its owner waiting.
 */
export function countedKeys({ user, account, browser, known }: Omit<Ringing, 'act'>): readonly string[] {
  return known ? [hash(account, browser)] : [user, account];
}

/**
 * Counts a push, in one atomic step, so that only one of many parallel starts sends a push. Returns 0, or the seconds
 * to wait.
 */
export async function takeRing<Session>(
  { store, now }: Context<Session>,
  counted: string,
  act: string,
): Promise<number> {
  const [first] = PAUSES_SECONDS;
  const ring: Ring = { act, until: now() + first * 1000, pauseSeconds: first };
  const { value } = await store.setIfAbsent(ringKey(counted), ring, first);
  if (value.act !== act) return Math.min(Math.max(1, Math.ceil((value.until - now()) / 1000)), RING_MEMORY_SECONDS);
  const pushes = await store.increment(ringsKey(counted), 1, RING_MEMORY_SECONDS);
  const seconds = PAUSES_SECONDS[pushes - 1] ?? RING_MEMORY_SECONDS;
  const longer: Ring = { act, until: now() + seconds * 1000, pauseSeconds: seconds };
  if (pushes > 1) await store.set(ringKey(counted), longer, seconds);
  return 0;
}

/**
 * Ends the pause with the request, if that ends first: the phone then shows nothing that a new push could add to. The
 * long pause after the last push stays.
 */
export async function endRingWith<Session>(
  { store }: Context<Session>,
  login: Ringing & { readonly expiresAt: number },
  expiresIn: number,
): Promise<void> {
  for (const counted of countedKeys(login)) {
    const ring = await store.get<Ring>(ringKey(counted));
    if (ring?.act !== login.act || ring.pauseSeconds === RING_MEMORY_SECONDS || ring.until <= login.expiresAt) continue;
    await store.set(ringKey(counted), { ...ring, until: login.expiresAt } satisfies Ring, expiresIn);
  }
}

/** Takes back what a login counted, because no push was sent. */
export async function returnRing<Session>(context: Context<Session>, login: Ringing): Promise<void> {
  const { store } = context;
  for (const counted of countedKeys(login)) {
    if (await endPause(context, counted, login.act)) await store.increment(ringsKey(counted), -1, RING_MEMORY_SECONDS);
  }
}

/**
 * Ends the pause after the first push, because its browser gave up: a user who mistyped a name or changed their mind
 * needn't wait. The push stays counted, so repeated starts and cancels don't send a push each.
 */
export async function endFirstPause<Session>(context: Context<Session>, login: Ringing): Promise<void> {
  for (const counted of countedKeys(login)) {
    if (((await context.store.get<number>(ringsKey(counted))) ?? 0) <= 1) await endPause(context, counted, login.act);
  }
}

/** Ends the pause that a login started. Returns whether there was one. */
async function endPause<Session>({ store }: Context<Session>, counted: string, act: string): Promise<boolean> {
  const ring = await store.get<Ring>(ringKey(counted));
  return ring?.act === act && store.deleteIfEquals(ringKey(counted), ring);
}

/** Resets the count, because the user has answered: pushes are no longer ignored. */
export async function forgetRings<Session>({ store }: Context<Session>, login: Omit<Ringing, 'act'>): Promise<void> {
  for (const counted of countedKeys(login)) {
    await store.delete(ringKey(counted));
    await store.delete(ringsKey(counted));
  }
}
