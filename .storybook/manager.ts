import { addons } from 'storybook/manager-api';
import { create } from 'storybook/theming';

addons.setConfig({
  theme: create({ base: 'light', brandTitle: 'react-ciba' }),
  // Folders like all others, so that they come in the order of storySort, the documentation first.
  sidebar: { showRoots: false },
});
