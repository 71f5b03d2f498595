// Numbers of AuthSec's own servers, for what their responses leave out.

/** Seconds that a request lives. */
export const DEFAULT_LIFETIME_SECONDS = 300;

/** Seconds that AuthSec's own lockout lasts. */
export const DEFAULT_LOCKOUT_SECONDS = 900;

/** Seconds for which the adapter remembers a request after its end. */
export const MEMORY_SECONDS = 60;

/** AuthSec answers both transient and permanent errors with 200. So many in a row still count as transient. */
export const MAX_UNKNOWN_ERRORS = 3;

/** Seconds to wait for a response, as in AuthSec's SDKs. */
export const DEFAULT_TIMEOUT_SECONDS = 10;

/** Seconds to wait for the response to a poll. Giving up on the one that holds the approval would lose it. */
export const DEFAULT_POLL_TIMEOUT_SECONDS = 15;
