import { useState } from 'react';
import { CibaLogin } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';

/** The sign-in without a server: the backend, the phone and its buttons are all simulated in this page. */
export function MemoryDoor() {
  const [adapter] = useState(() => createMemoryAdapter({ deliveredTo: 'Phone in this page' }));
  const [name, setName] = useState<string | null>(null);

  if (name !== null) {
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
  const { phone } = adapter;
  return (
    <>
      <CibaLogin adapter={adapter} onApproved={(session) => setName(session.name)} />
      <section className="card" aria-labelledby="page-phone">
        <h2 id="page-phone">Phone in this page</h2>
        <p className="quiet">Answers the newest request. The login notices at its next poll.</p>
        <div className="decision">
          <button type="button" className="button" onClick={() => phone.requests.length > 0 && phone.deny()}>
            Deny
          </button>
          <button type="button" className="button" onClick={() => phone.requests.length > 0 && phone.approve()}>
            Approve
          </button>
        </div>
      </section>
    </>
  );
}
