import { createAuthSecAdapter } from 'react-ciba/adapters/authsec';

createAuthSecAdapter({ environment: 'production' });
