import { CibaLogin, resumeInTab } from 'react-ciba';
import { createHttpAdapter } from 'react-ciba/adapters/http';
import { Link, useRevalidator } from 'react-router';
import { handler } from '../ciba.server';
import type { Route } from './+types/home';

const adapter = createHttpAdapter<{ name: string }>();

/** The server knows the session, so the first response already shows the right page. */
export async function loader({ request }: Route.LoaderArgs) {
  return { user: await handler.session(request) };
}

export default function Home({ loaderData: { user } }: Route.ComponentProps) {
  const { revalidate } = useRevalidator();
  if (!user) return <CibaLogin adapter={adapter} resume={resumeInTab()} onApproved={() => revalidate()} />;
  return (
    <main>
      <h1>Welcome, {user.name}</h1>
      <Link to="/orders">Your orders</Link>
      <button type="button" onClick={() => void adapter.signOut().then(revalidate)}>
        Sign out
      </button>
    </main>
  );
}
