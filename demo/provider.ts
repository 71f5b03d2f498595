import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import type { AuthorizationDetail, Configuration, errors as Errors, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { close, listen } from './loopback.js';

const CIBA_GRANT = 'urn:openid:params:grant-type:ciba';

/** Milliseconds that a poll may be early, because clients measure the interval from sending and servers from receiving. */
const TOLERANCE = 250;

export interface DemoUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

/** A request that waits for its user, as shown in an authenticator app. */
export interface PhoneRequest {
  /** The phone's own ID for the request. The `auth_req_id` stays between the provider and its client. */
  readonly id: string;
  readonly account: string;
  readonly client: string;
  /** The number that the user compares with the other screen. */
  readonly displayCode: string | null;
  /** What the app says that it's about, such as a payment. */
  readonly message?: string;
  readonly scope: string;
  /** What the app asks to be authorized (RFC 9396). */
  readonly authorizationDetails?: readonly AuthorizationDetail[];
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly expiresAt: number;
}

/** The actions of the simulated phone. `false` means that no such request is waiting anymore. */
export interface Authenticator {
  requests(): PhoneRequest[];
  /** @param granted what the provider authorizes in place of what was asked (RFC 9396 §7) */
  approve(id: string, granted?: readonly AuthorizationDetail[]): Promise<boolean>;
  deny(id: string): Promise<boolean>;
}

export interface DemoProviderOptions {
  readonly users: readonly DemoUser[];
  /** Lifetime of a request, in seconds. @default 120 */
  readonly expiresIn?: number;
  /** Minimum seconds between two polls. @default 2 */
  readonly interval?: number;
}

export interface DemoProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly authenticator: Authenticator;
  close(): Promise<void>;
}

interface Pending extends PhoneRequest {
  readonly authReqId: string;
  readonly accountId: string;
}

/**
 * A real OpenID provider with CIBA (oidc-provider) on a free loopback port. It authorizes `payment` details (RFC 9396).
 * Adds two missing features: an `interval` in
 * its response, and `slow_down` for polls that arrive too early.
 */
export async function startDemoProvider({
  users,
  expiresIn = 120,
  interval = 2,
}: DemoProviderOptions): Promise<DemoProvider> {
  const { Provider, errors } = await withoutAdvice(() => import('oidc-provider'));
  const server = createServer();
  const issuer = `http://127.0.0.1:${await listen(server)}`;
  const clientId = 'react-ciba-demo';
  const clientSecret = randomBytes(32).toString('base64url');
  const waiting = new Map<string, Pending>();

  const configuration: Configuration = {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        client_name: 'Example Shop',
        grant_types: [CIBA_GRANT, 'refresh_token'],
        redirect_uris: [],
        response_types: [],
        backchannel_token_delivery_mode: 'poll',
        authorization_details_types: ['payment'],
      },
    ],
    jwks: { keys: [await createSigningKey()] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    claims: {
      openid: ['sub', 'acr', 'amr', 'auth_time'],
      email: ['email', 'email_verified'],
      profile: ['name'],
    },
    acrValues: ['urn:example:push'],
    // The ID token contains the email address and the name, so that the demo needs no userinfo request.
    conformIdTokenClaims: false,
    ttl: {
      AccessToken: 600,
      BackchannelAuthenticationRequest: expiresIn,
      Grant: 3600,
      IdToken: 600,
      RefreshToken: 3600,
    },
    findAccount: (_, id) => {
      const user = users.find((candidate) => candidate.id === id);
      if (!user) return undefined;
      const claims = { sub: user.id, email: user.email, email_verified: true, name: user.name };
      return { accountId: user.id, claims: () => claims };
    },
    features: {
      devInteractions: { enabled: false },
      // The access token of a payment is for the bank.
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx) => (ctx.oidc.params?.['authorization_details'] === undefined ? [] : `${issuer}/bank`),
        useGrantedResource: () => true,
        getResourceServerInfo: (_, audience) => ({ audience, scope: '' }),
      },
      richAuthorizationRequests: {
        enabled: true,
        types: { payment: { validate: () => undefined } },
        authorizationDetailsForGrantSource: (_, source) => source.rar,
        authorizationDetailsForAccessToken: (_, __, source) => source?.rar,
        authorizationDetailsForIntrospection: (_, token) => token.rar,
      },
      revocation: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
      ciba: {
        enabled: true,
        deliveryModes: ['poll'],
        processLoginHint: (_, hint) => users.find(({ email }) => email === hint?.trim().toLowerCase())?.id,
        processLoginHintToken: () => undefined,
        validateRequestContext: () => undefined,
        validateBindingMessage: (_, message) => {
          if (message !== undefined && !/^[A-Za-z0-9 .-]{1,60}$/.test(message)) {
            throw new errors.InvalidBindingMessage('at most 60 of A-Z, a-z, 0-9, space, "." and "-"');
          }
        },
        verifyUserCode: () => undefined,
        triggerAuthenticationDevice: (_, request, account, client) => {
          const startedAt = Date.now();
          const id = randomUUID();
          const text = textOrNull(request.params?.['binding_message']);
          // A number comes alone, and a sentence has spaces.
          const isSentence = text !== null && text.includes(' ');
          waiting.set(id, {
            id,
            authReqId: request.jti,
            accountId: account.accountId,
            account: users.find((user) => user.id === account.accountId)?.email ?? account.accountId,
            client: client.clientName ?? client.clientId,
            displayCode: isSentence ? null : text,
            ...(isSentence && { message: text }),
            scope: textOrNull(request.params?.['scope']) ?? '',
            ...readDetails(request.params?.['authorization_details']),
            startedAt,
            expiresAt: startedAt + expiresIn * 1000,
          });
        },
      },
    },
  };
  const provider = await withoutAdvice(() => new Provider(issuer, configuration));
  pacePolls(provider, interval);
  const handle = provider.callback();
  server.on('request', (request, response) => void handle(request, response));

  async function decide(
    id: string,
    decision: (request: Pending) => Promise<InstanceType<Provider['Grant']> | Errors.OIDCProviderError>,
    granted?: readonly AuthorizationDetail[],
  ): Promise<boolean> {
    const request = waiting.get(id);
    if (!request || request.expiresAt <= Date.now()) return false;
    // Remove the request first, because oidc-provider would also accept a second decision.
    waiting.delete(id);
    await provider.backchannelResult(request.authReqId, await decision(request), {
      acr: 'urn:example:push',
      amr: ['swk', 'user'],
      authTime: Math.floor(Date.now() / 1000),
      ...withDetails(granted ?? request.authorizationDetails),
    });
    return true;
  }

  return {
    issuer,
    clientId,
    clientSecret,
    authenticator: {
      requests() {
        for (const [id, request] of waiting) {
          if (request.expiresAt <= Date.now()) waiting.delete(id);
        }
        return [...waiting.values()].map(({ authReqId: _, accountId: __, ...shown }) => shown);
      },
      approve: (id, granted) =>
        decide(
          id,
          async ({ accountId, scope }) => {
            const grant = new provider.Grant({ clientId, accountId });
            grant.addOIDCScope(scope);
            await grant.save();
            return grant;
          },
          granted,
        ),
      deny: (id) => decide(id, async () => new errors.AccessDenied('the user said no')),
    },
    close: () => close(server),
  };
}

