import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { TicketLogin } from './ticket-login.js';
import './page.css';

// The backend and the phone are simulated in this page. In your app, use createHttpAdapter() with the server handler.
const adapter = createMemoryAdapter({ deliveredTo: 'Pixel 9', displayCode: '47', latency: 0.4 });

function Page() {
  const [user, setUser] = useState<{ name: string } | null>(null);
  const { phone } = adapter;
  if (user) {
    return (
      <main>
        <h1>Welcome, {user.name}</h1>
        <button type="button" onClick={() => setUser(null)}>
          Sign out
        </button>
      </main>
    );
  }
  return (
    <>
      <main>
        <TicketLogin adapter={adapter} onApproved={setUser} />
      </main>
      <aside aria-label="Phone">
        <p>The phone of this page, its code 123456:</p>
        <button type="button" onClick={() => phone.requests.length > 0 && phone.approve()}>
          Approve
        </button>
        <button type="button" onClick={() => phone.requests.length > 0 && phone.deny()}>
          Deny
        </button>
      </aside>
    </>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  );
}
