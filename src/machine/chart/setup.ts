import { createMachine } from 'xstate';
import type { setup as xstateSetup } from 'xstate';

/**
 * XState's `setup`, with all its types and as much of it as the charts use. XState's own brings every action creator into
 * an app's bundle.
 */
export const setup = ((implementations: object) => ({
  createMachine: (config: object) => createMachine(config, implementations),
})) as unknown as typeof xstateSetup;

/** What the event of a transition carries, as the parameters of its actions and guards. */
export function fromEvent<Event>({ event }: { readonly event: Event }): Event {
  return event;
}

/** The context as the input of an actor, which reads its part of it. */
export function fromContext<Context>({ context }: { readonly context: Context }): Context {
  return context;
}
