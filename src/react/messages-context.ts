'use client';

import { createContext, useContext, useMemo } from 'react';
import { devWarningOnce } from '../contract/dev-warning.js';
import type { Messages } from '../contract/messages.js';
import { en } from '../locales/en.js';

/** The texts for a part of the tree, English by default. */
export const MessagesContext = createContext<Messages>(en);

type Text = Messages[keyof Messages];

function complainOf(key: string): void {
  if (process.env.NODE_ENV === 'production') return;
  devWarningOnce(
    'message-text',
    `The message '${key}' threw or is no text, so the one below it is shown. Give a text there.`,
    key,
  );
}

/**
 * The app's text if it is valid, otherwise the inherited one. Functions are called on every render. If one throws or
 * returns nothing, the inherited text is used, so that a bad translation can't break the sign-in.
 */
function layOver(key: string, below: Text, text: unknown = below): Text {
  if (typeof below === 'string') {
    if (typeof text === 'string') return text;
    complainOf(key);
    return below;
  }
  return ((value: never) => {
    try {
      const said: unknown = typeof text === 'function' ? text(value) : text;
      if (typeof said === 'string') return said;
    } catch {
      // The warning below covers this, too.
    }
    complainOf(key);
    return below(value);
  }) as Text;
}

/**
 * The inherited texts, with `overrides` on top.
 *
 * @example
 * const messages = useMessages({ 'idle.title': 'Sign in to Example Shop' });
 */
export function useMessages(overrides?: Partial<Messages>): Messages {
  const inherited = useContext(MessagesContext);
  return useMemo(() => {
    if (!overrides) return inherited;
    const keys = Object.keys(inherited) as (keyof Messages)[];
    return Object.fromEntries(
      keys.map((key) => [key, layOver(key, inherited[key], overrides[key])]),
    ) as unknown as Messages;
  }, [inherited, overrides]);
}
