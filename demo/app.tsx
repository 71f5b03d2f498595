import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { CibaLogin, useCibaSession } from 'react-ciba';
import { createHttpAdapter } from 'react-ciba/adapters/http';
import type { HttpAdapter } from 'react-ciba/adapters/http';
import { CibaSessions, createHttpSessions } from 'react-ciba/sessions';
import { BACKENDS, chosenBackend } from './backends.js';
import { MemoryDoor } from './memory-door.js';
import 'react-ciba/styles.css';

interface Account {
  readonly name: string;
  readonly email: string;
}

const address = new URL(location.href);
const backend = chosenBackend(address);
/** The page within the account: the devices, or the account itself. */
const showsDevices = address.searchParams.get('page') === 'devices';

function Shop() {
  return (
    <div className="shop">
      <header className="brand">
        <img src="/icon.svg" alt="" />
        Example Shop
      </header>
      <main>
        <Backends />
        {backend.basePath === undefined ? <MemoryDoor /> : <Door basePath={backend.basePath} />}
      </main>
      <Guide />
    </div>
  );
}

/** The choice of backends. Each has its own address, so that a reload keeps it. */
function Backends() {
  return (
    <nav className="backends" aria-label="Backend">
      {BACKENDS.map(({ id, label }) => (
        <a key={id} href={`/?backend=${id}`} aria-current={id === backend.id ? 'page' : undefined}>
          {label}
        </a>
      ))}
    </nav>
  );
}

/** Shows the sign-in or the account. An approval makes `useCibaSession` refetch, and the account replaces the sign-in. */
function Door({ basePath }: { basePath: string }) {
  const [adapter] = useState((): HttpAdapter<Account> => createHttpAdapter({ basePath }));
  const { session: account, isPending, error, signOut, signingOut } = useCibaSession(adapter);

  if (isPending) return <p className="quiet">One moment…</p>;
  if (error) return <p role="alert">The shop isn’t responding. Is the demo running?</p>;
  if (!account) return <CibaLogin adapter={adapter} />;
  if (showsDevices) return <Devices basePath={basePath} />;
  return (
    <div className="card">
      <h1>Welcome, {account.name}</h1>
      <p>
        You’re signed in as <strong>{account.email}</strong>.
      </p>
      <p>
        <a href={`/?backend=${backend.id}&page=devices`}>Your devices</a>
      </p>
      <button type="button" className="button" disabled={signingOut} onClick={() => void signOut()}>
        Sign out
      </button>
    </div>
  );
}

/** The devices on which the user is signed in. If another device signs this one out, the sign-in replaces this page. */
function Devices({ basePath }: { basePath: string }) {
  const [source] = useState(() => createHttpSessions({ basePath }));
  return (
    <div className="card">
      <CibaSessions source={source} messages={{ 'sessions.title': 'Your devices' }} />
      <p>
        <a href={`/?backend=${backend.id}`}>Back to your account</a>
      </p>
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
        <li>If the phone shows a code, compare it. Then approve or deny there.</li>
        <li>Or use a code instead, and type the one in the phone’s authenticator app.</li>
      </ol>
      <p className="quiet">{backend.note}</p>
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
