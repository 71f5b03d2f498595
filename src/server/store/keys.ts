import { hash } from '../secrets.js';

// This file lists everything that the handler keeps in the store: each key, its value and its lifetime. In Redis, each
// key starts with the store's prefix (default "ciba:"). `user`, `browser`, `login` and `account` are hashes of what the
// user typed or the browser holds. So no key shows who signs in or can be used as a cookie.

/**
 * The kinds of keys that belong to accounts, and the limits of addresses: tries of codes and pushes. All handlers of an
 * origin share them, because they sign in the same users. A second path must not give an attacker a second count.
 */
const OF_THE_ORIGIN =
  /^(?:live|lockout|code-attempts|guesses|totp-step|denials|cooldown|start:user|ring|rings|notification|noticed|ready|(?:start|code):address):|^(?:start|code):everyone$/;

/**
 * The kinds of values that an attacker who reads the store could use: cookies, IDs, tokens, sessions. `secrets`
 * encrypts them.
 */
export const SECRET_VALUES =
  /^(?:session|refreshed|approval|newcomer|answer|login|logout-token|receipt|area|inbox-(?:act|ask|end|challenge|invite|registered|newcomer)):/;

/** The kinds of sealed values that must not be taken for missing ones if they can't be opened: an older value would be used. */
export const IRREPLACEABLE_VALUES = /^refreshed:/;

/**
 * The kinds of keys that hash a hint, an account or an IP address, which could be found by trying likely ones. With `secrets`
 * they are HMACs.
 */
export const PERSONAL_KEYS =
  /^(?:known|sessions|logged-out|all-ended|(?:start|code|ping|logout):address|live|lockout|code-attempts|guesses|totp-step|denials|cooldown|start:user|ring|rings|last-login|asked|made|newest|open-asks|unanswered|area|create:subject|create:requester|inbox-(?:cards|places|rate|denials|quiet|changed)):/;

/**
 * Such a key with an HMAC in place of its hash.
 * Value: as for the key. Lifetime: as for the key.
 */
export const maskedKey = (key: string, name: string) => `${key.slice(0, key.indexOf(':'))}:${name}`;

/** The names of a handler's origin, and of its path there, that its keys start with. */
export interface KeyScope {
  readonly ofOrigin: string;
  readonly ofPath: string;
}

/**
 * Any key of this page, behind the handler that it belongs to. `written` is the key as it is written, which may be masked.
 * Value: as for the key. Lifetime: as for the key.
 */
export const scopedKey = ({ ofOrigin, ofPath }: KeyScope, key: string, written = key) =>
  `${OF_THE_ORIGIN.test(key) ? ofOrigin : ofPath} ${written}`;

// Logins

/** Seconds past its end for which a login can still be asked about. */
export const ENDED_LOGIN_SECONDS = 60;

/**
 * One request that was sent to the phone, or a decoy.
 * Value: `LoginRecord`, written once. Lifetime: until the request expires, and `ENDED_LOGIN_SECONDS` more.
 */
export const loginRecordKey = (login: string) => `login:${login}`;

/**
 * When the provider may be polled next.
 * Value: `ProviderSchedule`. Lifetime: that of the login's record.
 */
export const scheduleKey = (login: string) => `schedule:${login}`;

/**
 * How a login ended. The first write decides.
 * Value: `Ended`, written once. Lifetime: that of the login's record, and `ENDED_LOGIN_SECONDS` more.
 */
export const endingKey = (login: string) => `ended:${login}`;

/**
 * Whether the user reported a login that they denied: each one once.
 * Value: a random value of whoever counted it. Lifetime: that of the login's record.
 */
export const reportedKey = (login: string) => `reported:${login}`;

/**
 * The one slot for open logins that a user or an account has.
 * Value: slots, with the browser as owner and the login as member. Lifetime: until the request expires;
 * `START_TIMEOUT_SECONDS` while the backend has not answered.
 */
export const userSlotsKey = (user: string) => `live:${user}`;

/**
 * A browser's slots for open logins.
 * Value: slots, with the user as owner and the login as member. Lifetime: as for `userSlotsKey`.
 */
