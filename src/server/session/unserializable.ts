import { misconfigured } from '../../contract/errors.js';

/**
 * Frameworks send whatever a loader or a server component returns to the page, and all of them refuse an object that isn't
 * plain or whose `toJSON` throws.
 */
const prototype = {
  toJSON(): never {
    throw misconfigured(
      'A session with tokens was about to be serialized, which would send its tokens to a page, a log or a cache. For a page, use `handler.session(request)`. Elsewhere, pick the fields that are needed.',
    );
  },
};

/** Returns a copy of the session that can be read, but that neither JSON nor a framework can serialize by accident. */
export function unserializable<Session>(session: Session): Session {
  if (typeof session !== 'object' || session === null || Array.isArray(session)) return session;
  return Object.create(prototype, Object.getOwnPropertyDescriptors(session)) as Session;
}
