import { createFileRoute, redirect } from '@tanstack/react-router';
import { getUser } from '../user';

/** Nobody gets this page without a session. */
export const Route = createFileRoute('/orders')({
  loader: async () => {
    const user = await getUser();
    if (!user) throw redirect({ to: '/' });
    return user;
  },
  component: Orders,
});

function Orders() {
  const { name } = Route.useLoaderData();
  return <h1>The orders of {name}</h1>;
}