export const browserSlotsKey = (browser: string) => `logins:${browser}`;

/**
 * The lease for polling the provider, so that of overlapping polls only one goes out.
 * Value: a random value of its owner. Lifetime: `LEASE_SECONDS`, renewed while the poll runs.
 */
export const pollLeaseKey = (login: string) => `polling:${login}`;

// Acts of the user

/** Seconds for which a process holds a lease. If it is killed, others wait no longer than this. */
export const LEASE_SECONDS = 10;

/** Seconds within which the same act of the user gets the same answer again. */
export const ACT_MEMORY_SECONDS = 60;

/**
 * The lease for carrying out an act.
 * Value: a random value of its owner. Lifetime: `LEASE_SECONDS`, renewed while the act runs.
 */
export const actLeaseKey = (act: string) => `act:${act}`;

/**
 * The answer to an act, for when the browser asks again.
 * Value: what the act returned. Lifetime: `ACT_MEMORY_SECONDS`.
 */
export const answerKey = (act: string) => `answer:${act}`;

// Notifications (CIBA ping mode)

/** Seconds for which a notification waits for the browser's next poll. */
export const NOTICE_SECONDS = 600;

/**
 * Whom a notification is for, found by the first half of its token.
 * Value: `ExpectedNotification`. Lifetime: until the request expires; `START_TIMEOUT_SECONDS` while the backend has not
 * answered.
 */
export const notificationKey = (tokenName: string) => `notification:${hash('notification', tokenName)}`;

/**
 * Whether the provider said that a login is decided and has not been polled since.
 * Value: `true`. Lifetime: `NOTICE_SECONDS`.
 */
export const noticeKey = (login: string) => `noticed:${login}`;

/**
 * The channel that tells a browser's open event streams that one of its logins is decided.
 * Value: none, because this is a channel. Lifetime: messages are not kept.
 */
export const readyChannel = (browser: string) => `ready:${browser}`;

// What decoys imitate

/** Seconds for which the last real answers are remembered, so that decoys resemble them. */
export const ANSWER_SHAPE_SECONDS = 30 * 24 * 3600;

/** Seconds for which decoys share an error of the backend. */
export const SHARED_ERROR_SECONDS = 30;

/**
 * What the last real answer to a start looked like.
 * Value: `AnswerShape`. Lifetime: `ANSWER_SHAPE_SECONDS`.
 */
export const answerShapeKey = () => 'shape';

/**
 * How long the last real poll took.
 * Value: a number of milliseconds. Lifetime: `ANSWER_SHAPE_SECONDS`.
 */
export const pollDurationKey = () => 'poll-duration';

/**
 * How long the last real check of a code took.
 * Value: a number of milliseconds. Lifetime: `ANSWER_SHAPE_SECONDS`.
 */
export const codeDurationKey = () => 'code-duration';

/** What the backend does for a login: an error of one of them says nothing about the others. */
export type SharedAct = 'start' | 'poll' | 'code';

/**
 * The error that every start, every poll or every code meets at the moment.
 * Value: `SharedError`. Lifetime: `SHARED_ERROR_SECONDS`.
 */
export const sharedErrorKey = (during: SharedAct) => `fault:${during}`;

// Browsers

/** Seconds for which a browser is remembered before a user signed in with it. */
export const NEW_BROWSER_SECONDS = 24 * 3600;

/** Seconds for which a browser is remembered after a user signed in with it. */
export const KNOWN_BROWSER_SECONDS = 180 * 24 * 3600;

/**
 * A browser that this handler gave a cookie to.
 * Value: its lifetime in seconds. Lifetime: `NEW_BROWSER_SECONDS` or `KNOWN_BROWSER_SECONDS`, from its last answer on.
 */
export const browserKey = (browser: string) => `browser:${browser}`;

/**
 * The cookie for a browser whose first answer may have been lost.
 * Value: the cookie's value in plain text. Lifetime: `ACT_MEMORY_SECONDS`.
 */
export const newcomerKey = (actId: string, user: string) => `newcomer:${hash(actId, user)}`;

