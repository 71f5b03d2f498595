import { createHttpAdapter } from 'react-ciba/adapters/http';

export const adapter = createHttpAdapter<{ name: string }>();
