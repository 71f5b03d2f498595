import type {
  CardEnd,
  DeviceInfo,
  InboxAdapter,
  InboxAnswer,
  InboxChallenge,
  InboxList,
  PasskeyJson,
  RegisterAnswer,
} from '../../contract/inbox.js';
import { CibaError } from '../../contract/index.js';
import { connect } from './request.js';
import type { HttpOptions } from './request.js';
import { serverSentEvents } from './server-sent-events.js';

export interface HttpInboxAdapterOptions extends HttpOptions {
  /** Where `createCibaInbox` is mounted: a path of the page's own origin. @default '/api/inbox' */
  readonly basePath?: string;
}

/** Seconds after which a stream that broke is opened again. */
const STREAM_PAUSE_SECONDS = 5;

const ENDS: readonly CardEnd[] = ['approved', 'denied', 'reported', 'mismatched', 'expired', 'cancelled'];

/**
 * Creates the adapter for the phone's page, over the routes of `createCibaInbox`.
 *
 * Its methods throw `CibaError`, or the signal's own reason when they were aborted.
 *
 * @example
 * const adapter = createHttpInboxAdapter({ basePath: '/api/inbox' });
 */
export function createHttpInboxAdapter(options: HttpInboxAdapterOptions = {}): InboxAdapter & {
  readonly watch: NonNullable<InboxAdapter['watch']>;
} {
  const { basePath, send: sendUntyped } = connect(options, '/api/inbox');
  const send = async <Answer>(...call: Parameters<typeof sendUntyped>) => (await sendUntyped(...call)) as Answer;

  /** @throws CibaError `badResponse` for an answer with none of these statuses */
  function expectStatus<Answer extends { readonly status: string }>(answer: Answer, ...statuses: readonly string[]) {
    if (statuses.includes((Object(answer) as { status: string }).status)) return answer;
    throw new CibaError('badResponse', 'The answer has no known `status`. Is createCibaInbox mounted at `basePath`?');
  }

  const events = serverSentEvents(`${basePath}/events`, options.fetch);

  return {
    async list({ also, signal }) {
      const query = also.length > 0 ? `?also=${also.map(encodeURIComponent).join(',')}` : '';
      const list = await send<InboxList>(`requests${query}`, undefined, { signal, answers: [401] });
      return expectStatus(list, 'ready', 'noDevice', 'locked');
    },
    watch: (watched) => events({ id: '', expiresIn: 0, interval: STREAM_PAUSE_SECONDS, resumable: true }, watched),
    async challenge(id, number) {
      return expectStatus(await send<InboxChallenge>('challenge', { id, number }), 'passkey', 'wrongNumber', ...ENDS);
    },
    async approve(id, assertion) {
      return expectStatus(await send<InboxAnswer>('approve', { id, assertion }), ...ENDS);
    },
    async deny(id) {
      return expectStatus(await send<InboxAnswer>('deny', { id }), ...ENDS);
    },
    async report(id) {
      return expectStatus(await send<InboxAnswer>('report', { id }), ...ENDS);
    },
    async register({ code, response, name }) {
      const answer = await send<RegisterAnswer>('register', { code, response, name });
      return expectStatus(answer, 'passkey', 'waiting', 'added', 'wrongCode');
    },
    devices: () => send<readonly DeviceInfo[]>('devices'),
    deviceChallenge: (act) => send<PasskeyJson>('devices/challenge', { ...act }),
    async removeDevice(id, assertion) {
      await send('devices/remove', { id, assertion });
    },
    async push(subscription, assertion) {
      await send('push', { subscription, assertion });
    },
    async unlock(assertion) {
      await send('unlock', { assertion });
    },
  };
}
