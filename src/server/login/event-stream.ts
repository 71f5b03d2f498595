import { CibaError } from '../../contract/index.js';
import { readBrowser } from '../session/browsers.js';
import { notFound } from '../http/body-and-response.js';
import { channelOf } from './notifications.js';
import type { Context } from '../options.js';

/** Milliseconds between two comments: proxies close a connection that is silent for long. */
const HEARTBEAT_MS = 15_000;

/** Milliseconds after which a stream ends and the browser opens a new one, so that none outlives its reason by long. */
const STREAM_LIFETIME_MS = 5 * 60_000;

/** Open streams of one browser in this process: its tabs, and some that it has left and that nobody noticed yet. */
const MAX_STREAMS_PER_BROWSER = 6;

const encoder = new TextEncoder();

/**
 * A stream of server-sent events that says "ready" when one of the browser's logins is worth polling, and nothing else.
 * @throws RefusedRequest 404 for a browser that is not known; CibaError `rateLimited` for too many streams
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
  const life = setTimeout(close, STREAM_LIFETIME_MS);
  heartbeat.unref?.();
  life.unref?.();
  request.signal.addEventListener('abort', close, { once: true });
  let leave: (() => void) | null = null;

  function close(): void {
    clearInterval(heartbeat);
    clearTimeout(life);
    request.signal.removeEventListener('abort', close);
    leave?.();
    open.delete(close);
    if (open.size === 0) context.streams.delete(browser?.key ?? '');
    const closing = controller;
    controller = null;
    try {
      closing?.close();
    } catch {
      // The browser closed it first.
    }
  }

  try {
    leave = await context.store.subscribe(channelOf(browser.key), () => send('data: ready\n\n'));
  } catch (caught) {
    close();
    throw caught;
  }
  if (request.signal.aborted || !open.has(close)) {
    leave();
    close();
  }
  send(': open\n\n');
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream',
      // no-transform and the header for nginx: a proxy that gathers or packs the stream would hold it back.
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    },
  });
}
