import { useState } from 'react';
import { CibaLogin } from 'react-ciba';
import type { MemoryAdapter, MemorySession } from 'react-ciba/adapters/memory';

/** The sign-in without a server: backend and phone are simulated in this page. */
export function MemoryDoor({ adapter }: { adapter: MemoryAdapter<MemorySession> }) {
  const [name, setName] = useState<string | null>(null);

  if (name === null) return <CibaLogin adapter={adapter} onApproved={(session) => setName(session.name)} />;
  return (
    <div className="card">
      <h1>Welcome</h1>
      <p>
        You’re signed in as <strong>{name}</strong>.
      </p>
      <button type="button" className="button" onClick={() => setName(null)}>
        Sign out
      </button>
    </div>
  );
}

/** The phone of the page alone. */
export function MemoryPhone({ adapter: { phone } }: { adapter: MemoryAdapter<MemorySession> }) {
  return (
    <section className="phone" aria-labelledby="page-phone">
      <h2 id="page-phone">Phone</h2>
      <p className="quiet">Answers the newest request. The page notices a moment later.</p>
      <div className="decision">
        <button type="button" className="button" onClick={() => phone.requests.length > 0 && phone.deny()}>
          Deny
        </button>
        <button type="button" className="button" onClick={() => phone.requests.length > 0 && phone.approve()}>
          Approve
        </button>
      </div>
      <p className="quiet">Instead of a push, you can type the code 123456.</p>
    </section>
  );
}
