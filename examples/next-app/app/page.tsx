import Link from 'next/link';
import { getSession } from '../server/session';
import { SignIn } from './sign-in';
import { SignOut } from './sign-out';

/** The server knows the session, so it renders the right page from the start. */
export default async function Page() {
  const session = await getSession();
  if (!session) return <SignIn />;
  return (
    <main>
      <h1>Welcome, {session.name}</h1>
      <Link href="/orders">Your orders</Link>
      <Link href="/account">Your account</Link>
      <SignOut />
    </main>
  );
}
