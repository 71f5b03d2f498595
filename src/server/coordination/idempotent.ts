import { CibaError } from '../../contract/index.js';
import type { Context } from '../context.js';
import { ACT_MEMORY_SECONDS, actLeaseKey, answerKey } from '../store/keys.js';
import { acquireLease } from './lease.js';
import { retryStoreWrite } from './retry-store.js';

/**
 * Carries out one act of a user once. The same key gets the same answer for {@link ACT_MEMORY_SECONDS}, even while the
 * first call still runs. An act that throws was not carried out and may be tried again.
 * @throws CibaError `unavailable` while another process carries out the act; or what `run` throws
 */
export async function idempotent<Session, Answer>(
  context: Context<Session>,
  key: string,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const { inFlight } = context;
  const earlier = inFlight.get(key);
  if (earlier) return earlier as Promise<Answer>;

  const answer = runAcrossProcesses(context, key, run);
  inFlight.set(key, answer);
  try {
    return await answer;
  } finally {
    inFlight.delete(key);
  }
}

async function runAcrossProcesses<Session, Answer>(
  context: Context<Session>,
  key: string,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const { store } = context;
  const stored = await store.get<Answer>(answerKey(key));
  if (stored !== undefined) return stored;
  const lease = await acquireLease(context, actLeaseKey(key));
  if (!lease) {
    throw new CibaError('unavailable', 'Another process is carrying out the same act. Ask again.', { retryAfter: 1 });
  }
  try {
    // Another process may have carried it out after the first look.
    const storedSince = await store.get<Answer>(answerKey(key));
    if (storedSince !== undefined) return storedSince;
    const answer = await run();
    await retryStoreWrite(context, () => store.set(answerKey(key), answer, ACT_MEMORY_SECONDS));
    return answer;
  } finally {
    await lease.release();
  }
}
