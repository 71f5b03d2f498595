import { replaceEqualDeep } from '@tanstack/react-query';
import { useMemo, useSyncExternalStore } from 'react';

interface Running<Snapshot> {
  getSnapshot(): Snapshot;
  subscribe(onChange: () => void): { unsubscribe(): void };
}

/** Turns a chart into a store of its views. The view keeps its identity while its content stays the same. */
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

/** The view of a running chart. It only renders when the view changes, not for every snapshot. */
export function useView<Snapshot, View>(actorRef: Running<Snapshot>, toView: (snapshot: Snapshot) => View): View {
  const { subscribe, getView } = useMemo(() => toStore(actorRef, toView), [actorRef, toView]);
  return useSyncExternalStore(subscribe, getView, getView);
}
