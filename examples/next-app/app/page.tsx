import { headers } from 'next/headers';
import { handler, origin } from '../server/ciba';
import { SignIn } from './sign-in';

/** The server knows the session, so it renders the right page from the start. */
export default async function Page() {
  const session = await handler.session(new Request(origin, { headers: await headers() }));
  if (!session) return <SignIn />;
  return <h1>Welcome, {String(session.name)}</h1>;
}
