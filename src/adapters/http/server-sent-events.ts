import type { CibaAdapter } from '../../contract/index.js';

interface Listener {
  readonly onSignal: () => void;
  /** Seconds. */
  readonly interval: number;
}

/**
 * Signals over the handler's stream of server-sent events, for `createHttpAdapter`'s `events`.
 *
 * One stream for all requests that are watched, since a browser opens few connections to one server. Whenever it opens
 * or breaks, everybody is told to poll, for a signal may have been lost meanwhile; so without it, polling goes on at
 * its usual pace.
 *
 * @param url of the stream
 * @param send sends the request; default: the global `fetch`
 */
export function serverSentEvents(url: string, send?: typeof fetch): NonNullable<CibaAdapter['watch']> {
  const listeners = new Set<Listener>();
  let stream: AbortController | null = null;

  function tell(): void {
    for (const { onSignal } of listeners) onSignal();
  }

  async function read(signal: AbortSignal): Promise<void> {
    const response = await (send ?? fetch)(url, {
      headers: { 'x-ciba-request': '1' },
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal,
    });
    const reader = response.ok ? response.body?.getReader() : undefined;
    if (!reader || signal.aborted) return;
    tell();
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      // A comment keeps the connection alive; whatever else is sent means "poll now".
      if (/^data/m.test(decoder.decode(value, { stream: true }))) tell();
    }
  }

  async function listen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await read(signal).catch(() => undefined);
      if (signal.aborted) return;
      const pause = Math.min(...[...listeners].map(({ interval }) => interval), 60);
      await new Promise((resolve) => setTimeout(resolve, pause * 1000));
      if (!signal.aborted) tell();
    }
  }

  return ({ interval }, { signal, onSignal }) => {
    const listener = { interval, onSignal };
    const leave = () => {
      signal.removeEventListener('abort', leave);
      listeners.delete(listener);
      if (listeners.size > 0) return;
      stream?.abort();
      stream = null;
    };
    if (signal.aborted) return leave;
    signal.addEventListener('abort', leave);
    listeners.add(listener);
    if (!stream) void listen((stream = new AbortController()).signal);
    return leave;
  };
}
