import { createRoot } from 'react-dom/client';
import { useCibaLogin } from 'react-ciba';
import type { CibaAdapter } from 'react-ciba';

declare const adapter: CibaAdapter;

function Login() {
  return useCibaLogin({ adapter }).status;
}

createRoot(document.body).render(<Login />);
