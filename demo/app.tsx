import { useState } from 'react';
import { CibaLogin, useCibaSession } from 'react-ciba';
import { createHttpAdapter } from 'react-ciba/adapters/http';
import type { HttpAdapter } from 'react-ciba/adapters/http';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { CibaSessions, createHttpSessions } from 'react-ciba/sessions';
import { BACKENDS, chosenBackend } from './backends.js';
import { Cart } from './cart.js';
import { MemoryDoor, MemoryPhone } from './memory-door.js';
import { PhoneBeside, PhoneFrame, useRoomForPhone } from './phone-frame.js';
import { renderPage } from './render-page.js';
import 'react-ciba/styles.css';

interface Account {
  readonly name: string;
  readonly email: string;
}

const address = new URL(location.href);
const backend = chosenBackend(address);
const phonePage = backend.phone ?? '/simulated-phone';
/** The page within the account: the devices, or the account itself. */
const showsDevices = address.searchParams.get('page') === 'devices';

function Shop() {
  const [memory] = useState(() => createMemoryAdapter({ deliveredTo: 'Phone beside this page' }));
  return (
    <div className="shop">
      <header className="brand">
        <img src="/icon.svg" alt="" />
        Example Shop
      </header>
      <main>
        {backend.basePath === undefined ? <MemoryDoor adapter={memory} /> : <Door basePath={backend.basePath} />}
        <Guide />
      </main>
      {backend.basePath === undefined ? (
        <PhoneFrame>
          <MemoryPhone adapter={memory} />
        </PhoneFrame>
      ) : (
        <PhoneBeside page={phonePage} />
      )}
      <Backends />
    </div>
  );
}

/** The choice of backends. Each has its own address, so that a reload keeps it. */
function Backends() {
  return (
    <footer>
      <nav className="backends" aria-label="Backend">
        {BACKENDS.map(({ id, label }) => (
          <a key={id} href={`/?backend=${id}`} aria-current={id === backend.id ? 'page' : undefined}>
            {label}
          </a>
        ))}
      </nav>
      <p className="quiet">{backend.note}</p>
    </footer>
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
      {backend.payments !== undefined && <Cart basePath={backend.payments} />}
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
  const hasRoom = useRoomForPhone();
  const isAlone = backend.basePath === undefined;
  return (
    <aside className="guide" aria-labelledby="guide">
      <h2 id="guide">Try it</h2>
      <ol>
        {!isAlone && !hasRoom && (
          <li>
            Open{' '}
            <a href={phonePage} target="_blank" rel="noreferrer">
              the phone
            </a>{' '}
            in another tab.
          </li>
        )}
        <li>
          Sign in as <strong>demo@example.com</strong>. No password.
        </li>
        <li>
          Approve or deny on the phone.{' '}
          {backend.id === 'inbox' ? 'It asks for the number of this page.' : 'If it shows a number, compare it first.'}
        </li>
        <li>Or use an authenticator code instead. {isAlone ? 'It’s 123456.' : 'The phone shows one, too.'}</li>
        {backend.payments !== undefined && (
          <li>
            Then pay for a mug. {backend.id === 'inbox' && 'Press Done on the phone to see the request. '}
            The phone says how much, and to whom.
          </li>
        )}
      </ol>
    </aside>
  );
}

renderPage(<Shop />);
