'use client';

import { createContext, useContext, useMemo } from 'react';
import type { Messages } from '../contract/messages.js';
import { en } from '../locales/en.js';

/** The texts in force for a part of the tree. English where nobody said otherwise. */
export const MessagesContext = createContext<Messages>(en);

/**
 * The texts in force, with `overrides` laid over them.
 *
 * @example
 * const messages = useMessages({ 'idle.title': 'Sign in to Example Shop' });
 */
export function useMessages(overrides?: Partial<Messages>): Messages {
  const inherited = useContext(MessagesContext);
  return useMemo(() => (overrides ? { ...inherited, ...overrides } : inherited), [inherited, overrides]);
}
