import {
  fetchUserInfo,
  genericGrantRequest,
  initiateBackchannelAuthentication,
  refreshTokenGrant,
  tokenRevocation,
} from 'openid-client';
import type { UserInfoResponse } from 'openid-client';
import { CibaError, isCibaError, toCibaError } from '../../contract/index.js';
import type {
  AccessToken,
  Approver,
  CallOptions,
  CibaAdapter,
  LogoutNotice,
  PendingApproval,
  PollResult,
  RefreshResult,
  SessionInfo,
} from '../../contract/index.js';
import { misconfigured } from '../../contract/errors.js';
import { isHttpsOrLoopback } from '../../contract/loopback.js';
import { DEFAULT_INTERVAL_SECONDS, MAX_REQUEST_ID_CHARACTERS } from '../../contract/validate.js';
import {
  correctAcknowledgement,
  correctTokens,
  readServerState,
  toPollResult,
  toRefreshedSession,
  toSession,
} from './answers.js';
import { checkApproval } from './approval.js';
import { createOidcClient, withRetryable } from './client.js';
import type { OidcAuthorizationHeaders, OidcResourceRequest } from './dpop.js';
import { findFapiGap } from './fapi.js';
import { hintsOf } from './hints.js';
import { CIBA_GRANT, findGaps, requireCiba } from './metadata.js';
import type { OidcAdapterOptions } from './options.js';
import { hadNoEffect, readSessionInfo, toEnded } from './refresh.js';
import { findUnsentText, secretsOf, subjectOf, toParameters, withoutEmptyFields } from './request.js';
import type { OidcHints, OidcRequest, OidcSession } from './types.js';
import type { Exchange } from './wire.js';

export { privateKeyJwt } from './client-auth.js';
export type { OidcAuthorizationHeaders, OidcResourceRequest } from './dpop.js';
export type { OidcIdTokenOptions } from './id-token.js';
export type { OidcAdapterOptions, OidcClientAuthentication } from './options.js';
export { oidcProfiles, type OidcSecurityProfile } from './profiles.js';
export type { OidcRequestObjectEncryption, OidcRequestObjectOptions } from './request-object.js';
export type { OidcSigner, OidcSigningAlgorithm, OidcSigningKey } from './signing.js';
export type { AuthorizationDetail } from '../../contract/index.js';
export type {
  OidcHints,
  OidcProfile,
  OidcProfileError,
  OidcProfileRefusal,
  OidcRequest,
  OidcSession,
  OidcTokenError,
} from './types.js';
export type { OidcFetch, OidcFetchInit, OidcFetchResponse } from './wire.js';

/** Longest wait for the revocation of tokens that are refused, in milliseconds. The poll's answer waits for it. */
const GIVE_BACK_MS = 5000;

