import type { CibaErrorCode } from '../../contract/index.js';

/** What an OAuth error means here. */
export interface KnownError {
  readonly code: CibaErrorCode;
  /** What a developer can do about it. */
  readonly advice: string;
  /** Whether it is about the client or the provider's settings, so that no login hint can have caused it. */
  readonly aboutClient?: boolean;
  /** Whether the next poll of the same request can succeed, for example after a change of the client's secret. */
  readonly passes?: boolean;
}

export const CREDENTIALS_ADVICE =
  'Check `clientId`, `clientSecret` and `clientAuthentication`. `clientSecret` is sent by HTTP Basic, form-encoded as RFC 6749 §2.3.1 requires: if the provider doesn\'t decode it, an ID or a secret with other characters than letters and digits (even "-") is rejected, and `ClientSecretPost(secret)` of openid-client works. If the client signs with a key, register its current public key, and check this server\'s clock.';

/** Also in use for `unauthorized_client`, by providers that mean the credentials. */
export const WRONG_CREDENTIALS: KnownError = {
  code: 'misconfigured',
  advice: CREDENTIALS_ADVICE,
  aboutClient: true,
  passes: true,
};

const SIGNED_REQUEST: KnownError = {
  code: 'misconfigured',
  advice:
    "This is about the request as a signed JWT (RFC 9101). If `requestObject` is not set, set it, or allow unsigned authentication requests for this client. If it is set, register its public key for this client, and check its algorithm and this server's clock.",
  aboutClient: true,
};

const DPOP: KnownError = {
  code: 'misconfigured',
  advice:
    "The provider binds the tokens of this client with DPoP (RFC 9449). Set `dpopKey`, or switch that off for this client. If it is set, check its algorithm and this server's clock.",
  aboutClient: true,
};

const CERTIFICATE: KnownError = {
  code: 'misconfigured',
  advice:
    'The provider binds the tokens of this client to its certificate (RFC 8705), and the request presented none, or another one. Pass a `fetch` that presents the registered certificate, and set `mtls: true`.',
  aboutClient: true,
  passes: true,
};

const CLIENT_CERTIFICATE: KnownError = {
  code: 'misconfigured',
  advice:
    'The provider knows this client by its certificate (RFC 8705), and the request presented none, or another one. Pass a `fetch` that presents the registered certificate, set `mtls: true`, and `clientAuthentication` to `TlsClientAuth()` of openid-client.',
  aboutClient: true,
  passes: true,
};

const EXPIRED_SECRET: KnownError = {
  code: 'misconfigured',
  advice: 'Make a new secret for this client at the provider, and set it as `clientSecret`.',
  aboutClient: true,
  passes: true,
};

const ASSERTION_AUDIENCE: KnownError = {
  code: 'misconfigured',
  advice:
    "The provider wants another `aud` in what the client signs to authenticate, often its token endpoint. Set it with `modifyAssertion` of openid-client, and check that `issuer` is the provider's public address.",
  aboutClient: true,
  passes: true,
};

const ASSERTION_TIME: KnownError = {
  code: 'misconfigured',
  advice:
    'What the client signs to authenticate is too old or too new for the provider. Synchronize the clocks of both, for example by NTP.',
  aboutClient: true,
  passes: true,
};

/** What an `invalid_client` is about, by the words that its description uses. The first match counts. */
const CLIENT_TOPICS: readonly (readonly [RegExp, KnownError])[] = [
  [
    /\b(?:secret|credentials?|password)\b.*\bexpired\b|\bexpired\b.*\b(?:secret|credentials?|password)\b/,
    EXPIRED_SECRET,
  ],
  [/\b(?:audience|aud)\b/, ASSERTION_AUDIENCE],
  [/\b(?:expired|not active|not yet valid|too old|future|exp|iat|nbf|clock|time)\b/, ASSERTION_TIME],
];

const ABOUT_CERTIFICATE = /\b(?:certificat(?:e|es|ion)|mtls|mutual tls|holder of key|hok)\b/;

/** Whether an error's description is about the client certificate. Keycloak answers so with `invalid_grant`. */
export const isAboutCertificate = (description: string): boolean => ABOUT_CERTIFICATE.test(fold(description));

const LEVEL: KnownError = {
  code: 'refused',
  advice: 'The provider could not authenticate the user as `acrValues` asks. Ask for a level that it offers.',
};

