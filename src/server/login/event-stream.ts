import { CibaError } from '../../contract/index.js';
import type { Context } from '../context.js';
import { notFound } from '../http/body-and-response.js';
import { readBrowser } from '../session/browsers.js';
import { readyChannel } from '../store/keys.js';

/** Milliseconds between two comments. Proxies close a connection that is silent for long. */
const HEARTBEAT_MS = 15_000;

/** Milliseconds after which a stream ends. The browser then opens a new one, if it still needs it. */
const STREAM_LIFETIME_MS = 5 * 60_000;

/** Open streams of one browser in this process: its tabs, and dropped connections that were not detected yet. */
const MAX_STREAMS_PER_BROWSER = 6;

const encoder = new TextEncoder();

/**
 * Opens a stream of server-sent events. Its only message is "ready", for when the browser should poll its logins.
 * @throws RefusedRequest 404 for an unknown browser; CibaError `rateLimited` for too many streams
 */
export async function openEventStream<Session>(context: Context<Session>, request: Request): Promise<Response> {
  const browser = await readBrowser(context, request);
  if (!browser) throw notFound();
  const open = context.streams.get(browser.key) ?? new Set();
  if (open.size >= MAX_STREAMS_PER_BROWSER) {
    throw new CibaError('rateLimited', 'This browser has too many open event streams.', { retryAfter: 30 });
  }

  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  const send = (frame: string) => controller?.enqueue(encoder.encode(frame));
  const body = new ReadableStream<Uint8Array>({
    start(started) {
      controller = started;
    },
    cancel: () => close(),
  });

  context.streams.set(browser.key, open.add(close));
  const heartbeat = setInterval(() => send(':\n\n'), HEARTBEAT_MS);
  const lifetime = setTimeout(close, STREAM_LIFETIME_MS);
  heartbeat.unref?.();
  lifetime.unref?.();
  request.signal.addEventListener('abort', close, { once: true });
  let unsubscribe: (() => void) | null = null;

  function close(): void {
    clearInterval(heartbeat);
    clearTimeout(lifetime);
    request.signal.removeEventListener('abort', close);
    unsubscribe?.();
    open.delete(close);
    if (open.size === 0) context.streams.delete(browser?.key ?? '');
    const closing = controller;
    controller = null;
    try {
      closing?.close();
    } catch {
      // The browser closed the stream first.
    }
  }

  try {
    unsubscribe = await context.store.subscribe(readyChannel(browser.key), () => send('data: ready\n\n'));
  } catch (caught) {
    close();
    throw caught;
  }
  if (request.signal.aborted || !open.has(close)) {
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
