import { checkCode } from '../code/check-code.js';
import type { CodeAnswer } from '../code/check-code.js';
import type { Context } from '../context.js';
import { inBackground } from '../coordination/background.js';
import { idempotent } from '../coordination/idempotent.js';
import {
  JsonAnswer,
  MAX_ID_CHARACTERS,
  notFound,
  readBody,
  readCode,
  readId,
  RefusedRequest,
} from '../http/body-and-response.js';
import type { Answer, Body } from '../http/body-and-response.js';
import type { HandlerRequest } from '../http/handler-request.js';
import { limitOrigin } from '../limits.js';
import { hash, userKey } from '../secrets.js';
import { actAsBrowser, browserCookie, keepBrowser, readBrowser } from '../session/browsers.js';
import type { Browser } from '../session/browsers.js';
import { signIn } from '../session/sign-in.js';
import { openEventStream } from './event-stream.js';
import { cancelLogin, readLogin, reportLogin } from './login-record.js';
import { takeNotification } from './notifications.js';
import { pollLogin } from './poll-login.js';
import { startLogin } from './start-login.js';
import type { StartAnswer } from './start-login.js';

// The routes of a login.

/** Longest hint that is accepted, in characters. */
const MAX_HINT_CHARACTERS = 320;

/**
 * Control characters, line separators, halves of a surrogate pair, and what Unicode promises never to be a character. No hint
 * has them, and some providers fail on them.
 */
const UNSENDABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;

/** @throws RefusedRequest 400 for a hint that no provider should see */
function readHint(body: Body): string {
  const loginHint = body.text('loginHint', MAX_HINT_CHARACTERS);
  if (!UNSENDABLE.test(loginHint)) return loginHint;
  throw new RefusedRequest(
    'malformed',
    400,
    'misconfigured',
    '"loginHint" must be one line without control characters.',
  );
}

export async function initiate<Session>(context: Context<Session>, request: HandlerRequest): Promise<Answer> {
  const body = await readBody(request);
  const loginHint = readHint(body);
  const actId = body.text('actId', MAX_ID_CHARACTERS);
  const user = userKey(loginHint);
  return actAsBrowser(context, request, { actId, user }, async ({ key }, confirmed) => {
    const act = hash('initiate', actId, user, key);
    const admitted = admit(confirmed, limitOrigin(context, 'start', { request, browser: key, act }));
    const answer = await idempotent<Session, StartAnswer>(context, act, (keep) =>
      startLogin(context, { request, loginHint, actId, user, admitted }, keep),
    );
    return new JsonAnswer(200, answer, [browserCookie(context, await confirmed)]);
  });
}

/** Resolves to the browser once its limits allow the act. An act that is answered from memory doesn't wait for it. */
function admit(confirmed: Promise<Browser>, limited: Promise<void>): Promise<Browser> {
  const admitted = Promise.all([confirmed, limited]).then(([browser]) => browser);
  admitted.catch(() => undefined);
  return admitted;
}

export async function poll<Session>(context: Context<Session>, request: HandlerRequest): Promise<Answer> {
  const id = await readId(request);
  const { browser, login } = await findOwnLogin(context, request, id);
  if (!browser || !login) throw notFound();
  const answer = await pollLogin(context, login);
  if (answer.status !== 'approved') return new JsonAnswer(200, answer);
  const { owner, expiresAt, pending } = login.record;
  const startedAt = expiresAt - pending.expiresIn * 1000;
  return signIn(context, request, { approval: answer.approval, browser, owner, startedAt });
}

/** Finds the browser that sent the request, and the login with this ID if this browser started it. */
async function findOwnLogin<Session>(context: Context<Session>, request: HandlerRequest, id: string) {
  const [browser, login] = await Promise.all([readBrowser(context, request), readLogin(context, id)]);
  return { browser, login: login?.record.browser === browser?.key ? login : null };
}

export async function code<Session>(context: Context<Session>, request: HandlerRequest): Promise<Answer> {
  const startedAt = context.now();
  const body = await readBody(request);
  const loginHint = readHint(body);
  const code = readCode(body);
  const actId = body.text('actId', MAX_ID_CHARACTERS);
  const id = body.has('id') ? body.text('id', MAX_ID_CHARACTERS) : null;
  const user = userKey(loginHint);
  return actAsBrowser(context, request, { actId, user }, async ({ key }, confirmed) => {
    const act = hash('code', actId, user, code, key);
    const admitted = admit(confirmed, limitOrigin(context, 'code', { request, browser: key, act }));
    const answer = await idempotent<Session, CodeAnswer>(context, act, (keep) =>
      checkCode(context, { request, loginHint, code, actId, user, browser: key, id, admitted }, keep),
    );
    const browser = await confirmed;
    if (answer.status === 'approved') {
      const { approval, owner } = answer;
      return signIn(context, request, { approval, browser, owner, startedAt });
    }
    inBackground(context, 'code', () => context.store.batch([keepBrowser(browser)]));
    return new JsonAnswer(200, answer, [browserCookie(context, browser)]);
  });
}

export async function ping<Session>(context: Context<Session>, request: HandlerRequest): Promise<Answer> {
  await takeNotification(context, request);
  return new JsonAnswer(204, null);
}

export async function events<Session>(context: Context<Session>, request: HandlerRequest): Promise<Answer> {
  const browser = await readBrowser(context, request);
  return openEventStream(context, request, browser ? [browser.key] : []);
}

export async function cancel<Session>(context: Context<Session>, request: HandlerRequest): Promise<Answer> {
  const id = await readId(request);
  const { login } = await findOwnLogin(context, request, id);
  if (login) await cancelLogin(context, login);
  return new JsonAnswer(204, null);
}

export async function report<Session>(context: Context<Session>, request: HandlerRequest): Promise<Answer> {
  const id = await readId(request);
  const { login } = await findOwnLogin(context, request, id);
  if (login) await reportLogin(context, login);
  return new JsonAnswer(204, null);
}
