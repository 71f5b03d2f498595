'use client';

import { useState, type FormEvent } from 'react';
import { NotApprovedError, useApprovedFetch } from 'react-ciba/approvals';
import { changeEmail } from './actions';

export function EmailForm({ email }: { email: string }) {
  const { withApproval } = useApprovedFetch();
  const [answer, setAnswer] = useState('');

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const wanted = new FormData(event.currentTarget).get('email') as string;
    try {
      const { saved } = await withApproval((approval) => changeEmail(wanted, approval));
      setAnswer(saved ? 'Saved.' : 'Not saved. Try again later.');
    } catch (error) {
      // The dialog has told the user of a denial or an expiry, and a cancel was their own.
      if (!(error instanceof NotApprovedError)) throw error;
      setAnswer('Not saved.');
    }
  }

  return (
    <form onSubmit={(event) => void save(event)}>
      <label>
        Email for invoices <input name="email" type="email" required defaultValue={email} />
      </label>
      <button type="submit">Save</button>
      <p role="status">{answer}</p>
    </form>
  );
}
