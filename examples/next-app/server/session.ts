import { headers } from 'next/headers';
import { handler, origin } from './ciba';

/** Who is signed in, for server components, server actions and route handlers. */
export const getSession = async () => handler.session(new Request(origin, { headers: await headers() }));
