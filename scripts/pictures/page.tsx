import '@fontsource-variable/inter';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { CibaLogin } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { createFakeEnvironment } from '../../test/support/fake-environment.js';
import 'react-ciba/styles.css';
import './page.css';

// The login that the pictures show. Its clock only advances when the script advances it.

const world = createFakeEnvironment();
const adapter = createMemoryAdapter({
  clock: world.environment.clock,
  phone: 'approve',
  after: 21,
  expiresIn: 60,
  displayCode: '4827',
});

Object.assign(window, { pass: (seconds: number) => world.advance(seconds * 1000) });

createRoot(document.body).render(
  <QueryClientProvider client={new QueryClient()}>
    <CibaLogin adapter={adapter} environment={world.environment} />
  </QueryClientProvider>,
);
