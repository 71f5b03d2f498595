import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { CibaLogin } from 'react-ciba';
import { adapter, type User } from './adapter';
import 'react-ciba/styles.css';

function Shop() {
  const [user, setUser] = useState<User | null>(null);

  if (!user) return <CibaLogin adapter={adapter} onApproved={setUser} />;
  return <h1>Welcome, {user.name}</h1>;
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Shop />
    </StrictMode>,
  );
}