/**
 * Whether an account signed in with a browser before. `owner` tells apart what differs in case only: if the app names no
 * account, a user called "ADA" must not become known as "ada".
 * Value: `true`. Lifetime: `KNOWN_BROWSER_SECONDS`.
 */
export const knownAccountKey = (browser: string, owner: string) => `known:${hash(browser, owner)}`;

// Sessions

/** Seconds for which an approval waits to be collected, and for which a lost answer can be asked for again. */
export const OUTCOME_SECONDS = 30;

/**
 * The same for an approval that a notification brought. Its browser did not ask: a phone that approves for its own browser
 * may keep that asleep meanwhile.
 */
export const UNASKED_OUTCOME_SECONDS = 90;

/** Seconds for which the store remembers who collected an approval. This is longer than any browser asks for it. */
export const OUTCOME_MEMORY_SECONDS = 4 * OUTCOME_SECONDS;

/** Seconds for which the store keeps a session past its end, so that its tokens can still be revoked. */
export const ENDED_SESSION_SECONDS = 3600;

/** Seconds for which a logout by the provider also ends sessions whose sign-in is still in progress. */
export const LOGOUT_MEMORY_SECONDS = 600;

/** Seconds for which a logout token is remembered: longer than one is accepted, so that none counts twice. */
export const LOGOUT_TOKEN_MEMORY_SECONDS = 2 * 3600;

/** Seconds between two sweeps of what is due. */
export const SWEEP_INTERVAL_SECONDS = 60;

/**
 * A session as it began. `id` is a hash of its cookie, here and below.
 * Value: `SessionRecord`. Lifetime: the option `sessionLifetime`, or `OUTCOME_MEMORY_SECONDS` until a browser collects it;
 * and `ENDED_SESSION_SECONDS` more.
 */
export const sessionKey = (id: string) => `session:${id}`;

/**
 * The tokens of a session since they were refreshed. They are separate from the session, so that a slow refresh can't
 * restore a session that ended.
 * Value: `RefreshedSession`. Lifetime: that of the session.
 */
export const refreshedKey = (id: string) => `refreshed:${id}`;

/**
 * Who refreshes a session. It is removed when the new tokens are stored. If a process dies before that, it stays, so that no
 * refresh token is used twice.
 * Value: `RefreshClaim`. Lifetime: that of the session; a pause of seconds after a refresh that surely had no effect.
 */
export const refreshClaimKey = (id: string) => `refresh:${id}`;

/**
 * When a session was last used. It is separate from the session, so that a use can't restore a session that ended.
 * Value: wall-clock milliseconds. Lifetime: the option `sessionIdleLifetime`.
 */
export const sessionUseKey = (id: string) => `used:${id}`;

/**
 * Whether a session has ended. From then on it is closed, and it can't be restored. It is revoked and then deleted, if not at
 * once then by the next sweep.
 * Value: a random value of the process that ended it. Lifetime: that of the session.
 */
export const sessionEndKey = (id: string) => `session-end:${id}`;

/**
 * The sessions of an account. `owner` is the account's key, or one for the user or the session at the provider.
 * Value: an index of session IDs by the time they began. Lifetime: that of its longest session.
 */
export const ownedSessionsKey = (owner: string) => `sessions:${owner}`;

/**
 * All sessions, by when each has to be looked at: it may be idle or over then.
 * Value: an index of session IDs by wall-clock milliseconds. Lifetime: that of its longest session.
 */
export const dueSessionsKey = () => 'due-sessions';

/**
 * Which process sweeps what is due in this minute.
 * Value: `true`. Lifetime: a little less than `SWEEP_INTERVAL_SECONDS`.
 */
export const sweepKey = () => 'sweep';

/**
 * A logout token that the provider sent, by its `jti`.
 * Value: `KeptLogout`. Lifetime: `LOGOUT_TOKEN_MEMORY_SECONDS`.
 */
export const logoutKey = (token: string) => `logout-token:${token}`;

/**
 * The logouts by the provider that are not carried out yet.
 * Value: an index of logout tokens by when they came. Lifetime: `LOGOUT_TOKEN_MEMORY_SECONDS`.
 */
export const dueLogoutsKey = () => 'due-logouts';