export interface OidcAdapter extends CibaAdapter<OidcSession> {
  initiate(request: OidcRequest, options: CallOptions): Promise<PendingApproval>;
  /**
   * Revokes a session's tokens (RFC 7009), or does nothing if the provider has no revocation endpoint.
   * @throws CibaError if the provider doesn't revoke them
   */
  revoke(session: OidcSession): Promise<void>;
  /**
   * Returns the current claims about the user (OpenID Connect Core 1.0 §5.3). They are about the session's own `sub`.
   * @throws CibaError `unauthorized` if the access token has expired, `misconfigured` if the provider has no such endpoint
   */
  userinfo(session: OidcSession, options?: { readonly signal?: AbortSignal }): Promise<UserInfoResponse>;
  /**
   * Returns the headers that authorize the app's own request to an API: a bearer token, or a bound one with its proof
   * (RFC 9449 §7). Send them from the server only. `token` is a session, or what `handler.accessToken` returns.
   * @throws CibaError `misconfigured` for a bound token if `dpopKey` isn't set
   */
  authorizationHeaders(
    token: Pick<OidcSession, 'accessToken' | 'tokenType'> | AccessToken,
    request: OidcResourceRequest,
  ): Promise<OidcAuthorizationHeaders>;
  /** Says what a session contains. Returns `null` for a session that isn't of this adapter. */
  sessionInfo(session: OidcSession): SessionInfo | null;
  /**
   * Gets new tokens with the refresh token (RFC 6749 §6). `createCibaHandler` calls it, once for each refresh token.
   * @throws CibaError with `retryable` true only if the provider surely didn't carry it out
   */
  refresh(session: OidcSession, options: CallOptions): Promise<RefreshResult<OidcSession>>;
  /**
   * Validates a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6), except for its repetition. `createCibaHandler`
   * calls it. Its signature must be asymmetric.
   * @throws CibaError `refused` if it is invalid; a `retryable` one if the provider's keys can't be fetched
   */
  readLogoutToken(token: string, options?: Partial<Pick<CallOptions, 'signal'>>): Promise<LogoutNotice>;
  /**
   * Returns the address at which the browser ends its session at the provider (OpenID Connect RP-Initiated Logout 1.0 §2),
   * after you ended yours. It contains the ID token, so redirect the user there and log it nowhere.
   * @param options.returnTo where the provider sends the user afterward, as registered with it
   * @throws CibaError `misconfigured` if the provider has no such endpoint
   */
  endSessionUrl(
    session: OidcSession,
    options?: { readonly returnTo?: string; readonly state?: string; readonly signal?: AbortSignal },
  ): Promise<URL>;
  /**
   * Names the user of a session as this provider knows users. For a step-up, spread it into what `authRequest` returns.
   * @throws CibaError `misconfigured` if the session doesn't tell
   */
  hintsOf(session: OidcSession): OidcHints;
  /**
   * Says who approved, and how. `pending` is null for a code without a push. Returns null for a session without the claims
   * of an ID token, such as one that the app's own code verifier made.
   * @throws CibaError `refused` if the session isn't what was asked for, including the granted `authorization_details`
   */
  approver(
    session: OidcSession,
    asked: Pick<OidcRequest, 'subject' | 'acrValues' | 'maxAge' | 'authorizationDetails'>,
    pending: PendingApproval | null,
  ): Approver | null;
}

/**
 * Creates an adapter for any OpenID provider that supports CIBA (CIBA Core 1.0, delivery modes poll and ping). It holds
 * the client secret, so it runs on a server: pass it to `createCibaHandler`. Its methods throw `CibaError`, or the
 * signal's own reason when they were aborted.
 *
 * @throws CibaError `misconfigured` if an option is missing or the issuer is http outside loopback
 * @example
 * const adapter = createOidcAdapter({
 *   issuer: 'https://login.example.com',
 *   clientId: 'shop',
 *   clientSecret: process.env['OIDC_CLIENT_SECRET'] ?? '',
 * });
 */
