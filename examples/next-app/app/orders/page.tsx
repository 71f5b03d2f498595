import { getSession } from '../../server/session';
import { placeOrder } from './actions';

/** proxy.ts lets nobody get here without a session. */
export default async function Orders() {
  const session = await getSession();
  return (
    <main>
      <h1>The orders of {session?.name}</h1>
      <form action={placeOrder}>
        <button type="submit">Order again</button>
      </form>
    </main>
  );
}
