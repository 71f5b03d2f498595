import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { createMemoryAdapter } from '../adapters/memory/index.js';
import type { MemoryAdapter, MemoryAdapterOptions, MemoryPhone, MemorySession } from '../adapters/memory/index.js';

export interface RenderWithCibaOptions<Rendered> extends MemoryAdapterOptions<MemorySession> {
  /** `render` from Testing Library, or any function that renders an element into a page. */
  readonly render: (ui: ReactElement) => Rendered;
}

/** The result of `render`, with the backend and the phone of the login. */
export type RenderedWithCiba<Rendered> = Rendered & {
  readonly adapter: MemoryAdapter<MemorySession>;
  /** The simulated phone. */
  readonly phone: MemoryPhone;
  /** The app's query client, new for this test. */
  readonly queryClient: QueryClient;
};

/**
 * Renders a component with an in-memory backend and phone, inside a new `QueryClientProvider`. It takes all options of
 * `createMemoryAdapter`.
 *
 * @example
 * import { render } from '@testing-library/react';
 * import { CibaLogin } from 'react-ciba';
 *
 * const { phone } = renderWithCiba((adapter) => <CibaLogin adapter={adapter} />, { render });
 */
export function renderWithCiba<Rendered extends object>(
  ui: (adapter: MemoryAdapter<MemorySession>) => ReactElement,
  { render, ...options }: RenderWithCibaOptions<Rendered>,
): RenderedWithCiba<Rendered> {
  const adapter = createMemoryAdapter(options);
  const queryClient = new QueryClient();
  const rendered = render(<QueryClientProvider client={queryClient}>{ui(adapter)}</QueryClientProvider>);
  return { ...rendered, adapter, phone: adapter.phone, queryClient };
}
