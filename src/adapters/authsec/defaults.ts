// Numbers of AuthSec's own servers, for what their responses leave out.

/** Seconds that a request lives. */
export const DEFAULT_LIFETIME_SECONDS = 300;

/** Seconds that AuthSec's own lockout lasts. */
export const DEFAULT_LOCKOUT_SECONDS = 900;

/** Seconds for which the adapter remembers a request after its end. */
export const MEMORY_SECONDS = 60;

/** AuthSec answers both transient and permanent errors with 200. So many in a row still count as transient. */
export const MAX_UNKNOWN_ERRORS = 3;
