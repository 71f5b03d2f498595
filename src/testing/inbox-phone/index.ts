import type { InboxAnswer, InboxCard, InboxChallenge, InboxList, RegisterAnswer } from '../../contract/inbox.js';
import type { InboxServer } from '../../inbox/server/index.js';
import { createCookieJar } from '../handler-fetch/cookie-jar.js';

export interface TestPhoneOptions {
  /** The user's ID in the app. */
  readonly subject: string;
  /** What cards call the account. @default the subject */
  readonly name?: string;
  /** The phone's name. @default 'Test phone' */
  readonly device?: string;
  /** Where the inbox is mounted. @default '/api/inbox' */
  readonly basePath?: string;
  /** A phone of this user that approves the new one. Required from the second phone on. */
  readonly approvedBy?: TestPhone;
}

/** A phone whose user answers by calls, with a passkey in software. */
export interface TestPhone {
  /** The open cards, soonest end first. */
  requests(): Promise<readonly InboxCard[]>;
  /**
   * Approves a card. Enter the number that the requester's screen shows, if the card needs one.
   * @throws Error if the card can't be approved, for example because of a wrong number
   */
  approve(id: string, options?: { readonly number?: string | undefined }): Promise<InboxAnswer>;
  deny(id: string): Promise<InboxAnswer>;
  report(id: string): Promise<InboxAnswer>;
}

/**
 * Adds a phone to a user of an inbox, for tests of a whole push sign-in without a browser.
 *
 * @throws Error if the phone can't be added
 * @example
 * import { createCibaInbox } from 'react-ciba/inbox/server';
 *
 * const inbox = createCibaInbox({
 *   origin: 'http://localhost:5173',
 *   app: 'Example Shop',
 *   find: (email) => (email === 'ada@example.com' ? { subject: '1', name: 'Ada' } : null),
 *   session: ({ subject }) => ({ sub: subject }),
 * });
 * const phone = await createTestPhone(inbox, { subject: '1' });
 */
export async function createTestPhone<Session>(
  inbox: InboxServer<Session>,
  options: TestPhoneOptions,
): Promise<TestPhone> {
  const { subject, basePath = '/api/inbox', approvedBy } = options;
  const { url, code } = await inbox.invite({ subject, name: options.name ?? subject });
  const { origin } = new URL(url);
  // It needs node:crypto, which pages of browser tests that import this entry don't have.
  const { createSoftwarePasskey } = await import('./passkey.js');
  const passkey = createSoftwarePasskey(origin);
  const cookies = createCookieJar();

  async function call<Answer>(path: string, body?: object): Promise<Answer> {
    const target = new URL(`${basePath}/${path}`, origin);
    const headers = new Headers({ 'x-ciba-request': '1', origin, 'content-type': 'application/json' });
    const cookie = cookies.header(target);
    if (cookie) headers.set('cookie', cookie);
    const request = body
      ? new Request(target, { method: 'POST', headers, body: JSON.stringify(body) })
      : new Request(target, { headers });
    const response = await inbox(request);
    cookies.store(target, response.headers.getSetCookie());
    const answer: unknown = await response.json();
    if (!response.ok) {
      throw new Error(`The inbox answered ${path} with ${response.status}: ${JSON.stringify(answer)}.`);
    }
    return answer as Answer;
  }

  const first = await call<RegisterAnswer>('register', { code });
  if (first.status !== 'passkey') throw new Error(`The inbox answered the invitation with "${first.status}".`);
  let added = await call<RegisterAnswer>('register', {
    code,
    response: passkey.create(first.passkey),
    name: options.device ?? 'Test phone',
  });
  if (added.status === 'waiting' && approvedBy) {
    const cards = await approvedBy.requests();
    const card = cards.find(({ shown }) => shown.kind === 'device');
    if (card) await approvedBy.approve(card.id, { number: added.number });
    added = await call<RegisterAnswer>('register', { code });
  }
  if (added.status !== 'added') {
    throw new Error(`The phone was not added: "${added.status}". A second phone needs \`approvedBy\`.`);
  }

  return {
    async requests() {
      const list = await call<InboxList>('requests');
      return list.status === 'ready' ? list.requests : [];
    },
    async approve(id, { number } = {}) {
      const challenge = await call<InboxChallenge>('challenge', { id, ...(number !== undefined && { number }) });
      if (challenge.status === 'passkey') {
        return call<InboxAnswer>('approve', { id, assertion: passkey.get(challenge.passkey) });
      }
      throw new Error(`The inbox answered "${challenge.status}" instead of asking for the passkey.`);
    },
    deny: (id) => call('deny', { id }),
    report: (id) => call('report', { id }),
  };
}
