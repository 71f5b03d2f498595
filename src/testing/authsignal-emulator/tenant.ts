import { randomBytes, toBase32, toBase64Url, totpCode, totpStep } from '../shared/crypto.js';
import type {
  Action,
  Authenticator,
  AuthsignalActionState,
  AuthsignalEmulatorUser,
  AuthsignalPhoneRequest,
  Challenge,
  Token,
  User,
} from './records.js';
import type { AuthsignalUnknowns } from './unknowns.js';

/** An error response of Authsignal. */
export class AuthsignalRefusal extends Error {
  constructor(
    readonly errorCode: string,
    readonly status: number,
    readonly errorDescription: string,
  ) {
    super(errorDescription);
  }
}

/** A token's lifetime, counted from `track` or from the completed challenge. */
const TOKEN_LIFETIME_SECONDS = 600;
/** The number of codes that a user may submit within the window. */
const MAX_CODE_ATTEMPTS = 10;
const CODE_ATTEMPT_WINDOW_MS = 300_000;
/** Time steps before and after the current one whose codes are accepted. */
const WINDOW = 1;

export interface TenantOptions {
  readonly tenantId: string;
  readonly users: readonly AuthsignalEmulatorUser[];
  readonly now: () => number;
  readonly unknowns: () => AuthsignalUnknowns;
  /** What the tenant's rules say of an action. */
  readonly rule: (tracked: { userId: string; action: string; isEnrolled: boolean }) => AuthsignalActionState;
}

export type Tenant = ReturnType<typeof createTenant>;

