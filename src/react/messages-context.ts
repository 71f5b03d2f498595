'use client';

import { createContext, useContext, useMemo } from 'react';
import { devWarningOnce } from '../contract/dev-warning.js';
import type { Messages } from '../contract/messages.js';
import { en } from '../locales/en.js';

/** The texts in force for a part of the tree. English where nobody said otherwise. */
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
 * The app's text where it is one, else the one below it. A function is asked anew each time, and where it throws or
 * gives no text, the one below speaks: no sign-in may end with a text.
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
      // Said below.
    }
    complainOf(key);
    return below(value);
  }) as Text;
}

/**
 * The texts in force, with `overrides` laid over them.
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
