import { RESEND_COOLDOWN_SECONDS } from '../../contract/resend.js';
import type { Context } from '../context.js';
import { hash } from '../secrets.js';
import { RING_MEMORY_SECONDS, ringKey, ringsKey } from '../store/keys.js';
import type { StoreStep } from '../store/store.js';

/** The login that sent the last push, and when the next one may follow. */
export interface Ring {
  /** The act that rings. */
  readonly act: string;
  /** Wall-clock milliseconds. */
  readonly until: number;
  readonly pauseSeconds: number;
}

/** The right to send the next push, and how many were sent before. */
export interface TakenRing {
  readonly counted: string;
  readonly ring: Ring;
  readonly pushes: number;
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

/** Reads how many pushes were sent, for {@link takeRing}. */
export function readRings<Session>({ store }: Context<Session>, counted: readonly string[]): Promise<number[]> {
  return Promise.all(counted.map(async (key) => (await store.get<number>(ringsKey(key))) ?? 0));
}

/**
 * The ring that the next push has, after so many others. After the last cooldown, no push is sent until all of them are
 * forgotten.
 */
export function planRing<Session>(
  { now }: Context<Session>,
  { counted, act, pushes }: { readonly counted: string; readonly act: string; readonly pushes: number },
): TakenRing {
  const pauseSeconds = RESEND_COOLDOWN_SECONDS[pushes] ?? RING_MEMORY_SECONDS;
  return { counted, pushes, ring: { act, until: now() + pauseSeconds * 1000, pauseSeconds } };
}

/**
 * Takes the right to send the next push, in one atomic step, so that only one of many parallel starts sends a push.
 * Returns the seconds to wait instead, if another start has it. The push is counted by {@link countRing}, once it was sent.
 */
export async function takeRing<Session>(
  { store, now }: Context<Session>,
  { counted, ring, pushes }: TakenRing,
): Promise<TakenRing | number> {
  const { value } = await store.setIfAbsent(ringKey(counted), ring, ring.pauseSeconds);
  if (value.act === ring.act) return { counted, ring: value, pushes };
  return Math.min(Math.max(1, Math.ceil((value.until - now()) / 1000)), RING_MEMORY_SECONDS);
}

/**
 * Counts a push that was sent. The pause ends with the request, if that ends first: the phone then shows nothing that a new
 * push could add to. The long pause after the last push stays.
 */
export function countRing(
  { counted, ring, pushes }: TakenRing,
  { startedAt, expiresIn }: { readonly startedAt: number; readonly expiresIn: number },
): readonly StoreStep[] {
  const expiresAt = startedAt + expiresIn * 1000;
  const endsFirst = ring.pauseSeconds !== RING_MEMORY_SECONDS && ring.until > Math.max(expiresAt, startedAt);
  return [
    // No other start counts while this one has the ring, so the step can be repeated.
    ['set', ringsKey(counted), pushes + 1, RING_MEMORY_SECONDS],
    ...(endsFirst ? [['set', ringKey(counted), { ...ring, until: expiresAt }, expiresIn] as const] : []),
  ];
}

/** Gives back the right to send a push that was not sent. */
export const dropRing = ({ counted, ring }: TakenRing): StoreStep => ['deleteIfEquals', ringKey(counted), ring];

/** Takes back what a login counted, because it failed. */
export async function returnRing<Session>(context: Context<Session>, login: Ringing): Promise<void> {
  const { store } = context;
  await Promise.all(
    countedKeys(login).map(async (counted) => {
      if (await endPause(context, counted, login.act))
        await store.increment(ringsKey(counted), -1, RING_MEMORY_SECONDS);
    }),
  );
}

/**
 * Ends the pause after the first push, because its browser gave up: a user who mistyped a name or changed their mind
 * needn't wait. The push stays counted, so repeated starts and cancels don't send a push each.
 */
export async function endFirstPause<Session>(context: Context<Session>, login: Ringing): Promise<void> {
  const counted = countedKeys(login);
  const pushes = await readRings(context, counted);
  await Promise.all(
    counted.map(async (key, place) => {
      if ((pushes[place] ?? 0) <= 1) await endPause(context, key, login.act);
    }),
  );
}

/** Ends the pause that a login started. Returns whether there was one. */
async function endPause<Session>({ store }: Context<Session>, counted: string, act: string): Promise<boolean> {
  const ring = await store.get<Ring>(ringKey(counted));
  return ring?.act === act && store.deleteIfEquals(ringKey(counted), ring);
}

/** Resets the count, because the user has answered: pushes are no longer ignored. */
export function forgetRings(login: Omit<Ringing, 'act'>): readonly StoreStep[] {
  return countedKeys(login).flatMap((counted): readonly StoreStep[] => [
    ['delete', ringKey(counted)],
    ['delete', ringsKey(counted)],
  ]);
}
