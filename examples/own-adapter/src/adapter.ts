import { type CibaAdapter, CibaError } from 'react-ciba';

export interface User {
  readonly name: string;
}

interface Answer {
  readonly id: string;
  readonly life: number;
  readonly status: 'pending' | 'approved' | 'denied' | 'expired';
  readonly user: string;
}

async function ask(path: string, body: object, signal: AbortSignal): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  let response: Response;
  try {
    response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body), signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new CibaError('network', 'The server could not be reached.', { cause });
  }
  if (response.status === 404) throw new CibaError('notFound', 'The server has no such login for this browser.');
  if (!response.ok) throw new CibaError('unavailable', `The server responded with ${response.status}.`);
  return (await response.json()) as Answer;
}

/** Signs in through this app's own server. */
export const adapter: CibaAdapter<User> = {
  async initiate({ loginHint }, { signal }) {
    const { id, life } = await ask('/login', { user: loginHint }, signal);
    return { id, expiresIn: life, interval: 1, resumable: true };
  },
  async poll({ id }, { signal }) {
    const { status, user } = await ask(`/login/${id}`, {}, signal);
    return status === 'approved' ? { status, session: { name: user } } : { status };
  },
};
