'use server';

import { redirect } from 'next/navigation';
import { revalidatePath } from 'next/cache';
import { isCibaError } from 'react-ciba';
import { approvals } from '../../server/ciba';
import { contacts } from '../../server/contacts';
import { getRequest, getSession } from '../../server/session';

/**
 * Changes the address for invoices, once the user has approved this address on the phone. Each call builds the same ask.
 *
 * @param approval what `withApproval` passes on. It belongs to the ask, so the page can't use it for another address
 */
export async function changeEmail(email: string, approval?: string) {
  const session = await getSession();
  if (!session) redirect('/');
  const ask = {
    action: 'change-email',
    subject: session.sub,
    loginHint: session.email,
    data: { email },
    transaction: { title: `Send invoices to ${email}` },
  };
  try {
    return await approvals.run(await getRequest(), ask, approval, ({ subject, data }) => {
      contacts.set(subject, data.email);
      revalidatePath('/account');
      return { saved: true };
    });
  } catch (error) {
    // Next.js hides the text of what a server action throws, so what the user should read is returned.
    if (!isCibaError(error)) throw error;
    return { value: { saved: false } };
  }
}
