// Checked by tsc alone: what an adapter signs in with arrives in the app with its type, and nobody casts.
import { createElement } from 'react';
import { CibaLogin, useCibaLogin, useCibaSession } from 'react-ciba';
import type { CibaAdapter, PollResult } from 'react-ciba';
import { createHttpAdapter } from 'react-ciba/adapters/http';
import type { HttpAdapter } from 'react-ciba/adapters/http';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { createOidcAdapter } from 'react-ciba/adapters/oidc';
import { createCibaHandler } from 'react-ciba/server';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(equal: Equal<A, B>) => equal;

interface User {
  readonly name: string;
}

declare const own: CibaAdapter<User>;

export function useAdapterInCallback() {
  useCibaLogin({ adapter: own, onApproved: (session) => same<typeof session, User>(true) });
  useCibaLogin({
    adapter: createHttpAdapter<User>(),
    onApproved: async (session) => same<typeof session, User>(true),
  });
  useCibaLogin({ adapter: createMemoryAdapter(), onApproved: ({ name }) => same<typeof name, string>(true) });
  useCibaLogin({
    adapter: createMemoryAdapter({ session: (hint) => ({ id: hint.length }) }),
    onApproved: ({ id }) => same<typeof id, number>(true),
  });
  // @ts-expect-error the session has no such field
  useCibaLogin({ adapter: own, onApproved: ({ email }) => email });
}

export const element = createElement(CibaLogin<User>, { adapter: own, onApproved: ({ name }) => name.toUpperCase() });

export function useSourceOfSession() {
  const { session } = useCibaSession(createHttpAdapter<User>());
  same<typeof session, User | null | undefined>(true);
}

export async function fromAdapterToServer() {
  const handler = createCibaHandler({
    adapter: createOidcAdapter({ issuer: 'https://login.example.com', clientId: 'shop' }),
    origin: 'https://shop.example.com',
    authRequest: (loginHint) => ({ loginHint, requestedExpiry: 60 }),
    publicSession: ({ claims, accessToken }) => ({ sub: claims.sub, length: accessToken.length }),
  });
  const session = await handler.sessionWithTokens(new Request('https://shop.example.com'));
  return session?.idToken.length;
}

interface Schema<Output> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => { readonly value: Output } | { readonly issues: readonly object[] };
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

export async function fromSchema(schema: Schema<{ readonly id: number }>) {
  const adapter = createHttpAdapter({ session: schema });
  same<typeof adapter, HttpAdapter<{ readonly id: number }>>(true);
  const useIt = () => useCibaLogin({ adapter, onApproved: ({ id }) => same<typeof id, number>(true) });
  void useIt;
  // @ts-expect-error the schema reads another session
  createHttpAdapter<{ name: string }>({ session: schema });
  const without = await createHttpAdapter().session();
  same<typeof without, unknown>(true);
}

export function useOptions(loginHint: string | undefined, approvalTimeout: number | undefined) {
  // What an app has or has not passes under exactOptionalPropertyTypes.
  useCibaLogin({ adapter: own, loginHint, approvalTimeout });
}

export function narrow(result: PollResult<User>) {
  if (result.status === 'approved') same<typeof result.session, User>(true);
  // @ts-expect-error there is no session before
  else return result.session;
  return undefined;
}

export function useView() {
  const login = useCibaLogin({ adapter: own });
  if (login.status === 'polling') same<typeof login.push.expiresAt, number>(true);
  if (login.status === 'failed') same<typeof login.error.retryable, boolean>(true);
}
