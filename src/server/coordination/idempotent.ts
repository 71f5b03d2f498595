import { CibaError } from '../../contract/index.js';
import type { Context } from '../context.js';
import { ACT_MEMORY_SECONDS, actLeaseKey, answerKey } from '../store/keys.js';
import type { StoreStep } from '../store/store.js';
import { acquireLease } from './lease.js';
import { retryStoreWrite } from './retry-store.js';

/** Makes the step that keeps an act's answer. An act that writes it together with other steps saves a round trip. */
export type KeepAnswer<Answer> = (answer: Answer) => StoreStep;

/**
 * Carries out one act of a user once. The same key gets the same answer for {@link ACT_MEMORY_SECONDS}, even while the
 * first call still runs. An act that throws was not carried out and may be tried again.
 * @throws CibaError `unavailable` while another process carries out the act; or what `run` throws
 */
export async function idempotent<Session, Answer>(
  context: Context<Session>,
  key: string,
  run: (keep: KeepAnswer<Answer>) => Promise<Answer>,
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
  run: (keep: KeepAnswer<Answer>) => Promise<Answer>,
): Promise<Answer> {
  const { store } = context;
  const { lease, answers } = await acquireLease(context, actLeaseKey(key), [['get', answerKey(key)]]);
  try {
    const [stored] = answers as readonly (Answer | undefined)[];
    if (stored !== undefined) return stored;
    if (!lease) {
      throw new CibaError('unavailable', 'Another process is carrying out the same act. Ask again.', { retryAfter: 1 });
    }
    let kept = false;
    const keep: KeepAnswer<Answer> = (answer) => ['set', answerKey(key), answer, ACT_MEMORY_SECONDS];
    const answer = await run((value) => {
      kept = true;
      return keep(value);
    });
    if (!kept) await retryStoreWrite(context, () => store.batch([keep(answer)]));
    return answer;
  } finally {
    // The answer doesn't wait for it: a caller that asks before it has arrived finds the answer.
    void lease?.release();
  }
}
