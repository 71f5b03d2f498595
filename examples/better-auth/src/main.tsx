import { createAuthClient } from 'better-auth/react';
import { createRoot } from 'react-dom/client';
import { CibaLogin, resumeInTab } from 'react-ciba';
import { createHttpAdapter } from 'react-ciba/adapters/http';
import 'react-ciba/styles.css';

const adapter = createHttpAdapter();
const auth = createAuthClient();

function App() {
  // better-auth knows who is signed in.
  const { data, isPending, refetch } = auth.useSession();
  if (isPending) return <p>One moment…</p>;
  if (!data) return <CibaLogin adapter={adapter} resume={resumeInTab()} onApproved={() => refetch()} />;
  return (
    <main>
      <h1>Welcome, {data.user.name}</h1>
      <button type="button" onClick={() => void auth.signOut()}>
        Sign out
      </button>
    </main>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(<App />);
}