/** The memory of one tenant, and what Authsignal does with it. No HTTP. */
export function createTenant({ tenantId, users: known, now, unknowns, rule }: TenantOptions) {
  const users = new Map<string, User>();
  const actions = new Map<string, Action>();
  const tokens = new Map<string, Token>();
  const challenges = new Map<string, Challenge>();

  const timestamp = () => new Date(now()).toISOString();

  for (const { userId, devices = [], totpSecret, ...attributes } of known) {
    const user = userOf(userId);
    user.attributes = attributes;
    for (const displayName of devices) addAuthenticator(user, 'PUSH', { displayName });
    if (totpSecret !== undefined) addAuthenticator(user, 'AUTHENTICATOR_APP', { secret: totpSecret });
  }

  /** Authsignal makes a user at the first mention. */
  function userOf(userId: string): User {
    const user = users.get(userId) ?? { userId, attributes: {}, authenticators: [], attempts: [], lastStep: -1 };
    users.set(userId, user);
    return user;
  }

  function addAuthenticator(user: User, verificationMethod: string, fields: Partial<Authenticator>): Authenticator {
    const authenticator: Authenticator = {
      userAuthenticatorId: crypto.randomUUID(),
      verificationMethod,
      createdAt: timestamp(),
      verifiedAt: timestamp(),
      ...fields,
    };
    user.authenticators = [...user.authenticators, authenticator];
    return authenticator;
  }

  function methodsOf(userId: string): string[] {
    const authenticators = users.get(userId)?.authenticators ?? [];
    const verified = authenticators.filter(({ verifiedAt }) => verifiedAt !== undefined);
    return [...new Set(verified.map(({ verificationMethod }) => verificationMethod))];
  }

  function enrolment(userId: string) {
    const enrolledVerificationMethods = methodsOf(userId);
    return { isEnrolled: enrolledVerificationMethods.length > 0, enrolledVerificationMethods };
  }

  /** A string in the shape of a JWT. The emulator stores its own tokens, so it needs no valid signature. */
  function createToken(action: Action, scope: string): string {
    const iat = Math.floor(now() / 1000);
    const { userId, action: actionCode, idempotencyKey } = action;
    const part = (value: unknown) => toJwtPart(new TextEncoder().encode(JSON.stringify(value)));
    const claims = {
      ...{ aud: 'authsignal', sub: userId, iat, exp: iat + TOKEN_LIFETIME_SECONDS, scope },
      other: { tenantId, publishableKey: tenantId, userId, actionCode, idempotencyKey },
    };
    const signature = toJwtPart(randomBytes(32));
    const token = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.${signature}`;
    tokens.set(token, { action, scope, expiresAt: (iat + TOKEN_LIFETIME_SECONDS) * 1000 });
    return token;
  }

  function setState(action: Action, state: AuthsignalActionState, verificationMethod?: string): void {
    action.state = state;
    action.stateUpdatedAt = timestamp();
    if (verificationMethod !== undefined) action.verificationMethod = verificationMethod;
  }

  /** A challenge was completed. A state that the app's own server set stays. */
  function succeed(token: Pick<Token, 'action' | 'scope'>, method: string): string {
    const { action, scope } = token;
    if (action.state === 'CHALLENGE_REQUIRED' || action.state === 'ALLOW')
      setState(action, 'CHALLENGE_SUCCEEDED', method);
    return createToken(action, scope);
  }

  function findAction(userId: string, action: string, idempotencyKey: string): Action {
    const found = actions.get(keyOf(userId, action, idempotencyKey));
    if (found) return found;
    throw new AuthsignalRefusal('not_found', 404, 'The action was not found.');
  }

  function describeUser(userId: string) {
    return {
      emailVerified: false,
      phoneNumberVerified: false,
      ...users.get(userId)?.attributes,
      ...enrolment(userId),
      allowedVerificationMethods: ['PUSH', 'AUTHENTICATOR_APP', 'SMS', 'EMAIL_OTP', 'WHATSAPP'],
    };
  }

  function describeAction(action: Action) {
    const { userId: _, action: __, idempotencyKey: ___, custom: ____, ...shown } = action;
    return { ...shown, rules: [] };
  }

  return {
    /** @throws AuthsignalRefusal `unauthorized` or `expired_token` */
    readToken(text: string): Token {
      const token = tokens.get(text);
      if (!token) throw new AuthsignalRefusal('unauthorized', 401, 'The request is unauthorized.');
      if (now() >= token.expiresAt) throw new AuthsignalRefusal('expired_token', 401, 'The token is expired.');
      return token;
    },

    // What the app's server asks.

    track(userId: string, action: string, attributes: Readonly<Record<string, unknown>>) {
      if (!/^[a-zA-Z0-9_-]{1,64}$/.test(action)) {
        throw new AuthsignalRefusal('invalid_request', 400, 'The action is invalid.');
      }
      userOf(userId);
      const wanted = attributes['idempotencyKey'];
      const idempotencyKey = typeof wanted === 'string' ? wanted : crypto.randomUUID();
      const key = keyOf(userId, action, idempotencyKey);
      const { isEnrolled, enrolledVerificationMethods } = enrolment(userId);
      const tracked = actions.get(key) ?? {
        ...{ userId, action, idempotencyKey, custom: attributes['custom'] ?? {} },
        ...{ state: rule({ userId, action, isEnrolled }), createdAt: timestamp(), stateUpdatedAt: timestamp() },
      };
      actions.set(key, tracked);
      const scope = typeof attributes['scope'] === 'string' ? attributes['scope'] : 'read:authenticators';
      const token = createToken(tracked, scope);
      return {
        ...{ idempotencyKey, state: tracked.state, token, isEnrolled, enrolledVerificationMethods },
        ...{ allowedVerificationMethods: ['PUSH', 'AUTHENTICATOR_APP'], ruleIds: [] },
        url: `https://mfa.authsignal.com/challenge/${token}`,
      };
    },

    validate({ token: text, userId, action }: { token?: unknown; userId?: unknown; action?: unknown }) {
      const token = typeof text === 'string' ? tokens.get(text) : undefined;
      if (!token || now() >= token.expiresAt) return { isValid: false, error: 'The token is invalid.' };
      const tracked = token.action;
      if (userId !== undefined && userId !== tracked.userId) return { isValid: false, error: 'User is invalid.' };
      if (action !== undefined && action !== tracked.action) return { isValid: false, error: 'Action is invalid.' };
      const { state, stateUpdatedAt, idempotencyKey, verificationMethod } = tracked;
      return {
        isValid: state === 'CHALLENGE_SUCCEEDED',
        ...{ state, stateUpdatedAt, userId: tracked.userId, idempotencyKey },
        // The Node SDK renames the one, the Python SDK reads the other.
        ...{ actionCode: tracked.action, action: tracked.action },
        ...(verificationMethod !== undefined && { verificationMethod }),
      };
    },

    getUser: describeUser,

    updateUser(userId: string, attributes: Readonly<Record<string, unknown>>) {
      const user = userOf(userId);
      user.attributes = { ...user.attributes, ...attributes };
      return user.attributes;
    },

    deleteUser(userId: string) {
      users.delete(userId);
    },

    getAction: (userId: string, action: string, idempotencyKey: string) =>
      describeAction(findAction(userId, action, idempotencyKey)),

    updateAction(userId: string, action: string, idempotencyKey: string, state: unknown) {
      const tracked = findAction(userId, action, idempotencyKey);
      setState(tracked, state as AuthsignalActionState);
      return { state };
    },

    queryActions(userId: string) {
      const own = [...actions.values()].filter((action) => action.userId === userId);
      return own.map(({ action: actionCode, ...rest }) => ({ ...rest, actionCode, updatedAt: rest.stateUpdatedAt }));
    },

    listAuthenticators: (userId: string) =>
      (users.get(userId)?.authenticators ?? []).map(({ secret: _, ...shown }) => ({ userId, ...shown })),

    enrollVerified(userId: string, fields: Readonly<Record<string, unknown>>) {
      const { verificationMethod, email, phoneNumber } = fields;
      if (typeof verificationMethod !== 'string') {
        throw new AuthsignalRefusal('invalid_request', 400, 'verificationMethod is missing.');
      }
      const authenticator = addAuthenticator(userOf(userId), verificationMethod, {
        ...(typeof email === 'string' && { email }),
        ...(typeof phoneNumber === 'string' && { phoneNumber }),
      });
      return { authenticator: { userId, ...authenticator }, recoveryCodes: ['abcd-efgh', 'ijkl-mnop'] };
    },

    removeAuthenticator(userId: string, id: string) {
      const user = userOf(userId);
      user.authenticators = user.authenticators.filter(({ userAuthenticatorId }) => userAuthenticatorId !== id);
    },

    // What the browser asks.

    init(text: string, { action }: Token) {
      const verificationMethods = methodsOf(action.userId);
      const [defaultVerificationMethod] = verificationMethods;
      const { email, phoneNumber } = describeUser(action.userId) as Record<string, unknown>;
      const options = { token: text, defaultVerificationMethod, verificationMethods, user: { email, phoneNumber } };
      return { challengeOptions: options };
    },

    startPush({ action }: Token): { challenge: Challenge; body: Readonly<Record<string, unknown>> } {
      const { withoutDevice, pushLifetime, resend, delivery } = unknowns();
      const devices = userOf(action.userId).authenticators.filter(
        ({ verificationMethod }) => verificationMethod === 'PUSH',
      );
      if (devices.length === 0 && withoutDevice !== 'noPush') {
        throw new AuthsignalRefusal(withoutDevice, 400, 'The user has no push authenticator.');
      }
      if (resend === 'endsOlder') {
        for (const older of challenges.values()) {
          if (older.action === action && older.answer === 'none') older.answer = 'replaced';
        }
      }
      const challenge: Challenge = {
        ...{ challengeId: crypto.randomUUID(), action, answer: 'none', polls: [] },
        ...{ createdAt: now(), expiresAt: now() + pushLifetime * 1000 },
      };
      challenges.set(challenge.challengeId, challenge);
      const failed = (index: number) => delivery === 'allFailed' || (delivery === 'someFailed' && index === 0);
      const deliveryResults = devices.map(({ userAuthenticatorId }, index) => ({
        userAuthenticatorId,
        ...(failed(index) && { errorCode: 'device_unreachable' }),
      }));
      const { challengeId } = challenge;
      return { challenge, body: { challengeId, ...(delivery !== 'unreported' && { deliveryResults }) } };
    },

    dropPush({ challengeId }: Challenge) {
      challenges.delete(challengeId);
    },

    pollPush(token: Token, challengeId: unknown) {
      const { foreignPush, expiredPush, secondRead, pushPolls } = unknowns();
      const pending = { isVerified: false, isConsumed: false };
      const challenge = challenges.get(String(challengeId));
      if (!challenge || challenge.action.userId !== token.action.userId) {
        if (foreignPush === 'pending') return pending;
        throw new AuthsignalRefusal(foreignPush, 400, 'The challenge was not found.');
      }
      challenge.polls = [...challenge.polls.filter((time) => now() - time < 60_000), now()];
      if (challenge.polls.length > pushPolls) {
        throw new AuthsignalRefusal('too_many_requests', 429, 'Too many requests.');
      }
      if (challenge.answer === 'approved') {
        if (challenge.accessToken !== undefined && secondRead === 'invalid_request') {
          throw new AuthsignalRefusal('invalid_request', 400, 'The challenge was consumed.');
        }
        const first = challenge.accessToken === undefined;
        challenge.accessToken ??= succeed(token, 'PUSH');
        const { accessToken } = challenge;
        return { isVerified: true, isConsumed: true, ...((first || secondRead === 'sameToken') && { accessToken }) };
      }
      if (challenge.answer === 'denied') return { isVerified: false, isConsumed: true };
      if (challenge.answer === 'none' && now() < challenge.expiresAt) return pending;
      if (expiredPush === 'pending') return pending;
      if (expiredPush === 'denied') return { isVerified: false, isConsumed: true };
      throw new AuthsignalRefusal(expiredPush, expiredPush === 'expired_token' ? 401 : 400, 'The challenge is over.');
    },

    enrollTotp({ action, scope }: Token) {
      if (!scope.split(' ').includes('add:authenticators')) {
        throw new AuthsignalRefusal('unauthorized', 401, 'The token may not add authenticators.');
      }
      const user = userOf(action.userId);
      const secret = toBase32(randomBytes(20));
      // Starting again invalidates the first secret.
      user.authenticators = user.authenticators.filter(({ verifiedAt }) => verifiedAt !== undefined);
      const { userAuthenticatorId } = addAuthenticator(user, 'AUTHENTICATOR_APP', { secret });
      user.authenticators = user.authenticators.map((one) => {
        const { verifiedAt: _, ...unverified } = one;
        return one.userAuthenticatorId === userAuthenticatorId ? unverified : one;
      });
      const uri = `otpauth://totp/Emulator:${encodeURIComponent(user.userId)}?secret=${secret}&issuer=Emulator`;
      return { userAuthenticatorId, userId: user.userId, uri, secret };
    },

    async verifyTotp(token: Token, code: unknown) {
      const { withoutTotp, codeLimit, replayedCode } = unknowns();
      const user = userOf(token.action.userId);
      const mayAdd = token.scope.split(' ').includes('add:authenticators');
      const candidates = user.authenticators.filter(
        ({ secret, verifiedAt }) => secret !== undefined && (verifiedAt !== undefined || mayAdd),
      );
      if (candidates.length === 0 && withoutTotp === 'invalid_credential') {
        throw new AuthsignalRefusal('invalid_credential', 400, 'The user has no authenticator app.');
      }
      user.attempts = [...user.attempts.filter((time) => now() - time < CODE_ATTEMPT_WINDOW_MS), now()];
      if (user.attempts.length > MAX_CODE_ATTEMPTS) {
        if (codeLimit === 'failureReason') return { isVerified: false, failureReason: 'MAX_ATTEMPTS_EXCEEDED' };
        throw new AuthsignalRefusal('too_many_requests', 429, 'Too many requests.');
      }
      for (const authenticator of candidates) {
        const step = await findStep(authenticator.secret ?? '', String(code), totpStep(now()));
        if (step === undefined || (step <= user.lastStep && replayedCode === 'rejected')) continue;
        user.lastStep = step;
        user.attempts = [];
        const isNew = authenticator.verifiedAt === undefined;
        const verified = { ...authenticator, verifiedAt: timestamp() };
        user.authenticators = user.authenticators.map((one) => (one === authenticator ? verified : one));
        const { secret: _, ...shown } = verified;
        const accessToken = succeed(token, 'AUTHENTICATOR_APP');
        return { isVerified: true, accessToken, ...(isNew && { userAuthenticator: shown }) };
      }
      return { isVerified: false, failureReason: 'CODE_INVALID_OR_EXPIRED' };
    },

    // What the phone does.

    openPushes(userId?: string): AuthsignalPhoneRequest[] {
      return [...challenges.values()]
        .filter(({ answer, expiresAt }) => answer === 'none' && now() < expiresAt)
        .filter(({ action }) => userId === undefined || action.userId === userId)
        .map(({ challengeId, createdAt, expiresAt, action }) => ({
          ...{ challengeId, userId: action.userId, actionCode: action.action },
          ...{ idempotencyKey: action.idempotencyKey, custom: action.custom, createdAt, expiresAt },
        }));
    },

    answerPush(challengeId: string, answer: 'approved' | 'denied'): boolean {
      const challenge = challenges.get(challengeId);
      if (!challenge || challenge.answer !== 'none' || now() >= challenge.expiresAt) return false;
      challenge.answer = answer;
      const { action } = challenge;
      if (answer === 'approved' && action.state === 'CHALLENGE_REQUIRED') {
        setState(action, 'CHALLENGE_SUCCEEDED', 'PUSH');
      }
      if (answer === 'denied' && action.state === 'CHALLENGE_REQUIRED' && unknowns().denial === 'failsAction') {
        setState(action, 'CHALLENGE_FAILED', 'PUSH');
      }
      return true;
    },

    totpSecret: (userId: string) =>
      users.get(userId)?.authenticators.findLast(({ secret }) => secret !== undefined)?.secret,
  };
}

function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

async function findStep(secret: string, code: string, around: number): Promise<number | undefined> {
  for (let step = around - WINDOW; step <= around + WINDOW; step += 1) {
    if ((await totpCode(secret, step)) === code) return step;
  }
  return undefined;
}

function toJwtPart(bytes: Uint8Array): string {
  return toBase64Url(bytes).replaceAll('=', '');
}
