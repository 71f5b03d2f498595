import { CibaError } from '../../contract/index.js';
import { ACT_MEMORY_SECONDS } from '../session/browsers.js';
import { acquireLease } from './lease.js';
import type { Context } from '../options.js';
import { retryStoreWrite } from './retry-store.js';

/**
 * Carries out one act of a user once: the same key again within 60 s gets the same answer, also while the first is
 * still running. An act that throws was not carried out and may be tried again.
 * @throws CibaError `unavailable` while another process is at it; whatever `run` throws
 */
export async function idempotent<Session, Answer>(
  context: Context<Session>,
  key: string,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const { store, inFlight: flights } = context;
  const flying = flights.get(key);
  if (flying) return flying as Promise<Answer>;

  const flight = (async () => {
    const given = await store.get<Answer>(`answer:${key}`);
    if (given !== undefined) return given;
    const claim = await acquireLease(context, `attempt:${key}`);
    if (!claim) {
      throw new CibaError('unavailable', 'The same attempt is being carried out by another process; ask again.', {
        retryAfter: 1,
      });
    }
    try {
      // Carried out since it was looked for.
      const givenSince = await store.get<Answer>(`answer:${key}`);
      if (givenSince !== undefined) return givenSince;
      const answer = await run();
      await retryStoreWrite(context, () => store.set(`answer:${key}`, answer, ACT_MEMORY_SECONDS));
      return answer;
    } finally {
      await claim.release();
    }
  })();
  flights.set(key, flight);
  try {
    return await flight;
  } finally {
    flights.delete(key);
  }
}
