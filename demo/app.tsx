import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { CibaLogin, useCibaSession } from 'react-ciba';
import { createHttpAdapter } from 'react-ciba/adapters/http';
import 'react-ciba/styles.css';

interface Account {
  readonly name: string;
  readonly email: string;
}

const adapter = createHttpAdapter<Account>({ basePath: '/api/ciba' });

function Shop() {
  return (
    <div className="shop">
      <header className="brand">
        <img src="/icon.svg" alt="" />
        Example Shop
      </header>
      <main>
        <Door />
      </main>
      <Guide />
    </div>
  );
}

/** The sign-in, or who is signed in. An approval makes `useCibaSession` ask again, and the one replaces the other. */
function Door() {
  const { session: account, isPending, error, signOut, signingOut } = useCibaSession(adapter);

  if (isPending) return <p className="quiet">One moment…</p>;
  if (error) return <p role="alert">The shop does not answer. Is the demo running?</p>;
  if (!account) return <CibaLogin adapter={adapter} />;
  return (
    <div className="card">
      <h1>Welcome, {account.name}</h1>
      <p>
        You are signed in as <strong>{account.email}</strong>.
      </p>
      <button type="button" className="button" disabled={signingOut} onClick={() => void signOut()}>
        Sign out
      </button>
    </div>
  );
}

function Guide() {
  return (
    <aside className="guide" aria-labelledby="guide">
      <h2 id="guide">Try it</h2>
      <ol>
        <li>
          Open the{' '}
          <a href="/phone" target="_blank" rel="noreferrer">
            simulated phone
          </a>{' '}
          beside this page.
        </li>
        <li>
          Sign in here as <strong>demo@example.com</strong>.
        </li>
        <li>Compare the code, then approve or deny on the phone.</li>
        <li>Or choose the code instead, and type the one that the phone’s authenticator shows.</li>
      </ol>
      <p className="quiet">
        Behind this page is a real OpenID provider with CIBA, in the same process. Any other address looks the same from
        here: nobody can find out who has an account.
      </p>
    </aside>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={new QueryClient()}>
        <Shop />
      </QueryClientProvider>
    </StrictMode>,
  );
}
