import { BREAKS_CONNECTION } from '../../contract/broken-connection.js';

/** What `fetch` rejects with if the connection breaks. `toNodeListener` breaks its caller's connection for it. */
export function connectionError(): TypeError {
  return Object.assign(new TypeError('fetch failed'), { [BREAKS_CONNECTION]: true });
}

/** The signal of one call of `fetch`: its own, or else that of the `Request` (Fetch Standard §5.4). */
export function signalOf(input: RequestInfo | URL, init: RequestInit | undefined): AbortSignal | undefined {
  if (init?.signal !== undefined) return init.signal ?? undefined;
  return typeof input === 'object' && 'signal' in input ? input.signal : undefined;
}
