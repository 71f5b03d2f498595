'use client';

import { Children, cloneElement, forwardRef, isValidElement, useCallback, version } from 'react';
import type { ForwardedRef, ReactElement, ReactNode, Ref } from 'react';

type Props = Record<string, unknown>;
type Child = ReactElement<Props> & { readonly ref?: Ref<Element> };

/** What React Server Components hand over for an element that is not there yet. */
interface Lazy {
  readonly _payload: unknown;
  _init(payload: unknown): ReactNode;
}

/** Renders its single child, with its own props and its ref added to those of the child. */
export const Slot = forwardRef<Element, { children?: ReactNode }>(function Slot({ children, ...props }, ref) {
  let content = children;
  while (isLazy(content)) content = content._init(content._payload);
  // Beside the child there may be conditions that do not hold.
  const shown = Children.toArray(content);
  const child = shown.length > 0 ? (Children.only(shown.length > 1 ? shown : shown[0]) as Child) : null;
  const setRefs = useRefs(ref, child && refOf(child));
  return child && cloneElement(child, { ...mergeProps(props, child.props), ref: setRefs });
});

function isLazy(node: unknown): node is Lazy {
  return typeof node === 'object' && node !== null && '_init' in node && !isValidElement(node);
}

/** Until React 19, a ref was no prop. */
function refOf(child: Child): Ref<Element> | undefined {
  return parseInt(version) < 19 ? child.ref : (child.props['ref'] as Ref<Element> | undefined);
}

/** The child's props win. Of handlers, both run, the child's first; class names and styles are joined. */
function mergeProps(props: Props, theirs: Props): Props {
  const merged = { ...props, ...theirs };
  for (const [name, own] of Object.entries(props)) {
    const { [name]: their } = theirs;
    if (name === 'style') merged[name] = { ...(own as object), ...(their as object) };
    else if (name === 'className') merged[name] = [own, their].filter(Boolean).join(' ') || undefined;
    else if (/^on[A-Z]/.test(name)) merged[name] = chain(their, own);
  }
  return merged;
}

function chain(first: unknown, second: unknown): unknown {
  if (typeof first !== 'function' || typeof second !== 'function') return first ?? second;
  return (...given: unknown[]) => {
    first(...given);
    second(...given);
  };
}

function useRefs(one: ForwardedRef<Element>, other: Ref<Element> | null | undefined) {
  return useCallback(
    (element: Element | null) => {
      const refs = [one, other];
      const cleanUps = refs.map((ref) => setRef(ref, element));
      // React 18 warns of a ref that returns something.
      if (!cleanUps.some(Boolean)) return undefined;
      return () => {
        for (const [index, cleanUp] of cleanUps.entries()) {
          if (cleanUp) cleanUp();
          else setRef(refs[index], null);
        }
      };
    },
    [one, other],
  );
}

/** Returns what cleans up after it, if the ref has returned that. */
function setRef(ref: Ref<Element> | undefined, element: Element | null): (() => void) | null {
  if (typeof ref === 'function') return ref(element) ?? null;
  if (ref) ref.current = element;
  return null;
}
