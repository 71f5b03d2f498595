import type { Answer } from './body-and-response.js';
import type { HandlerRequest } from './handler-request.js';

/** Answers a request without making a `Request` or a `Response`. */
export type DirectAnswer = (request: HandlerRequest) => Promise<Answer>;

/**
 * The handlers of this package. They refuse large bodies by themselves and say why, so a listener needs to read no more than
 * that. It calls the direct function of those that have one.
 */
export const ownHandlers = new WeakMap<object, DirectAnswer | null>();
