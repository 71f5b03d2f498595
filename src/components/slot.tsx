'use client';

import * as React from 'react';
import type { ReactElement, ReactNode, Ref, RefAttributes } from 'react';

type Props = Readonly<Record<string, unknown>>;
type Child = ReactElement<Props & RefAttributes<unknown>> & { readonly ref?: Ref<unknown> };

/** React 18 has no `use`. Bundlers warn about such a name only where it is imported. */
const newer: { readonly use?: (payload: PromiseLike<ReactNode>) => ReactNode } = React;

/** The element itself. One that a server component passed may still be on its way, as a promise of React's own. */
function resolve(children: ReactNode): Child {
  const payload = (children as { _payload?: PromiseLike<ReactNode> } | null)?._payload;
  return React.Children.only(payload?.then && newer.use ? newer.use(payload) : children) as Child;
}

function setRef(ref: Ref<unknown> | undefined, value: unknown): void {
  if (typeof ref === 'function') ref(value);
  else if (ref) ref.current = value;
}

/** Renders its single child with all its own props. The child's props win, but both get their handlers, classes and refs. */
export const Slot = React.forwardRef<unknown, { children?: ReactNode }>(function Slot({ children, ...own }, ref) {
  const child = resolve(children);
  const { props } = child;
  // React 19 has the ref among the props, and warns about the old place.
  const childRef = props.ref ?? (React.version.startsWith('18') ? child.ref : undefined);
  const bothRefs = React.useCallback(
    (value: unknown) => {
      setRef(ref, value);
      setRef(childRef, value);
    },
    [ref, childRef],
  );
  const merged: Record<string, unknown> = { ...own, ...props, ref: bothRefs };
  for (const [name, mine] of Object.entries<unknown>(own)) {
    const theirs = props[name];
    if (name === 'className') merged[name] = [mine, theirs].filter(Boolean).join(' ');
    else if (name === 'style') merged[name] = { ...(mine as object), ...(theirs as object) };
    else if (typeof mine === 'function' && typeof theirs === 'function')
      merged[name] = (...values: unknown[]) => {
        (theirs as (...all: unknown[]) => void)(...values);
        (mine as (...all: unknown[]) => void)(...values);
      };
  }
  return React.cloneElement(child, merged);
});