/**
 * The errors of CIBA Core 1.0 §11 and §13, RFC 6749 §5.2, RFC 6750 §3.1, RFC 7009 §2.2.1, RFC 8707 §2, RFC 9101 §6.2,
 * RFC 9396 §5, RFC 9449 §5, RFC 9470 §3 and OpenID Connect that aren't an answer of the user. It is a `Map`, because the
 * names come from the provider.
 */
export const KNOWN_ERRORS: ReadonlyMap<string, KnownError> = new Map<string, KnownError>([
  [
    'access_denied',
    {
      code: 'refused',
      advice: 'The provider allows no request for this user or this client. Check its policies and its log.',
    },
  ],
  [
    'expired_login_hint_token',
    { code: 'misconfigured', advice: 'Return no `loginHintToken`, or a new one, from `authRequest`.' },
  ],
  [
    'invalid_authorization_details',
    {
      code: 'misconfigured',
      advice:
        'The provider accepts none of these `authorizationDetails`. Check their `type` and their fields, and register the type for this client.',
    },
  ],
  [
    'invalid_binding_message',
    {
      code: 'misconfigured',
      advice:
        'Shorten the binding message: at most 20 characters of A-Z, a-z, 0-9 and "-" pass at every known provider.',
    },
  ],
  ['invalid_client', WRONG_CREDENTIALS],
  ['invalid_dpop_proof', DPOP],
  ['use_dpop_nonce', DPOP],
  [
    'invalid_grant',
    {
      code: 'misconfigured',
      advice: 'Allow the CIBA grant for this client, and check that the user may sign in.',
    },
  ],
  [
    'invalid_request',
    { code: 'misconfigured', advice: 'Check which parameters this client may send to this provider.' },
  ],
  ['invalid_request_object', SIGNED_REQUEST],
  ['invalid_request_uri', SIGNED_REQUEST],
  ['request_not_supported', SIGNED_REQUEST],
  ['request_uri_not_supported', SIGNED_REQUEST],
  [
    'invalid_scope',
    { code: 'misconfigured', advice: 'Check which scopes this client may request.', aboutClient: true },
  ],
  [
    'invalid_target',
    {
      code: 'misconfigured',
      advice: 'The provider knows no such resource (RFC 8707). Check which resources this client may ask for.',
      aboutClient: true,
    },
  ],
  [
    'invalid_token',
    {
      code: 'unauthorized',
      advice: 'The access token has expired or was revoked. Have the user sign in again, or use the refresh token.',
    },
  ],
  [
    'insufficient_scope',
    { code: 'forbidden', advice: 'The access token lacks a scope. Add it to `scope` in `authRequest`.' },
  ],
  [
    'invalid_user_code',
    {
      code: 'refused',
      advice: "The `userCode` that `authRequest` returned isn't this user's. Ask the user for it again.",
    },
  ],
  [
    'missing_user_code',
    {
      code: 'misconfigured',
      advice: 'Return `userCode` from `authRequest`, or disable the user code for this client.',
    },
  ],
  [
    'not_allowed',
    {
      code: 'misconfigured',
      advice:
        'The provider does not allow this to the user or the client, often the scope "offline_access". Allow it there, or leave it out of `scope`.',
    },
  ],
  ['insufficient_user_authentication', LEVEL],
  ['unmet_authentication_requirements', LEVEL],
  ['transaction_failed', { code: 'refused', advice: 'The provider gave up on the request. Start a new one.' }],
  [
    'unauthorized_client',
    {
      code: 'misconfigured',
      advice: 'Allow the CIBA grant for this client and register it for the delivery mode "poll" or "ping".',
      aboutClient: true,
    },
  ],
  [
    'unknown_user_id',
    { code: 'unknownUser', advice: 'The provider knows no user with this login hint. Check which hint it expects.' },
  ],
  ['unsupported_grant_type', { code: 'misconfigured', advice: 'Enable CIBA at the provider.', aboutClient: true }],
  [
    'unsupported_token_type',
    {
      code: 'misconfigured',
      advice: 'The provider does not revoke tokens of this kind. Keep their lifetime short there.',
      aboutClient: true,
    },
  ],
]);

