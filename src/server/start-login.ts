import { toCibaError } from '../contract/index.js';
import type { JsonValue, PendingApproval } from '../contract/index.js';
import { isKnownUser } from './browsers.js';
import { createDecoy, isNobody, rememberAnswer, rememberFault } from './decoys.js';
import { limitCaller, limited, limitUser } from './limits.js';
import { createLoginId, enterBrowser, enterUser, leavePlaces, saveLogin } from './logins.js';
import type { Context } from './options.js';
import { callSignal, pad } from './timing.js';

/** Seconds for which a start holds its places before the backend said how long the request lives. */
const START_LIFE = 60;

export interface StartRequest {
  readonly request: Request;
  readonly loginHint: string;
  readonly attemptId: string;
  readonly user: string;
  /** The browser's key in the store. */
  readonly browser: string;
}

/** The body of the answer. */
export type StartAnswer = { readonly [key: string]: JsonValue };

/**
 * Rings the phone of a user, or pretends to.
 * @throws CibaError `rateLimited`, or what the backend threw
 */
export async function startLogin<Session>(context: Context<Session>, start: StartRequest): Promise<StartAnswer> {
  const { user, browser } = start;
  const known = await isKnownUser(context, browser, user);
  await limitCaller(context, 'start', start.request, browser);
  await limitUser(context, user, known ? browser : null);

  const { id, key } = createLoginId();
  const login = { key, browser, user };
  const userTaken = await enterUser(context, login, START_LIFE);
  if (userTaken > 0 && !known) throw limited(context, 'live', userTaken);
  const browserFull = await enterBrowser(context, login, START_LIFE);
  if (browserFull > 0) {
    await leavePlaces(context, login);
    throw limited(context, 'logins', browserFull);
  }

  try {
    const { pending, decoy } = await ring(context, start);
    const { expiresIn, interval, displayCode, deliveredTo } = pending;
    await enterUser(context, login, expiresIn);
    await enterBrowser(context, login, expiresIn);
    const startedAt = context.now();
    await saveLogin(
      context,
      { ...login, pending, expiresAt: startedAt + expiresIn * 1000 },
      { interval, nextPollAt: startedAt, decoy },
    );
    context.emit({ type: 'started', decoy });
    return {
      id,
      expiresIn,
      interval,
      ...(displayCode !== undefined && { displayCode }),
      // The name of somebody's phone is for a browser where that user signed in before. To others it would say that the
      // user exists, and a decoy has none to show.
      ...(known && deliveredTo !== undefined && { deliveredTo }),
      resumable: true,
    };
  } catch (caught) {
    await leavePlaces(context, login);
    throw caught;
  }
}

/** The real request, or a decoy that takes as long. */
async function ring<Session>(
  context: Context<Session>,
  { request, loginHint, attemptId }: StartRequest,
): Promise<{ pending: PendingApproval; decoy: boolean }> {
  const since = context.now();
  let took = 0;
  try {
    const ownCode = context.displayCode === false ? undefined : context.displayCode();
    const mapped = await context.request(loginHint, request);
    if (mapped) {
      const bindingMessage = mapped.bindingMessage ?? ownCode;
      try {
        const answer = await context.adapter.initiate(
          { ...mapped, ...(bindingMessage !== undefined && { bindingMessage }) },
          { signal: callSignal(), attemptId },
        );
        const displayCode = answer.displayCode ?? bindingMessage;
        const pending = { ...answer, ...(displayCode !== undefined && { displayCode }) };
        await rememberAnswer(context, pending, context.now() - since, ownCode);
        return { pending, decoy: false };
      } catch (caught) {
        if (!isNobody(caught)) {
          await rememberFault(context, toCibaError(caught));
          throw caught;
        }
      }
    }
    const decoy = await createDecoy(context, ownCode);
    took = decoy.took;
    return { pending: decoy.pending, decoy: true };
  } finally {
    await pad(context, since, took);
  }
}
