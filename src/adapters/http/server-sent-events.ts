import type { CibaAdapter } from '../../contract/index.js';

interface Listener {
  readonly onSignal: () => void;
  /** Seconds. */
  readonly interval: number;
}

/**
 * Watches requests over the handler's stream of server-sent events. Pass it to `createHttpAdapter` as `events`.
 *
 * All watched requests share one stream, since a browser opens few connections to one server. Each time it opens or breaks,
 * all of them poll, because a signal may have been lost. Without the stream, polling continues at its usual pace.
 *
 * @param url the stream's URL
 * @param send sends the request; the default is the global `fetch`
 */
export function serverSentEvents(url: string, send?: typeof fetch): NonNullable<CibaAdapter['watch']> {
  const listeners = new Set<Listener>();
  let stream: AbortController | null = null;

  function notifyAll(): void {
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
    notifyAll();
    const decoder = new TextDecoder();
    let line = '';
    let endedWithCr = false;
    let hasData = false;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const text = decoder.decode(value, { stream: true });
      // A network splits a stream anywhere, also between the CR and the LF of one line end.
      const lines = (line + (endedWithCr ? text.replace(/^\n/, '') : text)).split(/\r\n?|\n/);
      endedWithCr = text.endsWith('\r');
      line = lines.pop() ?? '';
      for (const complete of lines) {
        // Comments keep the connection alive. Any data means "poll now", once an empty line ends the event.
        if (complete) hasData ||= /^data(:|$)/.test(complete);
        else {
          if (hasData) notifyAll();
          hasData = false;
        }
      }
    }
  }

  async function listen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await read(signal).catch(() => undefined);
      if (signal.aborted) return;
      const pauseSeconds = Math.min(...[...listeners].map(({ interval }) => interval), 60);
      await new Promise((resolve) => setTimeout(resolve, pauseSeconds * 1000));
      if (!signal.aborted) notifyAll();
    }
  }

  return ({ interval }, { signal, onSignal }) => {
    const listener = { interval, onSignal };
    const unsubscribe = () => {
      signal.removeEventListener('abort', unsubscribe);
      listeners.delete(listener);
      if (listeners.size > 0) return;
      stream?.abort();
      stream = null;
    };
    if (signal.aborted) return unsubscribe;
    signal.addEventListener('abort', unsubscribe);
    listeners.add(listener);
    if (!stream) void listen((stream = new AbortController()).signal);
    return unsubscribe;
  };
}
