/**
 * The handlers of this package. They refuse large bodies by themselves and say why, so a listener needs to read no more than
 * that.
 */
export const ownHandlers = new WeakSet<object>();
