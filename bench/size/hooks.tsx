import { createRoot } from 'react-dom/client';
import { useCibaLogin } from 'react-ciba';
import { createHttpAdapter } from 'react-ciba/adapters/http';

const adapter = createHttpAdapter();

function Login() {
  return useCibaLogin({ adapter }).status;
}

createRoot(document.body).render(<Login />);
