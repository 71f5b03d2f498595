import { createFileRoute, Link, useRouter } from '@tanstack/react-router';
import { CibaLogin, resumeInTab } from 'react-ciba';
import { createHttpAdapter } from 'react-ciba/adapters/http';
import { getUser } from '../user';

const adapter = createHttpAdapter<{ name: string }>();

/** The server knows the session, so the first response already shows the right page. */
export const Route = createFileRoute('/')({ loader: () => getUser(), component: Home });

function Home() {
  const router = useRouter();
  const user = Route.useLoaderData();
  if (!user) return <CibaLogin adapter={adapter} resume={resumeInTab()} onApproved={() => router.invalidate()} />;
  return (
    <main>
      <h1>Welcome, {user.name}</h1>
      <Link to="/orders">Your orders</Link>
      <button type="button" onClick={() => void adapter.signOut().then(() => router.invalidate())}>
        Sign out
      </button>
    </main>
  );
}
