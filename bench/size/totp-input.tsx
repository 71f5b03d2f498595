import { createRoot } from 'react-dom/client';
import { TotpInput } from 'react-ciba';

createRoot(document.body).render(<TotpInput aria-label="Code" />);
