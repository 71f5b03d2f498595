import { misconfigured } from '../../contract/errors.js';
import { toCibaError } from '../../contract/index.js';
import type { InitiateRequest } from '../../contract/index.js';
import { validateText } from '../../contract/validate.js';
import type { Context } from '../context.js';
import { failedEvent } from '../log/events.js';
import { accountKey, hash, hintAccountKey } from '../secrets.js';
import { isNobody, mayTellStranger } from './decoys.js';
import type { HandlerRequest } from '../http/handler-request.js';

/** What `authRequest` found for a typed login hint. */
export interface Resolved {
  /** What to ask the backend for. For an unknown user, it is only shown and never sent. */
  readonly ask: InitiateRequest | null;
  /** Whether there is no such user. */
  readonly nobody: boolean;
  /** The key of the account that limits, lockouts, denials and known browsers belong to. Unknown users have one too. */
  readonly account: string;
  /** The key that the account's sessions are listed by. Unlike `account`, it tells apart what differs in case only. */
  readonly owner: string;
  /** Whether the app named the account, so that the user who signs in can be compared with it. */
  readonly named: boolean;
}

/**
 * Has the app find the account for a typed login hint. Both the push and the code start here, so that the same rules
 * apply to both.
 */
export async function resolveHint<Session>(
  context: Context<Session>,
  loginHint: string,
  request: HandlerRequest,
): Promise<Resolved> {
  const answer = await askApp(context, loginHint, request);
  warnOfTwoLooks(context, answer);
  if (!answer)
    return {
      ask: null,
      nobody: true,
      account: hintAccountKey(loginHint),
      owner: hash('hint', loginHint),
      named: false,
    };
  const { account, nobody = false, ...ask } = answer;
  // Of nobody, an app may have no name. An error here would tell who has an account.
  if (!nobody) expectNames(answer);
  const name = validateText(account) ?? validateText(ask.subject);
  const hint = validateText(ask.loginHint) ?? loginHint;
  return {
    ask,
    nobody,
    account: name === undefined ? hintAccountKey(hint) : accountKey(name),
    owner: name === undefined ? hash('hint', hint) : accountKey(name),
    named: name !== undefined,
  };
}

/**
 * An account without a name would be that of every other user without one: they would share limits, and see each other's
 * sessions. A number and its text would be two accounts.
 * @throws CibaError `misconfigured`
 */
function expectNames(answer: Partial<Record<(typeof NAMES)[number], unknown>>): void {
  for (const name of NAMES) {
    const value = answer[name] ?? undefined;
    if (value === undefined || validateText(value) !== undefined) continue;
    throw misconfigured(
      `\`authRequest\` returned a \`${name}\` that ${typeof value === 'string' ? 'is empty' : "isn't text"}. Return a text that belongs to this user alone, or leave it out.`,
    );
  }
}

const NAMES = ['account', 'subject', 'loginHint'] as const;

/**
 * Asks the app. What it throws about one user (unknown, blocked, in review) counts as an unknown user, or it would reveal who has an
 * account. Any other error is the app's own trouble, which every hint may meet.
 */
async function askApp<Session>(context: Context<Session>, loginHint: string, request: HandlerRequest) {
  try {
    return await context.authRequest(loginHint, request);
  } catch (caught) {
    if (mayTellStranger(caught) || toCibaError(caught).code === 'unknown') throw caught;
    if (!isNobody(caught)) context.emit(failedEvent('initiate', caught));
    return null;
  }
}

/**
 * A bare `null` can't say which message a real user would see. If real users see the app's message, the difference
 * gives unknown users away, so the developer is warned.
 */
function warnOfTwoLooks<Session>(
  context: Context<Session>,
  answer: Pick<InitiateRequest, 'bindingMessage' | 'displayCode'> | null,
): void {
  const { looks } = context;
  if (looks.warned) return;
  if (answer === null) looks.bareNull = true;
  else if (answer.bindingMessage !== undefined || answer.displayCode !== undefined) looks.message = true;
  if (!looks.bareNull || !looks.message) return;
  looks.warned = true;
  const problem = misconfigured(
    '`authRequest` returned null for an unknown user, but a `bindingMessage` or a `displayCode` for others, so the screen shows who has an account. Return `{ nobody: true, …the same request }` instead of null.',
  );
  context.emit(failedEvent('initiate', problem));
}
