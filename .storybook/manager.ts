import { addons } from 'storybook/manager-api';
import { create } from 'storybook/theming';

addons.setConfig({
  theme: create({ base: 'light', brandTitle: 'react-ciba' }),
  // Shows top-level entries as normal folders, so that they follow storySort, with the documentation first.
  sidebar: { showRoots: false },
});