/**
 * Whether the provider logged a user or a session out a moment ago; `name` is what `marksOfLogout` makes of them.
 * Value: milliseconds by the provider's clock. Sessions that it issued before have ended. Lifetime: `LOGOUT_MEMORY_SECONDS`.
 */
export const loggedOutKey = (name: string) => `logged-out:${name}`;

/**
 * When all sessions of an owner were ended; `owner` as for `ownedSessionsKey`.
 * Value: milliseconds by the system's clock. A sign-in that waits for its browser since before ends, too. Lifetime: `LOGOUT_MEMORY_SECONDS`.
 */
export const allEndedKey = (owner: string) => `all-ended:${owner}`;

/**
 * An approval that waits for its browser.
 * Value: `Approval`, with the session's cookie in plain text. Lifetime: `OUTCOME_MEMORY_SECONDS`.
 */
export const approvalKey = (approval: string) => `approval:${approval}`;

/**
 * The sign-in that a browser is collecting, so that two at the same moment end in one session.
 * Value: the approval of the one that keeps its session. Lifetime: `OUTCOME_SECONDS`.
 */
export const collectingKey = (browser: string) => `collecting:${browser}`;

/**
 * What became of an approval. The first write decides.
 * Value: `'browser'` or `'withdrawn'`, written once. Lifetime: `OUTCOME_MEMORY_SECONDS`.
 */
export const collectorKey = (approval: string) => `collected:${approval}`;

// Codes

/** Seconds for which wrong codes and past lockouts are remembered. */
export const LOCKOUT_MEMORY_SECONDS = 24 * 3600;

/**
 * Seconds for which a used code is remembered. This is longer than it could be accepted: 30 seconds, and one step of
 * clock drift on either side.
 */
export const USED_CODE_SECONDS = 120;

/** Seconds for which wrong codes in a row are remembered, for the limit that no lockout forgets. */
export const GUESS_MEMORY_SECONDS = 180 * 24 * 3600;

/** The same for a user who doesn't exist. No answer shows the difference, and invented names don't fill the store. */
export const NOBODYS_GUESS_SECONDS = 60;

/**
 * The last lockout. `counted` is an account, an account with one browser if it signed in there before, or what was typed.
 * Value: `Lockout`. Lifetime: the lockout itself, and twice `LOCKOUT_MEMORY_SECONDS` more.
 */
export const lockoutKey = (counted: string) => `lockout:${counted}`;

/**
 * Codes that were tried in one round of `lockoutKey`.
 * Value: a number. Lifetime: `LOCKOUT_MEMORY_SECONDS` from the last attempt on.
 */
export const codeAttemptsKey = (counted: string, round: number) => `code-attempts:${counted}:${round}`;

/**
 * Codes tried in a row since the account last signed in; `counted` as for `lockoutKey`, without what was typed.
 * Value: a number. Lifetime: `GUESS_MEMORY_SECONDS` from the last attempt on; `NOBODYS_GUESS_SECONDS` for unknown users.
 */
export const guessesKey = (counted: string) => `guesses:${counted}`;

/**
 * The time step of the last code that an account signed in with: each code works once.
 * Value: a number. Lifetime: `USED_CODE_SECONDS`.
 */
export const usedCodeKey = (account: string) => `totp-step:${account}`;

// Limits

/** Seconds for which denials are remembered. */
export const DENIAL_MEMORY_SECONDS = 24 * 3600;

/**
 * How often an account denied. `counted` is the account, or the account with one browser if it signed in there before.
 * Value: a number. Lifetime: `DENIAL_MEMORY_SECONDS` from the last denial on.
 */
export const denialsKey = (counted: string) => `denials:${counted}`;

/**
 * Until when no push is sent to an account that denied; `counted` as for `denialsKey`.
 * Value: wall-clock milliseconds. Lifetime: the cooldown itself.
 */
export const cooldownKey = (counted: string) => `cooldown:${counted}`;

/** Seconds for which pushes to an account are counted, from the last one on. */
export const RING_MEMORY_SECONDS = 600;

