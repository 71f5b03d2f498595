/** Milliseconds between two comments. Proxies close a connection that is silent for long. */
const HEARTBEAT_MS = 15_000;

/** Milliseconds after which a stream ends. The browser then opens a new one, if it still needs it. */
const STREAM_LIFETIME_MS = 5 * 60_000;

const encoder = new TextEncoder();

/**
 * Opens a stream of server-sent events that repeats one message, for as long as the browser listens.
 *
 * @param options.streams functions that close the open streams, by group
 * @param options.groups what this stream counts against
 * @param options.subscribe subscribes to what the message announces, and returns the unsubscribe function
 */
export async function createEventStream(options: {
  readonly message: string;
  readonly signal: AbortSignal;
  readonly streams: Map<string, Set<() => void>>;
  readonly groups: readonly string[];
  readonly subscribe: (send: () => void) => Promise<() => void>;
}): Promise<Response> {
  const { message, signal, streams, groups } = options;
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  const send = (frame: string) => controller?.enqueue(encoder.encode(frame));
  const body = new ReadableStream<Uint8Array>({
    start(started) {
      controller = started;
    },
    cancel: () => close(),
  });

  for (const group of groups) streams.set(group, (streams.get(group) ?? new Set()).add(close));
  const heartbeat = setInterval(() => send(':\n\n'), HEARTBEAT_MS);
  const lifetime = setTimeout(close, STREAM_LIFETIME_MS);
  heartbeat.unref?.();
  lifetime.unref?.();
  signal.addEventListener('abort', close, { once: true });
  let unsubscribe: (() => void) | null = null;
  let closed = false;

  function close(): void {
    clearInterval(heartbeat);
    clearTimeout(lifetime);
    signal.removeEventListener('abort', close);
    unsubscribe?.();
    closed = true;
    for (const group of groups) {
      const open = streams.get(group);
      open?.delete(close);
      if (open?.size === 0) streams.delete(group);
    }
    const closing = controller;
    controller = null;
    try {
      closing?.close();
    } catch {
      // The browser closed the stream first.
    }
  }

  try {
    unsubscribe = await options.subscribe(() => send(`data: ${message}\n\n`));
  } catch (caught) {
    close();
    throw caught;
  }
  if (signal.aborted || closed) {
    unsubscribe();
    close();
  }
  send(': open\n\n');
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream',
      // `no-transform` and the nginx header: a proxy that buffers or compresses the stream would delay it.
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    },
  });
}
