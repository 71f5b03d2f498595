import { redirect } from 'react-router';
import { handler } from '../ciba.server';
import type { Route } from './+types/orders';

/** Nobody gets this page without a session. */
export async function loader({ request }: Route.LoaderArgs) {
  const user = await handler.session(request);
  if (!user) throw redirect('/');
  return { user };
}

export default function Orders({ loaderData: { user } }: Route.ComponentProps) {
  return <h1>The orders of {user.name}</h1>;
}
