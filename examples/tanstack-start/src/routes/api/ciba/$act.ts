import { createFileRoute } from '@tanstack/react-router';
import { handler } from '../../../ciba.server';

const answer = ({ request }: { request: Request }) => handler(request);

export const Route = createFileRoute('/api/ciba/$act')({ server: { handlers: { GET: answer, POST: answer } } });