/** Normalizes texts, so that those with the same meaning are equal: "Invalid_user." and "invalid user". */
export function fold(text: string): string {
  return text
    .slice(0, 500)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const PERSON = '(?:end ?user|user ?name|user(?! code)|subject|account|principal|identity|customer|person)';

/** Ways to say that there is no such user, in the form that {@link fold} makes. */
const NO_SUCH_USER: readonly RegExp[] = [
  new RegExp(`\\b(?:invalid|unknown|unrecogni[sz]ed|nonexistent|no such|no matching|no) ${PERSON}\\b`),
  new RegExp(
    `\\b${PERSON}\\b.*\\b(?:not found|unknown|(?:does not|doesn t|did not|didn t) exist|not exist|not recogni[sz]ed)\\b`,
  ),
  new RegExp(
    `\\b(?:don t|do not|doesn t|does not|can t|cannot|can not|could not|couldn t|unable to|failed to)\\b.*\\b(?:know|determine|find|identify|locate|resolve|look up|recogni[sz]e)\\b.*\\b${PERSON}\\b`,
  ),
];

/** Returns whether an error response to the authentication request says that there is no such user, in any usual words. */
export function meansNoSuchUser(error: string, description: string): boolean {
  const name = fold(error);
  const words = name === 'invalid request' ? fold(description) : name;
  return NO_SUCH_USER.some((pattern) => pattern.test(words));
}

/** Returns whether an error's name says that there were too many requests. No standard names such an error. */
export const meansTooMany = (name: string): boolean =>
  /\b(?:too ?many|rate ?limit|throttl|slow ?down|quota)/.test(fold(name));

/** What an `invalid_request` is about, by the words that its description uses. The first match counts. */
const TOPICS: readonly (readonly [RegExp, KnownError])[] = [
  [/\b(?:signed|request object|request uri|parameter request|request parameter|jar)\b/, SIGNED_REQUEST],
  [/\bdpop\b/, DPOP],
  [
    /\bnotification token\b/,
    {
      code: 'misconfigured',
      advice:
        'The client is registered for the delivery mode "ping" or "push", which needs a notification token. Set `ping: true` on the handler, or register the client for "poll". "push" is not supported.',
      aboutClient: true,
    },
  ],
  [
    /\bid token hint\b/,
    {
      code: 'misconfigured',
      advice:
        'The provider does not accept the `idTokenHint`: it may have expired, or belong to another client. Return what `adapter.hintsOf(session)` gives.',
    },
  ],
  [
    /\blogin hint token\b/,
    {
      code: 'misconfigured',
      advice: 'The provider does not accept the `loginHintToken`. Return a new one, or a `loginHint`.',
    },
  ],
  [
    /\blogin hint\b|\bhint\b/,
    { code: 'misconfigured', advice: 'The provider does not accept this hint. Check which kind of hint it expects.' },
  ],
  [
    /\buser code\b/,
    {
      code: 'misconfigured',
      advice: 'Check whether this client has to send a user code: `authRequest` returns it as `userCode`.',
    },
  ],
  [
    /\bbinding message\b/,
    {
      code: 'misconfigured',
      advice:
        'Return a `bindingMessage` that the provider accepts, or leave it out and let `displayCode` make a number.',
    },
  ],
  [ABOUT_CERTIFICATE, CERTIFICATE],
  [/\b(?:available period|audience|aud|exp|iat|iss|jti|jwt|nbf|signature)\b/, SIGNED_REQUEST],
];

const GRANT_IS_OFF: KnownError = {
  code: 'misconfigured',
  advice: 'Allow the CIBA grant for this client.',
  aboutClient: true,
};

/** Returns what an error is about that providers use for several things, if its description or its status says so. */
export function topicOf(name: string, description: string, status: number): KnownError | undefined {
  const words = fold(description);
  switch (name) {
    case 'invalid_request':
      return TOPICS.find(([pattern]) => pattern.test(words))?.[1];
    case 'invalid_grant':
      if (ABOUT_CERTIFICATE.test(words)) return CERTIFICATE;
      return /\b(?:client|grant)\b.*\b(?:not|disabled|off)\b/.test(words) ? GRANT_IS_OFF : undefined;
    case 'invalid_client':
      if (ABOUT_CERTIFICATE.test(words)) return CLIENT_CERTIFICATE;
      return CLIENT_TOPICS.find(([pattern]) => pattern.test(words))?.[1];
    case 'unauthorized_client':
      return status === 401 || /\b(?:credentials|secret|authenticat\w+)\b/.test(words) ? WRONG_CREDENTIALS : undefined;
    default:
      return undefined;
  }
}
