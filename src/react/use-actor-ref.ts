import { useEffect, useState } from 'react';
import { createActor } from 'xstate';
import type { Actor, AnyActorRef, AnyStateMachine } from 'xstate';

/** The actor and everything that it has started. */
function withChildren(actorRef: AnyActorRef): AnyActorRef[] {
  const { children = {} } = actorRef.getSnapshot() as { readonly children?: Readonly<Record<string, AnyActorRef>> };
  return [actorRef, ...Object.values(children).flatMap(withChildren)];
}

/**
 * Stops an actor so that `start()` continues where it was, with the same timers and children. XState has no public way to
 * do this, so it resets the fields that `start()` reads, as @xstate/react does.
 */
function pause(actorRef: AnyActorRef): void {
  const { system } = actorRef;
  const before = withChildren(actorRef).map(
    (ref) => [ref, { _processingStatus: 0, _snapshot: ref.getSnapshot() as unknown }] as const,
  );
  const timers = system.getSnapshot();
  // Subscribers must not see the end of an actor that starts again.
  for (const [ref] of before) Object.assign(ref, { observers: new Set() });
  actorRef.stop();
  Object.assign(system, { _snapshot: timers });
  for (const [ref, state] of before) Object.assign(ref, state);
}

/**
 * The actor of a chart, which runs while the component is mounted. StrictMode and `<Activity>` unmount and mount it again,
 * and it continues. Later values of both arguments are ignored.
 */
export function useActorRef<Chart extends AnyStateMachine>(
  chart: Chart,
  options: NonNullable<Parameters<typeof createActor<Chart>>[1]>,
): Actor<Chart> {
  const [actorRef] = useState(() =>
    (createActor as (chart: Chart, given: typeof options) => Actor<Chart>)(chart, options),
  );
  useEffect(() => {
    actorRef.start();
    return () => pause(actorRef);
  }, [actorRef]);
  return actorRef;
}
