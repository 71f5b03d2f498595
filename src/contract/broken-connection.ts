/**
 * Marks an error for which `toNodeListener` breaks the connection instead of sending a 500. Emulators throw it, so that
 * their faults reach a client over HTTP as they are. A registered symbol is the same in every copy of this package.
 */
export const BREAKS_CONNECTION = Symbol.for('react-ciba.breaksConnection');
