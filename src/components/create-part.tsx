'use client';

import { Slot } from '@radix-ui/react-slot';
import { createContext, forwardRef, useContext } from 'react';
import type { ComponentPropsWithoutRef, ElementType, ForwardRefExoticComponent, RefAttributes } from 'react';
import type { LoginStatus } from '../machine/view.js';

type PartTag =
  | 'a'
  | 'bdi'
  | 'button'
  | 'dd'
  | 'details'
  | 'div'
  | 'dl'
  | 'dt'
  | 'h2'
  | 'input'
  | 'label'
  | 'li'
  | 'ol'
  | 'p'
  | 'path'
  | 'span'
  | 'summary'
  | 'svg'
  | 'ul';

type PartElement<Tag extends PartTag> = (HTMLElementTagNameMap & SVGElementTagNameMap)[Tag];

export type PartProps<Tag extends PartTag> = ComponentPropsWithoutRef<Tag> & {
  /** Passes all props to its single child instead of rendering its own element. @default false */
  asChild?: boolean;
};

type Part<Tag extends PartTag> = ForwardRefExoticComponent<PartProps<Tag> & RefAttributes<PartElement<Tag>>>;

/** The status that the parts of a login carry as `data-state`. */
export const StatusContext = createContext<LoginStatus | undefined>(undefined);

/**
 * Creates a part of a login: one element that takes a `ref`, a `className` and `asChild`, and identifies itself with
 * `data-scope`, `data-part` and `data-state`.
 */
/* @__NO_SIDE_EFFECTS__ */
export function createPart<Tag extends PartTag>(
  tag: Tag,
  part: string,
  defaults: ComponentPropsWithoutRef<Tag>,
): Part<Tag> {
  const Component = forwardRef<Element, PartProps<PartTag>>(function Part({ asChild, ...props }, ref) {
    const status = useContext(StatusContext);
    const Element: ElementType = asChild ? Slot : tag;
    return <Element data-scope="ciba-login" data-part={part} data-state={status} {...defaults} {...props} ref={ref} />;
  });
  if (process.env.NODE_ENV !== 'production') Component.displayName = `CibaLogin.${part}`;
  return Component as unknown as Part<Tag>;
}
