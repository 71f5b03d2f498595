/**
 * Seconds from a push until the next one, after the first, second and third push. Each wait is longer, so that repeated
 * prompts don't wear the user down. The screen counts them for its button, and the server for the account.
 */
export const RESEND_COOLDOWN_SECONDS = [30, 60, 120] as const;
