import { createMachine } from 'xstate';
import type { setup as xstateSetup } from 'xstate';

/**
 * XState's `setup` with all its types, but only with what the charts use at run time. XState's own adds every action
 * creator to the bundle.
 */
export const setup = ((implementations: object) => ({
  createMachine: (config: object) => createMachine(config, implementations),
})) as unknown as typeof xstateSetup;

/** Passes the event of a transition as the parameters of its actions and guards. */
export function fromEvent<Event>({ event }: { readonly event: Event }): Event {
  return event;
}

/** Passes the context as the input of an actor, which reads the part it needs. */
export function fromContext<Context>({ context }: { readonly context: Context }): Context {
  return context;
}
