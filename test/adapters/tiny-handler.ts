import { isCibaError } from '../../src/contract/index.js';
import type { CibaAdapter, PendingApproval } from '../../src/contract/index.js';

interface Body {
  readonly loginHint: string;
  readonly code: string;
  readonly id: string;
  readonly attemptId: string;
}

/** The protocol of the http adapter over any adapter, with none of the real handler's defences. */
export function createTinyHandler(adapter: CibaAdapter): (request: Request) => Promise<Response> {
  const known = new Map<string, PendingApproval>();

  async function answer(path: string, { loginHint, code, id, attemptId }: Body): Promise<unknown> {
    const options = { signal: new AbortController().signal, attemptId };
    const pending = known.get(id) ?? { id, expiresIn: 1, interval: 1, resumable: true };
    switch (path) {
      case '/initiate': {
        const started = await adapter.initiate({ loginHint }, options);
        known.set(started.id, started);
        return { ...started, resumable: true, serverState: 'server-secret', unknownField: 1 };
      }
      case '/poll':
        return adapter.poll(pending, options);
      case '/totp':
        return adapter.verifyTotp?.({ loginHint, code, ...(id && { pending }) }, options);
      case '/cancel':
        return adapter.cancel?.(pending, options);
      default:
        return undefined;
    }
  }

  return async (request) => {
    const path = new URL(request.url).pathname.replace('/api/ciba', '');
    try {
      const result = await answer(path, (await request.json()) as Body);
      return result === undefined ? new Response(null, { status: 204 }) : Response.json(result);
    } catch (error) {
      const code = isCibaError(error) ? error.code : 'unknown';
      return Response.json({ error: code }, { status: code === 'notFound' ? 404 : 500 });
    }
  };
}
