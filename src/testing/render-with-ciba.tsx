import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { createMemoryAdapter } from '../adapters/memory/index.js';
import type { MemoryAdapter, MemoryAdapterOptions, MemoryPhone, MemorySession } from '../adapters/memory/index.js';

export interface RenderWithCibaOptions<Rendered> extends MemoryAdapterOptions<MemorySession> {
  /** `render` of Testing Library, or anything that puts an element on a page. */
  readonly render: (ui: ReactElement) => Rendered;
}

/** What the renderer returned, and the other side of the login. */
export type RenderedWithCiba<Rendered> = Rendered & {
  readonly adapter: MemoryAdapter<MemorySession>;
  /** The phone that rings. */
  readonly phone: MemoryPhone;
  /** The app's client, new for this test. */
  readonly queryClient: QueryClient;
};

/**
 * Renders a component with a backend and a phone in memory, and a `QueryClient` of its own. The options are those of
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
