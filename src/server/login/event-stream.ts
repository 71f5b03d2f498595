import type { Context } from '../context.js';
import { notFound } from '../http/body-and-response.js';
import { limited, networksOf } from '../limits.js';
import { readyChannel } from '../store/keys.js';

/** Milliseconds between two comments. Proxies close a connection that is silent for long. */
const HEARTBEAT_MS = 15_000;

/** Milliseconds after which a stream ends. The browser then opens a new one, if it still needs it. */
const STREAM_LIFETIME_MS = 5 * 60_000;

// Open streams in this process. A page whose stream is refused polls at its usual pace.

/** Streams of one browser: its tabs, and dropped connections that were not detected yet. */
const MAX_STREAMS_PER_BROWSER = 6;
/** Streams of one IPv4 address or IPv6 /64. An office can share one. */
const MAX_STREAMS_PER_ADDRESS = 100;
/** Streams of all browsers: as many as the circuit breaker lets start logins in a minute. */
const MAX_STREAMS_PER_PROCESS = 2000;

/** Seconds after which a page may ask for a stream again. */
const STREAM_RETRY_SECONDS = 30;

const encoder = new TextEncoder();

/**
 * Opens a stream of server-sent events for those who are named in `browsers`: keys of a browser, or of a requester. Its only
 * message is "ready", for when the page should poll.
 * @throws RefusedRequest 404 if there are none; CibaError `rateLimited` for too many streams
 */
export async function openEventStream<Session>(
  context: Context<Session>,
  request: Request,
  browsers: readonly string[],
): Promise<Response> {
  const [first] = browsers;
  if (first === undefined) throw notFound();
  const groups = [
    { group: 'everyone', most: MAX_STREAMS_PER_PROCESS },
    { group: `browser ${first}`, most: MAX_STREAMS_PER_BROWSER },
    ...networksOf(context, request).map(({ network, allowance }) => ({
      group: `address ${network}`,
      most: MAX_STREAMS_PER_ADDRESS * allowance,
    })),
  ];
  if (groups.some(({ group, most }) => (context.streams.get(group)?.size ?? 0) >= most)) {
    throw limited(context, 'streams', STREAM_RETRY_SECONDS);
  }

  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  const send = (frame: string) => controller?.enqueue(encoder.encode(frame));
  const body = new ReadableStream<Uint8Array>({
    start(started) {
      controller = started;
    },
    cancel: () => close(),
  });

  for (const { group } of groups) context.streams.set(group, (context.streams.get(group) ?? new Set()).add(close));
  const heartbeat = setInterval(() => send(':\n\n'), HEARTBEAT_MS);
  const lifetime = setTimeout(close, STREAM_LIFETIME_MS);
  heartbeat.unref?.();
  lifetime.unref?.();
  request.signal.addEventListener('abort', close, { once: true });
  let unsubscribe: (() => void) | null = null;
  let closed = false;

  function close(): void {
    clearInterval(heartbeat);
    clearTimeout(lifetime);
    request.signal.removeEventListener('abort', close);
    unsubscribe?.();
    closed = true;
    for (const { group } of groups) {
      const open = context.streams.get(group);
      open?.delete(close);
      if (open?.size === 0) context.streams.delete(group);
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
    const onReady = () => send('data: ready\n\n');
    const subscriptions = await Promise.all(browsers.map((key) => context.store.subscribe(readyChannel(key), onReady)));
    unsubscribe = () => subscriptions.forEach((end) => end());
  } catch (caught) {
    close();
    throw caught;
  }
  if (request.signal.aborted || closed) {
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
