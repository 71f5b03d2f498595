import { headers } from 'next/headers';
import { handler, origin } from './ciba';

/** The request that is being answered, for server components and server actions, which get none. */
export const getRequest = async () => new Request(origin, { headers: await headers() });

/** Who is signed in, for server components, server actions and route handlers. */
export const getSession = async () => handler.session(await getRequest());
