/**
 * What the handler reads of a request. Every `Request` has it. `toNodeListener` passes something else that has it, because
 * making a `Request` and the stream of its body takes longer than answering a poll.
 */
export interface HandlerRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Pick<Headers, 'get' | 'has'>;
  readonly signal: AbortSignal;
  readonly body: Request['body'];
  readonly bodyUsed: boolean;
  /** The whole body, if it was received before the handler was called. */
  readonly received?: Uint8Array;
  /** Makes the `Request` for the app's own functions, if this isn't one. */
  toRequest?(): Request;
}

/** The `Request` that the app's own functions get. */
export function asWebRequest(request: HandlerRequest): Request {
  return request.toRequest?.() ?? (request as Request);
}