/**
 * The login that sent the last push to an account or a typed hint, and when the next push may follow.
 * Value: `Ring`. Lifetime: the pause itself.
 */
export const ringKey = (counted: string) => `ring:${counted}`;

/**
 * Pushes to an account since it last answered.
 * Value: a count. Lifetime: `RING_MEMORY_SECONDS` from the last push on.
 */
export const ringsKey = (counted: string) => `rings:${counted}`;

/**
 * The last login for an account, which is polled before the next push to the account.
 * Value: the login's key. Lifetime: that of the login's record.
 */
export const lastLoginKey = (account: string) => `last-login:${account}`;

/** What is limited: starts of logins, codes, notifications with an invalid token, or invalid logout tokens. */
export type LimitedAct = 'start' | 'code' | 'ping' | 'logout';

/**
 * Starts for one account, or for what was typed; `counted` as for `denialsKey`.
 * Value: the windows of its limits. Lifetime: until the last of them ends.
 */
export const userLimitKey = (counted: string) => `start:user:${counted}`;

/**
 * Acts from one IP address or IPv6 network.
 * Value: the windows of its limits. Lifetime: until the last of them ends.
 */
export const addressLimitKey = (act: LimitedAct, address: string) => `${act}:address:${hash(address)}`;

/**
 * Acts from one browser.
 * Value: the windows of its limits. Lifetime: until the last of them ends.
 */
export const browserLimitKey = (act: LimitedAct, browser: string) => `${act}:browser:${browser}`;

/**
 * Acts of all browsers in which no user signed in before (the circuit breaker).
 * Value: the windows of its limits. Lifetime: until the last of them ends.
 */
export const everyoneLimitKey = (act: LimitedAct) => `${act}:everyone`;

/**
 * Valid notifications for one login.
 * Value: the windows of its limits. Lifetime: until the last of them ends.
 */
export const notificationLimitKey = (login: string) => `ping:login:${login}`;

// Approvals. `requester` and `account` are hashes of who asks and of the subject; an approval's record and its end are those
// of a login.

/** Seconds past the end of a request for which an approval can be asked about, and a receipt with a long lifetime used. */
export const APPROVAL_MEMORY_SECONDS = 25 * 3600;

/** Seconds for which the same key gets the same approval. */
export const MADE_SECONDS = 24 * 3600;

/** Seconds for which the store remembers who took a receipt. This is longer than any receipt is valid. */
export const TAKEN_SECONDS = 48 * 3600;

/** Seconds past its time for which an unused receipt is kept, so that a process can still revoke what is in it. */
export const RECEIPT_GRACE_SECONDS = 120;

/** Seconds for which pushes without an answer are remembered. */
export const UNANSWERED_SECONDS = 24 * 3600;

/**
 * What an approval gives, until it is used.
 * Value: `StoredReceipt`, written once. Lifetime: the ask's `useWithin`, and `RECEIPT_GRACE_SECONDS` more.
 */
export const receiptKey = (approval: string) => `receipt:${approval}`;

/**
 * The receipt of an approval whose end may not be written yet.
 * Value: the receipt's name. Lifetime: that of the receipt.
 */
export const keptReceiptKey = (login: string) => `kept:${login}`;

/**
 * Who took a receipt. The first write decides.
 * Value: a random value, a hash of the job that took it, or `back` if it was given back. Lifetime: `TAKEN_SECONDS`.
 */
export const takenKey = (approval: string) => `taken:${approval}`;

/**
 * An area that is open to a requester.
 * Value: `Area`. Lifetime: the ask's `goodFor`.
 */
export const areaKey = (requester: string, digest: string) => `area:${hash(requester, digest)}`;

/**
 * The approval that the same ask of the same requester joins.
 * Value: its ID. Lifetime: until its receipt could be used; `START_TIMEOUT_SECONDS` while the backend has not answered.
 */
export const askedKey = (requester: string, digest: string) => `asked:${hash(requester, digest)}`;

/**
 * The approval that was created under an app's own key.
 * Value: `Made`. Lifetime: `MADE_SECONDS`; `START_TIMEOUT_SECONDS` while the backend has not answered.
 */
export const madeKey = (requester: string, key: string) => `made:${hash(requester, key)}`;

