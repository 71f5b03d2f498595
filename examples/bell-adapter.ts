import { type CibaAdapter, CibaError } from 'react-ciba';

/** Signs in by ringing the doorbell service at https://bell.example. */
export function createBellAdapter(send: typeof fetch = fetch): CibaAdapter<{ user: string }> {
  async function ask(path: string, body: object, signal: AbortSignal): Promise<Record<string, string>> {
    signal.throwIfAborted();
    let response: Response;
    try {
      response = await send(`https://bell.example${path}`, { method: 'POST', body: JSON.stringify(body), signal });
    } catch (cause) {
      signal.throwIfAborted();
      throw new CibaError('network', `The bell could not be reached at ${path}.`, { cause });
    }
    if (response.status === 404) throw new CibaError('notFound', 'The bell has no such request.');
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok || !answer) throw new CibaError('badResponse', `The bell sent no valid JSON for ${path}.`);
    return answer as Record<string, string>;
  }

  return {
    async initiate({ loginHint }, { signal }) {
      const { id = '' } = await ask('/ring', { user: loginHint }, signal);
      return { id, expiresIn: 60, interval: 2, resumable: true };
    },
    async poll({ id }, { signal }) {
      const { door, user = '' } = await ask('/door', { id }, signal);
      if (door === 'opened') return { status: 'approved', session: { user } };
      return { status: door === 'bolted' ? 'denied' : door === 'left' ? 'expired' : 'pending' };
    },
  };
}
