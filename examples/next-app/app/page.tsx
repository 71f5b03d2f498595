import { headers } from 'next/headers';
import { handler, origin } from '../server/ciba';
import { SignIn } from './sign-in';

/** Who is signed in is known on the server, so the page comes right the first time. */
export default async function Page() {
  const session = await handler.session(new Request(origin, { headers: await headers() }));
  if (!session) return <SignIn />;
  return <h1>Welcome, {String(session.name)}</h1>;
}
