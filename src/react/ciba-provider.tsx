'use client';

import { createContext, useContext, useState } from 'react';
import type { ReactNode } from 'react';
import { focusManager, onlineManager, QueryClient, QueryClientContext } from '@tanstack/react-query';
import { createManagedEnvironment } from '../environment/browser.js';
import type { CibaEnvironment } from '../machine/index.js';
import { ClockContext } from './use-countdown.js';
import { MessagesContext, useMessages } from './messages-context.js';
import type { Messages } from '../contract/index.js';
import { runMutation } from './run-mutation.js';
import { useLatest } from './use-latest.js';

const EnvironmentContext = createContext<CibaEnvironment | null>(null);

export interface CibaProviderProps {
  /** Texts for every login below. They replace the English ones. */
  readonly messages?: Partial<Messages>;
  /** Clock, network and visibility for every login below, for tests. @default the browser */
  readonly environment?: CibaEnvironment;
  readonly children?: ReactNode;
}

/**
 * Provides what all logins below it share. An app with a single login doesn't need it.
 *
 * @example
 * <CibaProvider messages={{ 'idle.title': 'Sign in to Example Shop' }}>
 *   <App />
 * </CibaProvider>
 */
export function CibaProvider({ messages, environment, children }: CibaProviderProps) {
  const texts = useMessages(messages);
  const inherited = useContext(EnvironmentContext);
  const inner = <MessagesContext.Provider value={texts}>{children}</MessagesContext.Provider>;
  const world = environment ?? inherited;
  if (!world) return inner;
  return (
    <EnvironmentContext.Provider value={world}>
      <ClockContext.Provider value={world.clock}>{inner}</ClockContext.Provider>
    </EnvironmentContext.Provider>
  );
}

/** The app's QueryClient, or the kit's own if the app has none. */
export function useOwnQueryClient(): QueryClient {
  const client = useContext(QueryClientContext);
  const [own] = useState(() => client ?? new QueryClient());
  return client ?? own;
}

/** The inherited environment, with acts that run as mutations of the client. It is stable while mounted. */
export function useEnvironment(given: CibaEnvironment | undefined, client: QueryClient): CibaEnvironment {
  const inherited = useContext(EnvironmentContext);
  const latest = useLatest(client);
  const [environment] = useState((): CibaEnvironment => {
    const own = given ?? inherited ?? createManagedEnvironment({ focusManager, onlineManager });
    // The client may be replaced while a login runs. Each act is shown to the current one.
    return { ...own, runAct: (act, run) => runMutation(latest.current, act, () => own.runAct(act, run)) };
  });
  return environment;
}
