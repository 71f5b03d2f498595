import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { CibaLogin, resumeInTab, useCibaSession } from 'react-ciba';
import type { CibaLoginProps } from 'react-ciba';
import { createHttpAdapter, createHttpInboxAdapter } from 'react-ciba/adapters/http';
import { CibaInbox } from 'react-ciba/inbox';
import { InboxQrCode } from 'react-ciba/inbox/qr-code';
import { closeRequestNotifications } from 'react-ciba/inbox/service-worker';
import 'react-ciba/styles.css';

interface User {
  readonly name: string;
}

const adapter = createHttpAdapter<User>();
const inbox = createHttpInboxAdapter();
const isPhone = location.pathname === '/phone';

/** Opens the phone's page with the number, for users who would rather not type it. */
const showQrCode: CibaLoginProps['help'] = (login) => <InboxQrCode login={login} />;

function Shop() {
  const { session: user, isPending, signOut } = useCibaSession(adapter);

  if (isPending) return <p>One moment…</p>;
  if (!user) {
    return <CibaLogin adapter={adapter} resume={resumeInTab()} help={showQrCode} />;
  }
  return (
    <main>
      <h1>Welcome, {user.name}</h1>
      <button type="button" onClick={() => void signOut()}>
        Sign out
      </button>
    </main>
  );
}

/** The worker shows notifications while the page is closed. What it showed is on the page now. */
async function startWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  await navigator.serviceWorker.register('/service-worker.js', { type: 'module' });
  await closeRequestNotifications(await navigator.serviceWorker.ready);
}

if (isPhone) void startWorker();

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={new QueryClient()}>
        {isPhone ? <CibaInbox adapter={inbox} /> : <Shop />}
      </QueryClientProvider>
    </StrictMode>,
  );
}
