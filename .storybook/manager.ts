import { GLOBALS_UPDATED, SET_GLOBALS } from 'storybook/internal/core-events';
import { addons } from 'storybook/manager-api';
import { kitTheme } from './kit-theme.js';

const system = matchMedia('(prefers-color-scheme: dark)');

const showIn = (dark: boolean) => addons.setConfig({ theme: kitTheme(dark ? 'dark' : 'light', 'manager') });

addons.setConfig({
  // Shows top-level entries as normal folders, so that they follow storySort, with the overview first.
  sidebar: { showRoots: false },
  // Pages that show many screens need the room of the panel, which says nothing about them.
  layoutCustomisations: {
    showPanel: ({ storyId }, shown) =>
      !/^(overview-(?!playground|matrix)|themes-theme-builder|tokens-)/.test(storyId) && shown,
  },
});
showIn(system.matches);

// The system decides, until somebody picks a theme in the toolbar.
addons.register('react-ciba/theme', (api) => {
  const follow = ({ matches }: MediaQueryListEvent) => showIn(matches);
  system.addEventListener('change', follow);
  let last: unknown = 'light';
  const pick = (theme: unknown) => {
    if (theme === last) return;
    last = theme;
    system.removeEventListener('change', follow);
    showIn(theme === 'dark');
  };
  // A link may carry a theme. A story may only set one for itself.
  api.on(SET_GLOBALS, ({ globals }: { globals: Record<string, unknown> }) => pick(globals['theme']));
  api.on(GLOBALS_UPDATED, ({ userGlobals }: { userGlobals: Record<string, unknown> }) => pick(userGlobals['theme']));
});
