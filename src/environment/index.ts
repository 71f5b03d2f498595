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
  // Some hosts don't know and have no value, so only false means offline.
  isOnline: () => page.navigator?.onLine !== false,
  subscribe: (onChange) => listen(page.window, ['online', 'offline'], onChange),
};

/** The options of {@link createBrowserEnvironment}. */
export interface BrowserEnvironmentOptions extends Partial<BrowserManagers> {
  /** Knows whether the page is visible. @default the document's visibility */
  readonly focusManager?: FocusManager;
  /** Knows whether the device is online. @default `navigator.onLine` */
  readonly onlineManager?: OnlineManager;
}

/**
 * Creates the environment of a browser for {@link createLogin}, with timers that survive sleep. You don't need it with the
 * hooks, which use TanStack Query's managers. It can be created on a server, where it listens to nothing.
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
