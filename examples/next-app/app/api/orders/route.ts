import { handler } from '../../../server/ciba';

export async function GET(request: Request) {
  const session = await handler.session(request);
  if (!session) return Response.json({ error: 'Sign in first.' }, { status: 401 });
  return Response.json({ customer: session.name, orders: [] });
}
