'use server';

import { redirect } from 'next/navigation';
import { getSession } from '../../server/session';

/** An action is a public endpoint: anyone who knows its ID can call it. It therefore checks the session itself. */
export async function placeOrder() {
  const session = await getSession();
  if (!session) redirect('/');
  console.log(`${session.name} has ordered.`);
  redirect('/orders?placed');
}
