import { page } from 'vitest/browser';
import { chromium } from '../engines/driver.js';

interface UserSettings {
  'forced-colors'?: 'active';
  'prefers-reduced-motion'?: 'reduce';
  'prefers-color-scheme'?: 'dark' | 'light';
}

/** Lets the browser behave as if the user had asked their system for this; `{}` is a system without wishes. */
export async function emulateSettings(settings: UserSettings): Promise<void> {
  const features = Object.entries(settings).map(([name, value]) => ({ name, value: String(value) }));
  await chromium('Emulation.setEmulatedMedia', { features });
}

/** A window of this many CSS pixels, each drawn with `zoom` pixels of the screen a side: what zooming does to a page. */
export async function resizeWindow(width: number, height: number, zoom = 1): Promise<void> {
  await page.viewport(width, height);
  if (zoom === 1) await chromium('Emulation.clearDeviceMetricsOverride', {});
  else {
    const screen = { width: 0, height: 0, mobile: false, deviceScaleFactor: zoom };
    await chromium('Emulation.setDeviceMetricsOverride', screen);
  }
}
