import { contacts } from '../../server/contacts';
import { getSession } from '../../server/session';
import { EmailForm } from './email-form';
import { WithApprovals } from './with-approvals';

/** proxy.ts lets nobody get here without a session. */
export default async function Account() {
  const session = await getSession();
  if (!session) return null;
  const email = contacts.get(session.sub) ?? session.email;
  return (
    <main>
      <h1>The account of {session.name}</h1>
      <p>Invoices go to {email}</p>
      <WithApprovals>
        <EmailForm email={email} />
      </WithApprovals>
    </main>
  );
}
