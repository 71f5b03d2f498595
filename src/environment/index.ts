export { createBrowserEnvironment } from './browser.js';
export type { BrowserEnvironmentOptions, FocusManager, OnlineManager } from './browser.js';