/**
 * The open approval that a requester's newer ask of the same action replaces.
 * Value: its ID. Lifetime: until the request expires.
 */
export const newestKey = (requester: string, account: string, action: string) =>
  `newest:${hash(requester, account, action)}`;

/**
 * Slots for open approvals; `counted` is an account, or an account with one requester.
 * Value: slots, with the requester or the approval as owner, and the approval as member. Lifetime: as for `userSlotsKey`.
 */
export const openAsksKey = (counted: string) => `open-asks:${counted}`;

/**
 * Approvals in a row of one requester and subject without an answer.
 * Value: `Unanswered`. Lifetime: `UNANSWERED_SECONDS`.
 */
export const unansweredKey = (counted: string) => `unanswered:${counted}`;

/**
 * Approvals of a subject, or of a requester.
 * Value: a count. Lifetime: the limit's `duration`.
 */
export const approvalLimitKey = (of: 'subject' | 'requester', counted: string) => `create:${of}:${counted}`;

// Health

/** Seconds for which a health check's value is kept. */
export const HEALTH_SECONDS = 10;

/**
 * What health checks write, to see that the store can be written.
 * Value: a number. Lifetime: `HEALTH_SECONDS`.
 */
export const healthKey = () => 'health';

// The inbox. `ask` is a hash of a card's ID, `subject` a hash of the user's ID in the app.

/** Seconds for which a card's end is repeated, and a report counts, after the card's time. */
export const ENDED_CARD_SECONDS = 24 * 3600;

/** Seconds for which denials of cards are counted, from the last one on. */
export const CARD_DENIAL_SECONDS = 24 * 3600;

/** Seconds for which an invitation can be used. */
export const INVITE_SECONDS = 600;

/** Seconds for which an unlocked phone shows cards. */
export const UNLOCK_SECONDS = 600;

/**
 * What one act of a requester became, so that it rings once.
 * Value: the ID and the number of its card. Lifetime: that of the card.
 */
export const inboxActKey = (act: string) => `inbox-act:${act}`;

/**
 * What was asked. Decoys have one too.
 * Value: `AskRecord`. Lifetime: that of the card, and `ENDED_CARD_SECONDS` more.
 */
export const inboxAskKey = (ask: string) => `inbox-ask:${ask}`;

/**
 * How a card ended, with the proof of an approval. The first write decides.
 * Value: `AskEnd`, written once. Lifetime: that of the ask.
 */
export const inboxEndKey = (ask: string) => `inbox-end:${ask}`;

/**
 * Whether the app took the proof of an approval.
 * Value: `true`. Lifetime: that of the ask.
 */
export const inboxProvedKey = (ask: string) => `inbox-proved:${ask}`;

/**
 * That an approval is being sent, or was: the other side may have it.
 * Value: a random value of the sender, removed only if the call surely did not arrive. Lifetime: that of the ask.
 */
export const inboxToldKey = (ask: string) => `inbox-told:${ask}`;

/**
 * The lease for telling the other side, which is also the pace: no one sends until it is over.
 * Value: a random value of its owner. Lifetime: the time of one call, and then the pause before the next.
 */
export const inboxSendingKey = (ask: string) => `inbox-sending:${ask}`;

/**
 * How often the other side was told.
 * Value: a count. Lifetime: that of the ask.
 */
export const inboxSendsKey = (ask: string) => `inbox-sends:${ask}`;

/**
 * What became of telling the other side.
 * Value: `CardDelivery`, written once. Lifetime: that of the ask.
 */
export const inboxSentKey = (ask: string) => `inbox-sent:${ask}`;

/**
 * Whether a card was reported.
 * Value: `true`. Lifetime: that of the ask.
 */
export const inboxReportedKey = (ask: string) => `inbox-reported:${ask}`;

/**
 * Numbers that were tried, counted before they are compared.
 * Value: a count. Lifetime: that of the ask.
 */
export const inboxTriesKey = (ask: string) => `inbox-tries:${ask}`;

/**
 * What a phone's passkey has to sign, for one card or one act on one phone.
 * Value: the text. Lifetime: that of the card; `CHALLENGE_SECONDS` for acts.
 */
