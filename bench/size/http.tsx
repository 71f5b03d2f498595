import { createHttpAdapter } from 'react-ciba/adapters/http';

createHttpAdapter();
