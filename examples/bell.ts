import type { AdapterFault } from 'react-ciba/testing';

/** A doorbell service for tests, and the hands that answer the door. */
export function createBell() {
  const doors = new Map<string, { door: string; user: string }>();
  const bell = {
    fault: null as AdapterFault | null,
    set: (id: string, door: 'opened' | 'bolted' | 'left') => {
      const ring = doors.get(id);
      if (ring?.door === 'waiting') ring.door = door;
    },
    fetch: (async (url, init) => {
      if (bell.fault === 'network') throw new TypeError('fetch failed');
      if (bell.fault === 'malformed') return new Response('<p>Out of order</p>');
      if (bell.fault === 'hang') {
        return new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
        });
      }
      const request = new Request(url, init);
      const { id = crypto.randomUUID(), user = '' } = (await request.json()) as { id?: string; user?: string };
      if (request.url.endsWith('/ring')) doors.set(id, { door: 'waiting', user });
      return Response.json({ id, ...doors.get(id) }, { status: doors.has(id) ? 200 : 404 });
    }) satisfies typeof fetch as typeof fetch,
  };
  return bell;
}
