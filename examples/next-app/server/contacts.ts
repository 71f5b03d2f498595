// Next.js loads this module twice in one process. Yours is a database.
const shared = globalThis as typeof globalThis & { contacts?: Map<string, string> };

/** The email address for each user's invoices. */
export const contacts = (shared.contacts ??= new Map<string, string>());
