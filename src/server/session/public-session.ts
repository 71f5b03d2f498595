import { misconfigured } from '../../contract/errors.js';
import type { Context } from '../context.js';
import type { PublicSession } from '../options.js';

/** @throws CibaError `misconfigured` if the app shows nothing, which would mean that no user is signed in, or no JSON */
export function readPublic<Session>(context: Context<Session>, session: Session): PublicSession {
  let text: string | undefined;
  let isPromise = false;
  try {
    const shown: unknown = context.publicSession(session);
    isPromise = typeof (Object(shown) as { readonly then?: unknown }).then === 'function';
    // A value that JSON can't represent is shown as nothing.
    text = JSON.stringify(shown) as string | undefined;
  } catch (cause) {
    throw misconfigured(
      '`publicSession` of createCibaHandler threw, or returned what JSON can not hold (a cycle, a BigInt). No session can be shown until that is fixed.',
      { cause },
    );
  }
  if (isPromise) {
    throw misconfigured('`publicSession` of createCibaHandler returned a promise. Return the value itself.');
  }
  if (text !== undefined && text !== 'null') return JSON.parse(text) as PublicSession;
  throw misconfigured(
    '`publicSession` of createCibaHandler returned null, undefined or a function, which would mean that no user is signed in. Return `{}` to show nothing of a session.',
  );
}

/** What a page learns of a session. */
export function publicSessionOf<Session>(context: Context<Session>, signedIn: { readonly session: Session } | null) {
  return signedIn && readPublic(context, signedIn.session);
}
