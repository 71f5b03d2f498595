/** Longest answer that is read, in bytes. The answers of sign-in services have a few thousand. */
export const MAX_ANSWER_BYTES = 1_000_000;

/** A `fetch` whose answers break off after {@link MAX_ANSWER_BYTES}, so that no one can fill this server's memory. */
export function limitedFetch(send: typeof fetch = fetch): typeof fetch {
  return async (...request) => {
    const response = await send(...request);
    const { body } = response;
    // The `fetch` of React Native has no streams.
    if (!body?.pipeThrough) return response;
    let size = 0;
    const limit = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        size += chunk.length;
        if (size > MAX_ANSWER_BYTES) throw new RangeError('The answer has more than 1 MB.');
        controller.enqueue(chunk);
      },
    });
    return new Response(body.pipeThrough(limit), response);
  };
}
