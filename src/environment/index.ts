import type { CibaEnvironment } from '../machine/index.js';
import { createManagedEnvironment, listen, page } from './browser.js';
import type { BrowserManagers, FocusManager, OnlineManager } from './browser.js';

export type { FocusManager, OnlineManager } from './browser.js';
export { resumeInTab } from './resume-in-tab.js';

const pageFocus: FocusManager = {
  isFocused: () => page.document?.visibilityState !== 'hidden',
  subscribe: (onChange) => listen(page.document, ['visibilitychange'], onChange),
};

const browserNetwork: OnlineManager = {
  // Only a plain no counts: some hosts do not know.
  isOnline: () => page.navigator?.onLine !== false,
  subscribe: (onChange) => listen(page.window, ['online', 'offline'], onChange),
};

export interface BrowserEnvironmentOptions extends Partial<BrowserManagers> {
  /** @default the document's visibility */
  readonly focusManager?: FocusManager;
  /** @default the browser's own word */
  readonly onlineManager?: OnlineManager;
}

/**
 * The browser as the chart and the poll engine see it, with timers that survive a sleeping machine. The hooks make their
 * own, on TanStack Query's managers. It may be made on a server, where nothing is listened to.
 *
 * @example
 * const login = createLogin({ adapter, environment: createBrowserEnvironment() });
 */
export function createBrowserEnvironment({
  focusManager = pageFocus,
  onlineManager = browserNetwork,
}: BrowserEnvironmentOptions = {}): CibaEnvironment {
  return createManagedEnvironment({ focusManager, onlineManager });
}
