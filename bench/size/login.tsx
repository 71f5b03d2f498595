import { createRoot } from 'react-dom/client';
import { CibaLogin } from 'react-ciba';
import { createHttpAdapter } from 'react-ciba/adapters/http';

const adapter = createHttpAdapter();

createRoot(document.body).render(<CibaLogin adapter={adapter} onApproved={() => undefined} />);
