import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { CibaLogin, resumeInTab } from 'react-ciba';
import { createHttpAdapter } from 'react-ciba/adapters/http';
import { getSession, signOut } from './session';
import 'react-ciba/styles.css';

const adapter = createHttpAdapter();

function App() {
  const { data: session, isPending, refetch } = useQuery({ queryKey: ['session'], queryFn: getSession });
  if (isPending) return <p>One moment…</p>;
  if (!session) return <CibaLogin adapter={adapter} resume={resumeInTab()} onApproved={() => refetch()} />;
  return (
    <main>
      <h1>Welcome, {session.user.name}</h1>
      <button type="button" onClick={() => void signOut().then(() => refetch())}>
        Sign out
      </button>
    </main>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <QueryClientProvider client={new QueryClient()}>
      <App />
    </QueryClientProvider>,
  );
}