function pacePolls(provider: Provider, interval: number): void {
  const polls = new Map<string, { interval: number; last: number }>();

  provider.use(async (ctx: KoaContextWithOIDC, next) => {
    const now = Date.now();
    await next();
    const body = ctx.body as { error?: string; auth_req_id?: string; interval?: number } | undefined;
    if (!body) return;
    if (ctx.oidc?.route === 'backchannel_authentication' && body.auth_req_id) {
      body.interval = interval;
      polls.set(body.auth_req_id, { interval, last: now - interval * 1000 });
    }
    if (ctx.oidc?.route !== 'token' || ctx.oidc.params?.['grant_type'] !== CIBA_GRANT) return;
    const id = String(ctx.oidc.params['auth_req_id']);
    const poll = polls.get(id);
    if (body.error !== 'authorization_pending') polls.delete(id);
    else if (poll) {
      if (now - poll.last < poll.interval * 1000 - TOLERANCE) {
        poll.interval += 5;
        ctx.body = { error: 'slow_down', error_description: 'the poll came before its interval was over' };
      }
      poll.last = now;
    }
  });
}

async function createSigningKey() {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'demo' };
}

/** Suppresses oidc-provider's advice about production setups and newer Node versions, which doesn't apply to a demo. */
async function withoutAdvice<T>(run: () => T | Promise<T>): Promise<T> {
  const { warn, info } = console;
  const skipAdvice =
    (print: typeof warn) =>
    (...values: unknown[]) => {
      if (!String(values[0]).includes('oidc-provider ')) print(...values);
    };
  console.warn = skipAdvice(warn);
  console.info = skipAdvice(info);
  try {
    return await run();
  } finally {
    Object.assign(console, { warn, info });
  }
}

const withDetails = (details: readonly AuthorizationDetail[] | undefined) => details && { rar: [...details] };

/** The provider has checked that it is a list of details with types. */
function readDetails(text: unknown): Pick<PhoneRequest, 'authorizationDetails'> {
  return typeof text === 'string' ? { authorizationDetails: JSON.parse(text) as readonly AuthorizationDetail[] } : {};
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
