import type { Context } from '../context.js';
import { notFound } from '../http/body-and-response.js';
import { createEventStream } from '../http/event-stream.js';
import { limited, networksOf } from '../limits.js';
import { readyChannel } from '../store/keys.js';
import type { HandlerRequest } from '../http/handler-request.js';

// Open streams in this process. A page whose stream is refused polls at its usual pace.

/** Streams of one browser: its tabs, and dropped connections that were not detected yet. */
const MAX_STREAMS_PER_BROWSER = 6;
/** Streams of one IPv4 address or IPv6 /64. An office can share one. */
const MAX_STREAMS_PER_ADDRESS = 100;
/** Streams of all browsers: as many as the circuit breaker lets start logins in a minute. */
const MAX_STREAMS_PER_PROCESS = 2000;

/**
 * How often a minute each place for a stream may be taken. A page opens its stream again after five minutes, or when its
 * connection broke; one that opens and closes it all the time would make the store subscribe all the time.
 */
const OPENINGS_PER_PLACE = 5;

/** Seconds after which a page may ask for a stream again. */
const STREAM_RETRY_SECONDS = 30;

/**
 * Opens a stream of server-sent events for those who are named in `browsers`: keys of a browser, or of a requester. Its only
 * message is "ready", for when the page should poll.
 * @throws RefusedRequest 404 if there are none; CibaError `rateLimited` for too many streams, or too many new ones
 */
export async function openEventStream<Session>(
  context: Context<Session>,
  request: HandlerRequest,
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
  const waitSeconds = context.streamOpenings.consume(
    groups.map(({ group, most }) => ({ key: group, most: most * OPENINGS_PER_PLACE })),
  );
  if (waitSeconds > 0) throw limited(context, 'streams', waitSeconds);

  return createEventStream({
    message: 'ready',
    signal: request.signal,
    streams: context.streams,
    groups: groups.map(({ group }) => group),
    async subscribe(send) {
      const subscriptions = await Promise.all(browsers.map((key) => context.store.subscribe(readyChannel(key), send)));
      return () => subscriptions.forEach((end) => end());
    },
  });
}
