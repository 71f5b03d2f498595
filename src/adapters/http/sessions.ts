import { CibaError } from '../../contract/index.js';
import type { AccountSession } from '../../contract/account-session.js';
import { connect } from './request.js';
import type { HttpAdapterOptions } from './index.js';

/** A backend that lists and ends the sessions of the signed-in user. */
export interface SessionsSource {
  /** The open sessions of the signed-in user, the one of this page first; `null` if no user is signed in. */
  list(options: { readonly signal: AbortSignal }): Promise<readonly AccountSession[] | null>;
  /** Ends one session. Nothing happens if it has ended already. */
  end(id: string, options: { readonly signal: AbortSignal }): Promise<void>;
  /** Ends all sessions but the one of this page. */
  endOthers(options: { readonly signal: AbortSignal }): Promise<void>;
  /** Names the backend among those of one origin, as for `useCibaSession`: to end this page's session signs out the other tabs. @default '' */
  readonly channel?: string;
}

/**
 * The sessions of the user who is signed in with `createCibaHandler`. Its methods throw `CibaError`, or the signal's own
 * reason when they were aborted.
 *
 * @example
 * const source = createHttpSessions({ basePath: '/api/ciba' });
 */
export function createHttpSessions(
  options: Pick<HttpAdapterOptions, 'basePath' | 'fetch' | 'timeout'> = {},
): SessionsSource {
  const { basePath, send } = connect(options, '/api/ciba');

  return {
    channel: basePath,
    async list({ signal }) {
      try {
        return readList(await send('sessions', undefined, { signal }));
      } catch (caught) {
        if ((Object(caught) as { code?: unknown }).code === 'notFound') return null;
        throw caught;
      }
    },
    async end(id, { signal }) {
      await send('end-session', { id }, { signal });
    },
    async endOthers({ signal }) {
      await send('end-other-sessions', {}, { signal });
    },
  };
}

function readList(answer: unknown): readonly AccountSession[] {
  const { sessions } = Object(answer) as { readonly sessions?: unknown };
  if (Array.isArray(sessions) && sessions.every((one) => typeof (Object(one) as AccountSession).id === 'string')) {
    return sessions as readonly AccountSession[];
  }
  throw new CibaError('badResponse', 'No createCibaHandler of this version answers. Check `basePath`.');
}
