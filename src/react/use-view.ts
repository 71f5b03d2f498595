import { replaceEqualDeep } from '@tanstack/react-query';
import { useMemo, useSyncExternalStore } from 'react';

interface Running<Snapshot> {
  getSnapshot(): Snapshot;
  subscribe(onChange: () => void): { unsubscribe(): void };
}

/** A chart as the store of its views. The view stays the very same for as long as it shows the same. */
function toStore<Snapshot, View>(actorRef: Running<Snapshot>, toView: (snapshot: Snapshot) => View) {
  let view = toView(actorRef.getSnapshot());
  return {
    getView: () => (view = replaceEqualDeep(view, toView(actorRef.getSnapshot()))),
    subscribe(onChange: () => void) {
      const subscription = actorRef.subscribe(onChange);
      return () => subscription.unsubscribe();
    },
  };
}

/** What a running chart shows. Renders when that changes, and not for another snapshot that shows the same. */
export function useView<Snapshot, View>(actorRef: Running<Snapshot>, toView: (snapshot: Snapshot) => View): View {
  const { subscribe, getView } = useMemo(() => toStore(actorRef, toView), [actorRef, toView]);
  return useSyncExternalStore(subscribe, getView, getView);
}
