import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { CibaLogin, resumeInTab, useCibaSession } from 'react-ciba';
import { createHttpAdapter, createHttpInboxAdapter } from 'react-ciba/adapters/http';
import { CibaInbox } from 'react-ciba/inbox';
import 'react-ciba/styles.css';

interface User {
  readonly name: string;
}

const adapter = createHttpAdapter<User>();
const inbox = createHttpInboxAdapter();

function Shop() {
  const { session: user, isPending, signOut } = useCibaSession(adapter);

  if (isPending) return <p>One moment…</p>;
  if (!user) return <CibaLogin adapter={adapter} resume={resumeInTab()} />;
  return (
    <main>
      <h1>Welcome, {user.name}</h1>
      <button type="button" onClick={() => void signOut()}>
        Sign out
      </button>
    </main>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={new QueryClient()}>
        {location.pathname === '/phone' ? <CibaInbox adapter={inbox} /> : <Shop />}
      </QueryClientProvider>
    </StrictMode>,
  );
}
