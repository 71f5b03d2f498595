import { useState, type FormEvent } from 'react';
import { NotApprovedError, useApprovedFetch } from 'react-ciba/approvals';

interface SettingsPageProps {
  /** What `areSettingsOpen` of settings.ts said when the server rendered the page. */
  readonly open: boolean;
}

/** Settings that open with an approval. While the area is open, saving asks nobody. */
export function SettingsPage({ open }: SettingsPageProps) {
  const { fetch } = useApprovedFetch();
  const [isOpen, setIsOpen] = useState(open);
  const [answer, setAnswer] = useState('');

  /** Sends a request, and returns whether the server carried it out. */
  async function send(path: string, body: object): Promise<boolean> {
    const headers = { 'content-type': 'application/json' };
    try {
      return (await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })).ok;
    } catch (error) {
      // The dialog has told the user of a denial or an expiry, and a cancel was their own.
      if (!(error instanceof NotApprovedError)) throw error;
      return false;
    }
  }

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const email = new FormData(event.currentTarget).get('email');
    setAnswer((await send('/api/settings', { email })) ? 'Saved.' : 'Not saved.');
  }

  return (
    <section aria-label="Settings">
      <h2>Settings</h2>
      {isOpen ? (
        <form onSubmit={(event) => void save(event)}>
          <label>
            Email <input name="email" type="email" required />
          </label>
          <button type="submit">Save</button>
        </form>
      ) : (
        <button type="button" onClick={() => void send('/api/settings/open', {}).then(setIsOpen)}>
          Open settings
        </button>
      )}
      <p role="status">{answer}</p>
    </section>
  );
}