export const inboxChallengeKey = (act: string, device: string) => `inbox-challenge:${hash(act, device)}`;

/**
 * A challenge that was answered: each counts once.
 * Value: `true`. Lifetime: that of the challenge.
 */
export const inboxUsedKey = (challenge: string) => `inbox-used:${hash('inbox-used', challenge)}`;

/**
 * The open cards of a user, latest end first.
 * Value: a list of asks, ordered by their end. Lifetime: that of the last card.
 */
export const inboxCardsKey = (subject: string) => `inbox-cards:${subject}`;

/**
 * The places for open cards of one class. A full class leaves the others alone.
 * Value: slots, with the ask as owner and member. Lifetime: that of the cards.
 */
export const inboxPlacesKey = (subject: string, caller: string) => `inbox-places:${hash(subject, caller)}`;

/**
 * Cards of one class for one user.
 * Value: a count. Lifetime: the limit's `duration`.
 */
export const inboxRateKey = (subject: string, caller: string) => `inbox-rate:${hash(subject, caller)}`;

/**
 * How often a user denied.
 * Value: a count. Lifetime: `CARD_DENIAL_SECONDS` from the last denial on.
 */
export const inboxDenialsKey = (subject: string) => `inbox-denials:${subject}`;

/**
 * Until when cards that strangers start ring no bell.
 * Value: wall-clock milliseconds, which never get less. Lifetime: until then.
 */
export const inboxQuietKey = (subject: string) => `inbox-quiet:${subject}`;

/**
 * The channel that tells a user's phones that their cards changed.
 * Value: none, because this is a channel. Lifetime: messages are not kept.
 */
export const inboxChangedChannel = (subject: string) => `inbox-changed:${subject}`;

/**
 * The channel that tells the requester that a card ended.
 * Value: none, because this is a channel. Lifetime: messages are not kept.
 */
export const inboxEndedChannel = (ask: string) => `inbox-ended:${ask}`;

/**
 * An invitation to add a phone.
 * Value: `Invitation`. Lifetime: `INVITE_SECONDS`.
 */
export const inboxInviteKey = (code: string) => `inbox-invite:${hash('inbox-invite', code)}`;

/**
 * Who used an invitation. The first write decides.
 * Value: the ID of the new phone. Lifetime: `INVITE_SECONDS` and that of a card.
 */
export const inboxInviteUsedKey = (code: string) => `inbox-invite-used:${hash('inbox-invite', code)}`;

/**
 * A passkey that is being made, by its challenge.
 * Value: the invitation's key. Lifetime: `INVITE_SECONDS`.
 */
export const inboxRegistrationKey = (challenge: string) =>
  `inbox-registration:${hash('inbox-registration', challenge)}`;

/**
 * The phone that a new passkey made, and its cookie, for when the page asks again.
 * Value: `Registered`, written once. Lifetime: `INVITE_SECONDS`.
 */
export const inboxRegisteredKey = (challenge: string) => `inbox-registered:${hash('inbox-registered', challenge)}`;

/**
 * A phone that waits until another phone approves it, by its cookie.
 * Value: `Newcomer`. Lifetime: that of the card.
 */
export const inboxNewcomerKey = (cookie: string) => `inbox-newcomer:${hash('inbox-newcomer', cookie)}`;

/**
 * Codes of invitations that were tried in one minute, of all pages together. Right ones are taken off again.
 * Value: a count. Lifetime: two minutes.
 */
export const inboxCodesKey = (minute: number) => `inbox-codes:${minute}`;

/**
 * Whether a phone may show cards, where that needs a passkey.
 * Value: `true`. Lifetime: `UNLOCK_SECONDS`.
 */
export const inboxUnlockedKey = (device: string) => `inbox-unlocked:${device}`;

/**
 * What a channel's call was about: the same call again is a repetition, and one with another content a forgery.
 * Value: a hash of the content, written once. Lifetime: that of what the channel signed, and `ENDED_CARD_SECONDS` more.
 */
export const inboxRepeatKey = (id: string) => `inbox-repeat:${id}`;