export function createOidcAdapter(options: OidcAdapterOptions): OidcAdapter {
  if (!globalThis.crypto?.subtle) {
    throw misconfigured(
      'createOidcAdapter needs Web Crypto (`crypto.subtle`), which this runtime lacks. Run it in Node.js, Bun, Deno or Workers; in a test with jsdom, write `@vitest-environment node` or `@jest-environment node` at the top of the file.',
    );
  }
  const client = createOidcClient(options);
  const { issuer, profile, usesBasic, fapi, requestObjectAlg, dpop, call, warn } = client;

  /** Revokes the refresh token first, because most providers then end the access token and the session with it. */
  async function revoke(tokens: readonly string[], signal?: AbortSignal): Promise<void> {
    await call({ requestName: 'revocation request', secrets: tokens, signal }, async (configuration, server) => {
      if (!server.revocation_endpoint) return;
      const [first, ...others] = tokens;
      if (first !== undefined) await tokenRevocation(configuration, first);
      for (const token of others) {
        // A provider that ended it with the refresh token may call it invalid.
        await tokenRevocation(configuration, token).catch((caught: unknown) => {
          if (!isRefusal(caught)) throw caught;
        });
      }
    });
  }

  /** Revokes the tokens of an approval that is refused. If that fails, they expire. */
  async function giveBack({ answer }: Exchange): Promise<void> {
    if (!answer || answer.status < 200 || answer.status > 299) return;
    const { refresh_token: refreshToken, access_token: accessToken } = answer.json ?? {};
    const tokens = [refreshToken, accessToken].filter(
      (token): token is string => typeof token === 'string' && token !== '',
    );
    if (tokens.length === 0) return;
    await revoke(tokens, AbortSignal.timeout(GIVE_BACK_MS)).catch(() => undefined);
  }

  return {
    ...(profile.usualAnswer && { usualAnswer: profile.usualAnswer }),

    async initiate(wanted, { signal, onWarning }): Promise<PendingApproval> {
      const request = withoutEmptyFields(wanted);
      const secrets = secretsOf(request);
      const { acrValues, maxAge, requestedExpiry, authorizationDetails } = request;
      const subject = subjectOf(request);
      const parameters = toParameters(request, profile, issuer.href);
      const sentAt = Date.now();
      const answer = await call(
        {
          requestName: 'authentication request',
          signal,
          secrets,
          correct: correctAcknowledgement(requestedExpiry),
          onWarning,
        },
        async (configuration, server) => {
          requireCiba(server);
          const gaps = findGaps(server, { profile, usesBasic, requestObjectAlg, request });
          for (const { problem } of gaps) warn(problem, onWarning);
          for (const problem of [fapi ? findFapiGap(request) : undefined, findUnsentText(request, profile)]) {
            if (problem !== undefined) warn(problem, onWarning);
          }
          const form = await client.prepareStart(parameters, server, signal);
          // The provider may repeat the request object, which holds the hint.
          secrets.push(form.get('request') ?? '');
          return initiateBackchannelAuthentication(configuration, form);
        },
      );
      if (answer.auth_req_id.length > MAX_REQUEST_ID_CHARACTERS) {
        throw new CibaError(
          'badResponse',
          `The provider's \`auth_req_id\` has more than ${MAX_REQUEST_ID_CHARACTERS} characters, so it can't be kept. Shorten it in the settings of the provider. The phone may have rung, so the request is not sent again.`,
          { retryable: false },
        );
      }
      const expiresIn = profile.expiry?.ignoredInAnswer
        ? Math.min(answer.expires_in, requestedExpiry ?? Infinity)
        : answer.expires_in;
      return {
        id: crypto.randomUUID(),
        expiresIn,
        interval: answer.interval ?? DEFAULT_INTERVAL_SECONDS,
        ...(request.displayCode !== undefined && { displayCode: request.displayCode }),
        resumable: true,
        serverState: {
          authReqId: answer.auth_req_id,
          ...(subject !== undefined && { subject }),
          ...(acrValues !== undefined && { acrValues }),
          ...(maxAge !== undefined && { maxAge }),
          ...(authorizationDetails !== undefined && { authorizationDetails }),
          // The provider started counting after this was sent, so the request ends no earlier than this.
          ...(profile.deniedMeansExpiredToo && { deniedUntil: sentAt + expiresIn * 1000 }),
        },
      };
    },

    async poll(pending, { signal, onWarning }: CallOptions): Promise<PollResult<OidcSession>> {
      const state = readServerState(pending.serverState);
      const exchange: Exchange = {};
      const secrets = [state.authReqId];
      let isRedeemed = false;
      try {
        return await call(
          { requestName: 'token request', signal, secrets, correct: correctTokens, onWarning, exchange },
          async (configuration, server) => {
            await client.prepareKeys(server, signal).catch((caught: unknown) => {
              // Nothing is redeemed yet, and a login that waits must not end because the keys can't be fetched at the moment.
              throw withRetryable(caught, true);
            });
            try {
              const tokens = await genericGrantRequest(
                configuration,
                CIBA_GRANT,
                { auth_req_id: state.authReqId },
                dpop && { DPoP: dpop.handle(configuration) },
              );
              isRedeemed = true;
              const { headers = new Headers() } = exchange.answer ?? {};
              const session = await client.checkSession(toSession(tokens), {
                authReqId: state.authReqId,
                headers,
                server,
              });
              checkApproval(session, state, profile, headers);
              return { status: 'approved', session };
            } catch (caught) {
              const result = exchange.answer && toPollResult(exchange.answer, pending, state, profile);
              if (result) return result;
              throw caught;
            }
          },
        );
      } catch (caught) {
        await giveBack(exchange);
        // A request is redeemed once, so the next poll would only hear that it is over.
        throw isRedeemed ? withRetryable(caught, false) : caught;
      }
    },

    async revoke({ refreshToken, accessToken }) {
      await revoke([refreshToken, accessToken].filter((token) => token !== undefined));
    },

    sessionInfo: readSessionInfo,

    async refresh(session, { signal, onWarning }): Promise<RefreshResult<OidcSession>> {
      const exchange: Exchange = {};
      const { refreshToken } = session;
      if (refreshToken === undefined) {
        throw misconfigured(
          'The session has no refresh token, so its access token can not be renewed. Check that the client may use refresh tokens; some providers need the scope "offline_access".',
          { retryable: true },
        );
      }
      const secrets = [refreshToken, session.idToken];
      let wasAnswered = false;
      try {
        return await call(
          { requestName: 'refresh request', signal, secrets, correct: correctTokens, onWarning, exchange },
          async (configuration, server) => {
            const tokens = await refreshTokenGrant(
              configuration,
              refreshToken,
              undefined,
              dpop && { DPoP: dpop.handle(configuration) },
            );
            wasAnswered = true;
            const { headers = new Headers() } = exchange.answer ?? {};
            const refreshed = toRefreshedSession(tokens, session);
            return {
              status: 'refreshed',
              session: await client.checkRefreshed(refreshed, session, { headers, server }),
            };
          },
        );
      } catch (caught) {
        const ended = toEnded(exchange);
        if (ended) return ended;
        await giveBack(exchange);
        throw withRetryable(toCibaError(caught), !wasAnswered && hadNoEffect(exchange));
      }
    },

    readLogoutToken: (token, { signal } = {}) => client.readLogoutToken(token, signal),

    async endSessionUrl({ idToken }, { returnTo, state, signal } = {}) {
      const { end_session_endpoint: endpoint } = await client.readMetadata(signal);
      if (!endpoint || !URL.canParse(endpoint) || !isHttpsOrLoopback(new URL(endpoint))) {
        throw misconfigured(
          `The metadata of ${options.issuer} names no https \`end_session_endpoint\`, so a browser can't sign out there. Redirect the user to a page of your own instead.`,
        );
      }
      const url = new URL(endpoint);
      url.searchParams.set('id_token_hint', idToken);
      url.searchParams.set('client_id', options.clientId);
      if (returnTo !== undefined) url.searchParams.set('post_logout_redirect_uri', returnTo);
      if (state !== undefined) url.searchParams.set('state', state);
      return url;
    },

    async authorizationHeaders(given, request) {
      const token =
        'token' in given
          ? { accessToken: given.token, ...(given.type === 'DPoP' && { tokenType: given.type }) }
          : given;
      if (token.tokenType !== 'DPoP') return { authorization: `Bearer ${token.accessToken}` };
      if (dpop) return dpop.headers(token, request);
      throw misconfigured(
        'The access token is bound to a key (DPoP), but the adapter has none. Set `dpopKey` to the pair that the session was started with.',
      );
    },

    userinfo({ accessToken, claims, tokenType }, { signal } = {}) {
      const secrets = [accessToken];
      return call({ requestName: 'userinfo request', signal, secrets }, (configuration, server) => {
        if (server.userinfo_endpoint) {
          const proof = tokenType === 'DPoP' ? dpop?.handle(configuration) : undefined;
          return fetchUserInfo(configuration, accessToken, claims.sub, proof && { DPoP: proof });
        }
        throw misconfigured(
          `The metadata of ${options.issuer} names no \`userinfo_endpoint\`. Use \`session.claims\` instead.`,
        );
      });
    },

    hintsOf: (session) => hintsOf(session, profile),

    approver(session, asked) {
      // The app's own code verifier makes sessions of its own, without the claims of an ID token.
      if (typeof session?.claims?.sub !== 'string') return null;
      const { subject, acrValues, maxAge, authorizationDetails } = asked;
      checkApproval(
        session,
        {
          ...(subject !== undefined && { subject }),
          ...(acrValues !== undefined && { acrValues }),
          ...(maxAge !== undefined && { maxAge }),
          ...(authorizationDetails !== undefined && { authorizationDetails }),
        },
        profile,
      );
      const { sub, acr, auth_time: authTime } = session.claims;
      return {
        subject: sub,
        ...(typeof acr === 'string' && { acr }),
        ...(typeof authTime === 'number' && { authTime }),
      };
    },
  };
}

/** Whether the provider answered with an error of the request, and not of the network or of its own. */
function isRefusal(caught: unknown): boolean {
  return !isCibaError(caught) && (caught as { status?: number }).status === 400;
}
